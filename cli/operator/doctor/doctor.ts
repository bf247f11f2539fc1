import type { ConnectionLike } from '@temporalio/client';
import type { Environment } from '../../../settings/index.js';
import { withDevDefaults } from '../../../settings/index.js';
import type { TemporalClient } from '../../../temporal/connection.js';
import { connectOperator } from '../../keys/operator-client.js';
import { isForTrials, missingAttributes, retentionOf } from '../../../temporal/namespace.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import type { Check } from './check.js';
import { providerChecks } from './providers.js';
import { setExit } from '../../output/exit-codes.js';
import { bridgeCheck, bridgeOrigin } from './bridge.js';
import { encryptionCheck, hashKeyCheck } from './encryption.js';
import { failingWorkflows, workflowWorker } from './workers.js';
import { printJson, tableOf } from '../../output/text.js';

const DAY_MS = 24 * 3_600_000;
/** Two days: a day to send in, which is the default, and an hour and more to spare. */
const LEAST_RETENTION_MS = 2 * DAY_MS;

export interface DoctorOptions {
  json?: true;
  /** The bridge's origin. */
  bridge?: string;
}

/** Looks whether a deployment can pay: what it finds, and what to do about it. */
export async function doctor({ json, bridge }: DoctorOptions): Promise<void> {
  const temporal = await connectOperator();
  try {
    const own = [encryptionCheck(temporal.encryption), await hashKeyCheck(temporal)];
    const checks = [...own, ...(await allChecks(temporal, process.env, bridge))];
    if (json === true) for (const check of checks) printJson(check);
    else console.log(doctorLines(checks).join('\n'));
    if (checks.some(({ ok }) => !ok)) setExit('failed');
  } finally {
    await temporal.connection.close();
  }
}

export async function allChecks(temporal: TemporalClient, env: Environment, bridge?: string): Promise<Check[]> {
  const isTrial = await isForTrials(temporal.connection, temporal.namespace);
  const registered = await attributes(temporal.connection, temporal.namespace);
  const worker = await workflowWorker(temporal.client);
  return [
    await server(temporal),
    await retention(temporal),
    registered,
    worker,
    await failingWorkflows(temporal.client),
    await bridgeCheck(bridgeOrigin(bridge, env, isTrial)),
    // Where nothing is paid in truth, the simulator stands in for every provider that isn't set.
    ...(registered.ok
      ? await providerChecks(temporal.client, isTrial ? withDevDefaults(env) : env, worker.ok)
      : [needsAttributes]),
  ];
}

/** Only the search attributes show which withdrawals need a provider. */
const needsAttributes: Check = {
  check: 'providers',
  ok: true,
  skipped: 'not checked',
  found: 'only once the search attributes are registered',
};

/** What to do stands below the table, whose columns would wrap the commands. */
export function doctorLines(checks: readonly Check[]): string[] {
  const rows = checks.map(({ check, ok, found, skipped }) => [check, skipped ?? (ok ? 'ok' : 'WRONG'), found]);
  const wrong = checks.filter(({ ok }) => !ok);
  return [
    tableOf(['check', '', 'found'], rows, [null, null, 80]),
    ...wrong.map(({ check, advice = '' }) => `${check}: ${advice}`),
  ];
}

async function server({ connection, namespace }: TemporalClient): Promise<Check> {
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  return { check: 'Temporal', ok: true, found: `server ${serverVersion}, namespace ${namespace}` };
}

async function retention({ connection, namespace }: TemporalClient): Promise<Check> {
  const kept = await retentionOf(connection, namespace);
  return {
    check: 'retention',
    ok: kept >= LEAST_RETENTION_MS,
    found: `closed withdrawals are remembered for ${(kept / DAY_MS).toFixed(1)} days`,
    advice: `Raise it, best to 30 days: temporal operator namespace update --namespace ${namespace} --retention 30d`,
  };
}

export async function attributes(connection: ConnectionLike, namespace: string): Promise<Check> {
  const missing = await missingAttributes(connection, namespace, searchAttributeNames);
  const flags = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
  return {
    check: 'search attributes',
    ok: missing.length === 0,
    found: missing.length === 0 ? 'all are registered' : `missing: ${missing.join(', ')}`,
    advice: `temporal operator search-attribute create --namespace ${namespace} ${flags}`,
  };
}

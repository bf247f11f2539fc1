import type { ConnectionLike } from '@temporalio/client';
import { Command } from 'commander';
import { hasPollers } from '../../client/inbox.js';
import type { TemporalClient } from '../../temporal/connection.js';
import { connectClient } from '../../temporal/connection.js';
import { missingAttributes, retentionOf } from '../../temporal/namespace.js';
import proto from '@temporalio/proto';
import { searchAttributeNames, workflowQueue } from '../../workflows/contract.js';
import type { Check } from './doctor-providers.js';
import { providerChecks } from './doctor-providers.js';
import { typed } from '../own-command.js';
import { printJson, tableOf } from '../printing.js';

const DAY_MS = 24 * 3_600_000;
/** Two days: a day to send in, which is the default, and an hour and more to spare. */
const LEAST_RETENTION_MS = 2 * DAY_MS;

/** Looks whether a deployment can pay: what it finds, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check the server, its retention and attributes, the workers, and the clocks and keys of the providers that are used; exit code 1 if something is wrong',
    )
    .option('--json', 'one JSON object per line')
    .action(doctor);
}

async function doctor({ json }: { json?: true }): Promise<void> {
  const temporal = await connectClient();
  try {
    const checks = [
      await server(temporal),
      await retention(temporal),
      await attributes(temporal.connection, temporal.namespace),
      await workflowWorker(temporal),
      ...(await providerChecks(temporal.client, process.env)),
    ];
    if (json === true) for (const check of checks) printJson(check);
    else console.log(doctorLines(checks).join('\n'));
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
  } finally {
    await temporal.connection.close();
  }
}

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

async function workflowWorker({ client }: TemporalClient): Promise<Check> {
  const served = await hasPollers(
    client,
    workflowQueue,
    proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
  );
  return {
    check: 'worker for workflows',
    ok: served,
    found: served
      ? `asks queue ${workflowQueue} for work (seen in the last five minutes)`
      : `nobody asks queue ${workflowQueue} for work`,
    advice: `Start one: ${typed} worker`,
  };
}

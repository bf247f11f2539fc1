import { Command } from 'commander';
import { request } from 'undici';
import type { Provider } from '../providers/provider.js';
import { hasPollers } from '../client/inbox.js';
import { matrix } from '../domain/matrix.js';
import { readSettings } from '../settings/index.js';
import type { TemporalClient } from '../temporal/connection.js';
import { connectClient } from '../temporal/connection.js';
import { retentionOf } from '../temporal/namespace.js';
import proto from '@temporalio/proto';
import { callQueue, searchAttributeNames, workflowQueue } from '../workflows/contract.js';
import { printJson, tableOf } from './printing.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;
const DAY_MS = 24 * 3_600_000;
/** Two days: a day to send in, which is the default, and an hour and more to spare. */
const LEAST_RETENTION_MS = 2 * DAY_MS;
/** Cryptopay's commit window and the gate's turns are counted in seconds. */
const MOST_SKEW_MS = 2_000;

interface Check {
  check: string;
  ok: boolean;
  found: string;
  /** What to do, where it isn't well. */
  advice?: string;
}

/** Looks whether a deployment can pay: what it finds, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check the server, its retention and attributes, the workers, the providers’ clocks; exit code 1 if something is wrong',
    )
    .option('--json', 'one JSON object per line')
    .action(doctor);
}

async function doctor({ json }: { json?: true }): Promise<void> {
  const providers = Object.values(readSettings(process.env, { role: 'operator' }).providers);
  const temporal = await connectClient();
  try {
    const checks = [
      await server(temporal),
      await retention(temporal),
      await attributes(temporal),
      await workers(temporal, workflowQueue, queueTypes.TASK_QUEUE_TYPE_WORKFLOW, 'workflows'),
      ...(await Promise.all(
        providers.map(({ name }) =>
          workers(temporal, callQueue(name), queueTypes.TASK_QUEUE_TYPE_ACTIVITY, `calls to ${matrix[name].title}`),
        ),
      )),
      ...(await Promise.all(providers.map(clock))),
    ];
    if (json === true) for (const check of checks) printJson(check);
    else console.log(tableOf(['check', '', 'found', 'what to do'], checks.map(rowOf), [null, null, 60, 50]));
    if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
  } finally {
    await temporal.connection.close();
  }
}

function rowOf({ check, ok, found, advice = '' }: Check): string[] {
  return [check, ok ? 'ok' : 'WRONG', found, ok ? '' : advice];
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

async function attributes({ connection, namespace }: TemporalClient): Promise<Check> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributeNames.filter((name) => !Object.hasOwn(customAttributes, name));
  const flags = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
  return {
    check: 'search attributes',
    ok: missing.length === 0,
    found: missing.length === 0 ? 'all are registered' : `missing: ${missing.join(', ')}`,
    advice: `temporal operator search-attribute create --namespace ${namespace} ${flags}`,
  };
}

async function workers(
  { client }: TemporalClient,
  queue: string,
  type: proto.temporal.api.enums.v1.TaskQueueType,
  what: string,
): Promise<Check> {
  const served = await hasPollers(client, queue, type);
  return {
    check: `worker for ${what}`,
    ok: served,
    found: served
      ? `asks queue ${queue} for work (seen in the last five minutes)`
      : `nobody asks queue ${queue} for work`,
    advice: 'Start one with this provider’s settings: outflow worker',
  };
}

async function clock({ name, origin }: Provider): Promise<Check> {
  const check = `clock of ${matrix[name].title}`;
  const advice = 'Put this machine’s clock right (NTP); if it is, ask the provider.';
  try {
    const asked = Date.now();
    const { headers, body } = await request(origin, { method: 'GET', headersTimeout: 5_000, bodyTimeout: 5_000 });
    await body.dump();
    const told = Date.parse(String(headers['date']));
    // The header has whole seconds, and the answer took its time: between them the true difference lies.
    const skew = told + 500 - (asked + Date.now()) / 2;
    if (Number.isNaN(skew)) return { check, ok: false, found: 'the answer has no Date header', advice };
    return { check, ok: Math.abs(skew) <= MOST_SKEW_MS, found: `${(skew / 1_000).toFixed(1)} s from ours`, advice };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return {
      check,
      ok: false,
      found: `${origin} can't be reached (${code})`,
      advice: 'Check the network and *_BASE_URL.',
    };
  }
}

import type { Client } from '@temporalio/client';
import { isGrpcServiceError, QueryNotRegisteredError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { ofOurs } from '../../../client/inbox/queries.js';
import { lastAskedForWork, stuckItems } from '../../../client/inbox/workers.js';
import { inWords, missingKeysOf } from '../../../client/keys/missing-keys.js';
import { workflowQueue } from '../../../contract/ids.js';
import { cliName } from '../../processes/outflow-command.js';
import type { Check } from './check.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;

/** How long a worker may take to answer: longer than Temporal waits for one that has the workflow in memory and is gone. */
const TIMEOUT_MS = 15_000;
/** So many workflows are asked at once: one answer is enough. */
const ASKED = 3;
/** So many open workflows are looked at for failing tasks. */
const LOOKED_AT = 1_000;
/** A worker asks for work for up to a minute at a time: one that asked longer ago has stopped. */
const FRESH_MS = 70_000;

/** What shows that workers run: one that answers now, or that asked for work within the last minute or so. */
export interface Evidence {
  ok: boolean;
  found: string;
  /** What to do, where it isn't to start one. */
  advice?: string;
}

/** Any worker knows the answer, whatever the workflow is: it is the SDK's own. */
const ANY_QUERY = '__temporal_workflow_metadata';

export async function workflowWorker(temporal: Client): Promise<Check> {
  const evidence = (await answerNow(temporal)) ?? (await asksForWork(temporal, workflowQueue, 'WORKFLOW'));
  return { check: 'worker for workflows', advice: `Start one: ${cliName} worker`, ...evidence };
}

const addKey =
  'Add it to OUTFLOW_ENCRYPTION_KEYS of every worker, and restart them. Nothing is lost, and nothing is sent until then.';

/** Whether open workflows stand still, since their code fails or a worker can't read them. */
export async function failingWorkflows(temporal: Client): Promise<Check> {
  const check = 'open workflows';
  const items = await stuckItems(temporal, LOOKED_AT);
  const stuck = items.flatMap((item) => (item.kind === 'stuck workflow' ? [item] : []));
  if (stuck.length === 0) return { check, ok: true, found: 'none fails' };
  const ofKeys = stuck.filter(({ missingKeys }) => missingKeys !== undefined);
  const ids = new Set(ofKeys.flatMap(({ missingKeys = [] }) => missingKeys));
  const lacking = ofKeys.length === 0 ? '' : `: of ${ofKeys.length}, a worker lacks ${inWords([...ids])}`;
  const advice = ofKeys.length === 0 ? 'The worker’s log says why.' : addKey;
  return {
    check,
    ok: false,
    found: `the tasks of ${stuck.length} fail${lacking}`,
    advice: `${advice} See: ${cliName} inbox`,
  };
}

/** Whether a worker answers a query now; nothing where no workflow is open that could be asked. */
async function answerNow(temporal: Client): Promise<Evidence | undefined> {
  const asked: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({
    query: `${ofOurs} AND ExecutionStatus = 'Running'`,
    pageSize: ASKED,
  })) {
    asked.push(workflowId);
    if (asked.length === ASKED) break;
  }
  if (asked.length === 0) return undefined;
  const began = Date.now();
  try {
    await Promise.any(asked.map((workflowId) => answered(temporal, workflowId)));
    return { ok: true, found: `answered a query in ${Date.now() - began} ms` };
  } catch {
    for (const workflowId of asked) {
      const missing = await missingKeysOf(temporal, workflowId);
      if (missing === undefined) continue;
      return {
        ok: false,
        found: `one took a query and lacks ${inWords(missing)}, with which ${workflowId} is encrypted`,
        advice: addKey,
      };
    }
    const { found } = await asksForWork(temporal, workflowQueue, 'WORKFLOW');
    return { ok: false, found: `no worker answers a query within ${TIMEOUT_MS / 1_000} s; ${found}` };
  }
}

/** gRPC's status codes for a query that a worker took and could not answer. */
const answeredAllTheSame = [3];

async function answered(temporal: Client, workflowId: string): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + TIMEOUT_MS, () =>
      temporal.workflow.getHandle(workflowId).query(ANY_QUERY),
    );
  } catch (error) {
    if (error instanceof QueryNotRegisteredError) return;
    if (!(isGrpcServiceError(error) && answeredAllTheSame.includes(error.code))) throw error;
  }
}

/** The most that can be known of a queue which nothing can be asked through. */
export async function asksForWork(temporal: Client, queue: string, type: 'WORKFLOW' | 'ACTIVITY'): Promise<Evidence> {
  const at = await lastAskedForWork(temporal, queue, queueTypes[`TASK_QUEUE_TYPE_${type}`]);
  if (at === undefined) return { ok: false, found: `nobody asks queue ${queue} for work` };
  const ago = Math.max(0, Date.now() - at);
  const found = `queue ${queue} was last asked for work ${Math.round(ago / 1_000)} s ago`;
  return ago <= FRESH_MS
    ? { ok: true, found: `${found} (one that has just stopped shows for a minute)` }
    : { ok: false, found: `${found}: that worker has stopped` };
}

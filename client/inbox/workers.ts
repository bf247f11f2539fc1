import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { callQueue, workflowQueue, workflowTypes } from '../../contract/ids.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { providerNames } from '../../domain/providers/index.js';
import { concurrently } from '../concurrently.js';
import { inWords, missingKeys } from '../keys/missing-keys.js';
import type { RunId } from '../stored/events.js';
import type { InboxItem } from './items.js';
import { AT_ONCE, ofOurs, openWithdrawals } from './queries.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;
type Raw = WorkflowExecutionDescription['raw'] | undefined;
/** A workflow task that failed so often is no passing trouble. */
const FAILING_ATTEMPTS = 3;

/**
 * Withdrawals, cases and rate limiters whose workflow tasks fail. Rate limiters are looked at first, since all of a provider's payouts wait for one; then
 * the oldest: what has stood still longest is likeliest to be forgotten.
 */
export async function stuckItems(temporal: Client, lookedAt: number): Promise<InboxItem[]> {
  const open: (RunId & { startTime: Date; type: string })[] = [];
  // The index lists the latest first, and can't be asked for another order everywhere.
  const query = `${ofOurs} AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId, startTime, type } of temporal.workflow.list({ query }))
    open.push({ workflowId, runId, startTime, type });
  const isLimiter = ({ type }: { type: string }) => Number(type === workflowTypes.rateLimiter);
  open.sort((a, b) => isLimiter(b) - isLimiter(a) || a.startTime.getTime() - b.startTime.getTime());
  const items = await concurrently(open.slice(0, lookedAt), AT_ONCE, async ({ workflowId, runId, startTime }) => {
    const raw = await rawOf(temporal, workflowId);
    const attempt = raw?.pendingWorkflowTask?.attempt ?? 0;
    if (attempt < 2) return undefined;
    const missing = await missingKeys(temporal, { workflowId, runId });
    if (missing === undefined && attempt < FAILING_ATTEMPTS) return undefined;
    const why = `its workflow task fails (attempt ${attempt}): ${missing ? keysLacking(missing) : 'the worker’s log says why'}`;
    const since = raw?.pendingWorkflowTask?.originalScheduledTime;
    return {
      kind: 'stuck workflow' as const,
      ...{ workflowId, why, since: since ? new Date(tsToMs(since)).toISOString() : startTime.toISOString() },
      ...(missing && { missingKeys: missing }),
    };
  });
  const found = items.filter((item) => item !== undefined);
  if (open.length <= lookedAt) return found;
  const why = `only the oldest ${lookedAt} of ${open.length} open workflows were looked at for failing tasks`;
  return [...found, { kind: 'incomplete', why, since: new Date().toISOString() }];
}

/** It goes on by itself once the key is there. */
function keysLacking(ids: readonly string[]): string {
  return `a worker lacks ${inWords(ids)}, with which it is encrypted; it goes on once that is in every worker’s OUTFLOW_ENCRYPTION_KEYS`;
}

/** Nothing where it was deleted meanwhile. */
async function rawOf(temporal: Client, workflowId: string): Promise<Raw> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).raw;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Task queues that open withdrawals need and no worker polls. */
export async function unservedItems(temporal: Client): Promise<InboxItem[]> {
  const queues = [
    { queue: workflowQueue, type: queueTypes.TASK_QUEUE_TYPE_WORKFLOW, query: openWithdrawals },
    ...providerNames.map((provider) => ({
      queue: callQueue(provider),
      type: queueTypes.TASK_QUEUE_TYPE_ACTIVITY,
      query: `${openWithdrawals} AND ${searchAttributes.provider.name} = '${provider}'`,
    })),
  ];
  const items = await Promise.all(
    queues.map(async ({ queue, type, query }): Promise<InboxItem[]> => {
      const { count } = await temporal.workflow.count(query);
      if (count === 0 || (await hasPollers(temporal, queue, type))) return [];
      const why = `${count} open withdrawals, and no worker asks for their work: start one`;
      return [{ kind: 'unserved queue', queue, why, since: new Date().toISOString() }];
    }),
  );
  return items.flat();
}

/** Does a worker ask this queue for work? Temporal remembers one that stopped for up to five minutes. */
async function hasPollers(
  temporal: Client,
  queue: string,
  type: proto.temporal.api.enums.v1.TaskQueueType,
): Promise<boolean> {
  return (await lastAskedForWork(temporal, queue, type)) !== undefined;
}

/** When a worker last began to ask this queue for work, ms; each asking lasts up to a minute. */
export async function lastAskedForWork(
  temporal: Client,
  queue: string,
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType,
): Promise<number | undefined> {
  const { namespace } = temporal.options;
  const { pollers } = await temporal.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType,
  });
  const times = pollers.map(({ lastAccessTime }) => tsToMs(lastAccessTime));
  return times.length === 0 ? undefined : Math.max(...times);
}

import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { ProviderName } from '../domain/matrix.js';
import { providerNames } from '../domain/matrix.js';
import { callQueue, searchAttributes, workflowQueue, workflowTypes } from '../workflows/contract.js';
import { listedFrom } from './list.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;

/** Something that needs a person. Times are ISO 8601. */
export type InboxItem =
  | { kind: 'withdrawal'; withdrawalId: string; why: string; since: string; provider?: ProviderName }
  /** Verified news with no open withdrawal to take it. */
  | { kind: 'case'; caseId: string; why: string; since: string; provider?: ProviderName }
  /** Its workflow's code fails, so nothing moves it. */
  | { kind: 'stuck workflow'; workflowId: string; why: string; since: string }
  /** Withdrawals wait, and no worker asks for their work. */
  | { kind: 'unserved queue'; queue: string; why: string; since: string };

/** A workflow task that failed so often is no passing trouble. */
const FAILING_ATTEMPTS = 3;
/** So many open withdrawals are looked at for failing tasks, the oldest first. */
const LOOKED_AT = 200;

/** All that needs a person, the oldest first. */
export async function inboxOf(temporal: Client): Promise<InboxItem[]> {
  const found = await Promise.all([withAttention(temporal), openCases(temporal), stuck(temporal), unserved(temporal)]);
  return found.flat().sort((a, b) => a.since.localeCompare(b.since));
}

const openWithdrawals = `WorkflowType = '${workflowTypes.withdrawal}' AND ExecutionStatus = 'Running'`;

async function withAttention(temporal: Client): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  for await (const execution of temporal.workflow.list({
    query: `${openWithdrawals} AND ${searchAttributes.attention.name} IS NOT NULL`,
  })) {
    const { withdrawalId, provider, attention = 'a person is needed', submittedAt } = listedFrom(execution);
    items.push({ kind: 'withdrawal', withdrawalId, why: attention, since: submittedAt, ...(provider && { provider }) });
  }
  return items;
}

async function openCases(temporal: Client): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  const query = `WorkflowType = '${workflowTypes.case}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, startTime, typedSearchAttributes } of temporal.workflow.list({ query })) {
    const provider = providerNames.find((name) => name === typedSearchAttributes.get(searchAttributes.provider));
    const caseId = workflowId.slice(workflowId.indexOf('/') + 1);
    const why = 'verified news that no open withdrawal can take';
    items.push({ kind: 'case', caseId, why, since: startTime.toISOString(), ...(provider && { provider }) });
  }
  return items;
}

async function stuck(temporal: Client): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  let looked = 0;
  for await (const { workflowId, startTime } of temporal.workflow.list({ query: openWithdrawals })) {
    if (++looked > LOOKED_AT) break;
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
    if (attempt < FAILING_ATTEMPTS) continue;
    const why = `its workflow task fails (attempt ${attempt}): the worker's log says why`;
    items.push({ kind: 'stuck workflow', workflowId, why, since: startTime.toISOString() });
  }
  return items;
}

async function unserved(temporal: Client): Promise<InboxItem[]> {
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
export async function hasPollers(
  temporal: Client,
  queue: string,
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType,
): Promise<boolean> {
  const { namespace } = temporal.options;
  const { pollers } = await temporal.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType,
  });
  return pollers.length > 0;
}

import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { ProviderName } from '../domain/matrix.js';
import { providerNames } from '../domain/matrix.js';
import type { Status } from '../domain/states.js';
import type { CaseStart } from '../workflows/contract.js';
import { callQueue, caseSummary, searchAttributes, workflowQueue, workflowTypes } from '../workflows/contract.js';
import { listedFrom } from './list.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;

/** Something that needs a person. Times are ISO 8601. */
export type InboxItem =
  | { kind: 'withdrawal'; withdrawalId: string; status: Status; why: string; since: string; provider?: ProviderName }
  /** Verified news that no withdrawal can take. */
  | { kind: 'case'; caseId: string; why: string; since: string; provider?: ProviderName }
  /** Its workflow's code fails, so nothing moves it. */
  | { kind: 'stuck workflow'; workflowId: string; why: string; since: string }
  /** Withdrawals wait, and no worker asks for their work. */
  | { kind: 'unserved queue'; queue: string; why: string; since: string };

/** A workflow task that failed so often is no passing trouble. */
const FAILING_ATTEMPTS = 3;
/** So many open withdrawals are looked at for failing tasks, and so many cases for their kind. */
const LOOKED_AT = 200;

/** What kind of news a case holds, in plain words. */
export const caseKinds: Record<CaseStart['reason'], string> = {
  'unknown withdrawal': 'stray news: the provider tells of a withdrawal that Outflow does not know',
  unreadable: 'the provider’s verified callback has a body that Outflow can’t read',
  'differs from the recorded end': 'the provider tells of an ended withdrawal something else than its recorded end',
  'is not about this withdrawal': 'the provider tells under a withdrawal’s reference of something else than was asked',
};

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
    const { withdrawalId, status, provider, attention, submittedAt } = listedFrom(execution);
    const why = attention ?? 'a person is needed';
    items.push({ kind: 'withdrawal', withdrawalId, status, why, since: submittedAt, ...(provider && { provider }) });
  }
  return items;
}

async function openCases(temporal: Client): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  const query = `WorkflowType = '${workflowTypes.case}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, startTime, typedSearchAttributes } of temporal.workflow.list({ query })) {
    const provider = providerNames.find((name) => name === typedSearchAttributes.get(searchAttributes.provider));
    const caseId = workflowId.slice(workflowId.indexOf('/') + 1);
    const why = items.length < LOOKED_AT ? await kindOfCase(temporal, workflowId) : undefined;
    items.push({
      kind: 'case',
      caseId,
      why: why ?? ANY_CASE,
      since: startTime.toISOString(),
      ...(provider && { provider }),
    });
  }
  return items;
}

const ANY_CASE = 'verified news that no withdrawal can take';

/** The index doesn't hold it; the case's summary does, and needs no worker. */
async function kindOfCase(temporal: Client, workflowId: string): Promise<string | undefined> {
  const description = await temporal.workflow.getHandle(workflowId).describe();
  const summary = await description.staticSummary();
  return Object.entries(caseKinds).find(([reason]) => summary === caseSummary(reason))?.[1];
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

import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { gravity, isAttention } from '../domain/withdrawal/attention.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ProviderName } from '../domain/providers/index.js';
import { providerNames } from '../domain/providers/index.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import type { CaseStart } from '../contract/case.js';
import { callQueue, workflowQueue, workflowTypes } from '../contract/ids.js';
import { caseSummary } from '../contract/case.js';
import { searchAttributes } from '../contract/search-attributes.js';
import type { ClosedByForce } from './closed-by-force.js';
import { closedByForce, isStale, isSuperseded } from './closed-by-force.js';
import { closingOf, isClosedByForce } from './closings.js';
import { concurrently } from './concurrently.js';
import { standsSince } from './history.js';
import { listedFrom } from './list.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;

/** Something that needs a person. Times are ISO 8601; `since` is since when it needs one. */
export type InboxItem =
  | {
      kind: 'withdrawal';
      withdrawalId: string;
      status: Status;
      why: string;
      since: string;
      provider?: ProviderName;
      providerId?: string;
    }
  /** Its workflow was terminated, or failed: nobody follows its money. */
  | ({ kind: 'closed by force'; why: string; since: string } & Omit<ClosedByForce, 'closedAt'>)
  /** A run that started after its `sendBy`, and sent nothing; an earlier one may have paid. */
  | { kind: 'stale request'; withdrawalId: string; why: string; since: string; provider?: ProviderName }
  /** It waits for the provider's Owner, not for Outflow's operator. */
  | {
      kind: 'awaits Owner';
      withdrawalId: string;
      status: Status;
      why: string;
      since: string;
      provider?: ProviderName;
      providerId?: string;
    }
  /** Verified news that no withdrawal can take. */
  | { kind: 'case'; caseId: string; why: string; since: string; provider?: ProviderName }
  /** Its workflow's code fails, so nothing moves it. */
  | { kind: 'stuck workflow'; workflowId: string; why: string; since: string }
  /** Withdrawals wait, and no worker asks for their work. */
  | { kind: 'unserved queue'; queue: string; why: string; since: string }
  /** What this inbox didn't look at. */
  | { kind: 'incomplete'; why: string; since: string };

/** A workflow task that failed so often is no passing trouble. */
const FAILING_ATTEMPTS = 3;
/** So many cases are looked at for their kind. */
const CASES_LOOKED_AT = 200;
/** So many open workflows are looked at for failing tasks, the oldest first, unless told otherwise. */
const LOOKED_AT = 10_000;
/** So many questions are put to Temporal at once. */
const AT_ONCE = 10;

/** What kind of news a case holds, in plain words. */
export const caseKinds: Record<CaseStart['reason'], string> = {
  'unknown withdrawal': 'stray news: the provider tells of a withdrawal that Outflow does not know',
  unreadable: 'the provider’s verified callback has a body that Outflow can’t read',
  'differs from the recorded end': 'the provider tells of an ended withdrawal something else than its recorded end',
  'is not about this withdrawal': 'the provider tells under a withdrawal’s reference of something else than was asked',
};

/**
 * All that needs a person, the gravest first, then by reason and provider, the oldest first. `lookedAt`: how many open workflows are looked
 * at for failing tasks at most.
 */
export async function inboxOf(temporal: Client, { lookedAt = LOOKED_AT } = {}): Promise<InboxItem[]> {
  const found = await Promise.all([
    withAttention(temporal),
    closed(temporal),
    awaitingOwner(temporal),
    openCases(temporal),
    stuck(temporal, lookedAt),
    unserved(temporal),
  ]);
  return found
    .flat()
    .sort(
      (a, b) =>
        rankOf(b) - rankOf(a) ||
        groupOf(a).localeCompare(groupOf(b)) ||
        providerOf(a).localeCompare(providerOf(b)) ||
        a.since.localeCompare(b.since),
    );
}

/** What items have in common that belong together: their reason. */
export function groupOf({ kind, why }: InboxItem): string {
  return kind === 'withdrawal' || kind === 'case' ? why : kind;
}

export function providerOf(item: InboxItem): string {
  return 'provider' in item ? item.provider : '';
}

/** How grave it is; an attention’s own gravity, and others beside them. */
function rankOf(item: InboxItem): number {
  switch (item.kind) {
    case 'closed by force':
      return gravity('contradiction') + 1; // the only ones that nobody follows
    case 'withdrawal':
      return isAttention(item.why) ? gravity(item.why) : gravity('internal-fault');
    case 'case':
      return gravity(item.why === caseKinds['differs from the recorded end'] ? 'contradiction' : 'not-ours');
    case 'stuck workflow':
    case 'stale request':
      return gravity('unknown-outcome');
    case 'unserved queue':
      return gravity('waiting-for-worker');
    case 'incomplete':
      return -1;
    case 'awaits Owner':
      return -2;
  }
}

const ofWithdrawals = `WorkflowType = '${workflowTypes.withdrawal}'`;
const openWithdrawals = `${ofWithdrawals} AND ExecutionStatus = 'Running'`;

async function withAttention(temporal: Client): Promise<InboxItem[]> {
  const { name } = searchAttributes.attention;
  const found = await listedBy(temporal, `${openWithdrawals} AND ${name} IS NOT NULL`);
  return concurrently(found, AT_ONCE, async (execution) => {
    const { attention } = listedFrom(execution);
    const since = await sinceOf(temporal, execution, name, (value) => value !== null);
    return { kind: 'withdrawal', ...itemOf(execution), why: attention ?? 'a person is needed', since };
  });
}

async function awaitingOwner(temporal: Client): Promise<InboxItem[]> {
  const { name } = searchAttributes.status;
  const status: Status = 'awaiting_approval';
  const found = await listedBy(
    temporal,
    `${openWithdrawals} AND ${name} = '${status}' AND ${searchAttributes.attention.name} IS NULL`,
  );
  return concurrently(found, AT_ONCE, async (execution) => {
    const since = await sinceOf(temporal, execution, name, (value) => value === status);
    return {
      kind: 'awaits Owner',
      ...itemOf(execution),
      why: 'the provider’s Owner has not approved or declined it yet',
      since,
    };
  });
}

async function closed(temporal: Client): Promise<InboxItem[]> {
  const found = await listedBy(temporal, `${ofWithdrawals} AND ${isClosedByForce}`);
  const items = await concurrently(found, AT_ONCE, async (execution): Promise<InboxItem | undefined> => {
    const how = closingOf(execution);
    if (how === undefined || (await isSuperseded(temporal, execution))) return undefined;
    const { withdrawalId, provider, submittedAt } = listedFrom(execution);
    if (await isStale(temporal, execution)) {
      const since = execution.closeTime?.toISOString() ?? submittedAt;
      const why = 'its run started after its sendBy and sent nothing; an earlier one may have paid';
      return { kind: 'stale request', withdrawalId, why, since, ...(provider && { provider }) };
    }
    const { closedAt, ...item } = await closedByForce(temporal, execution, how);
    const why = `its workflow was closed by force (${how}): nobody follows its money`;
    return { kind: 'closed by force', ...item, why, since: closedAt };
  });
  return items.filter((item) => item !== undefined);
}

async function listedBy(temporal: Client, query: string): Promise<WorkflowExecutionInfo[]> {
  const found = [];
  for await (const execution of temporal.workflow.list({ query })) found.push(execution);
  return found;
}

function itemOf(execution: WorkflowExecutionInfo) {
  const { withdrawalId, status, provider, providerId } = listedFrom(execution);
  return { withdrawalId, status, ...omitUndefined({ provider, providerId }) };
}

async function sinceOf(
  temporal: Client,
  { startTime, ...run }: WorkflowExecutionInfo,
  attribute: string,
  stands: (value: unknown) => boolean,
): Promise<string> {
  return new Date((await standsSince(temporal, run, attribute, stands)) ?? startTime).toISOString();
}

async function openCases(temporal: Client): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  const query = `WorkflowType = '${workflowTypes.case}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, startTime, typedSearchAttributes } of temporal.workflow.list({ query })) {
    const provider = providerNames.find((name) => name === typedSearchAttributes.get(searchAttributes.provider));
    const caseId = workflowId.slice(workflowId.indexOf('/') + 1);
    const why = items.length < CASES_LOOKED_AT ? await kindOfCase(temporal, workflowId) : undefined;
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

/** What has stood still longest is likeliest to be forgotten: the oldest are looked at first. */
async function stuck(temporal: Client, lookedAt: number): Promise<InboxItem[]> {
  const open: { workflowId: string; startTime: Date }[] = [];
  // The index lists the latest first, and can't be asked for another order everywhere.
  for await (const { workflowId, startTime } of temporal.workflow.list({ query: openWithdrawals }))
    open.push({ workflowId, startTime });
  const oldestFirst = open.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
  const items = await concurrently(oldestFirst.slice(0, lookedAt), AT_ONCE, async ({ workflowId, startTime }) => {
    const raw = await rawOf(temporal, workflowId);
    const attempt = raw?.pendingWorkflowTask?.attempt ?? 0;
    if (attempt < FAILING_ATTEMPTS) return undefined;
    const why = `its workflow task fails (attempt ${attempt}): the worker's log says why`;
    const since = raw?.pendingWorkflowTask?.originalScheduledTime;
    return {
      kind: 'stuck workflow' as const,
      ...{ workflowId, why, since: since ? new Date(tsToMs(since)).toISOString() : startTime.toISOString() },
    };
  });
  const found = items.filter((item) => item !== undefined);
  if (open.length <= lookedAt) return found;
  const why = `only the oldest ${lookedAt} of ${open.length} open workflows were looked at for failing tasks`;
  return [...found, { kind: 'incomplete', why, since: new Date().toISOString() }];
}

/** Nothing where it was deleted meanwhile. */
async function rawOf(temporal: Client, workflowId: string) {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).raw;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
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

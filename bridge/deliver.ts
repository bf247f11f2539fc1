import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { matrix } from '../domain/matrix.js';
import { isFinalWord } from '../domain/record.js';
import type { ProviderRecord } from '../domain/record.js';
import { isWithdrawalId, withdrawalIdOf } from '../domain/request.js';
import type { CaseStart } from '../workflows/contract.js';
import { callbackSignal, searchAttributes, workflowIds, workflowQueue, workflowTypes } from '../workflows/contract.js';

/** What became of a verified callback. None of these is reached before Temporal holds it durably. */
export type Outcome = 'applied' | 'duplicate' | 'case' | 'not a withdrawal';

/**
 * Hands verified news to the withdrawal's open workflow by a plain signal. With no open one to take it, the news is either no news
 * (the recorded end, or a step before it, told again) or a case for a person.
 */
export async function deliver(temporal: Client, record: ProviderRecord): Promise<Outcome> {
  const { provider } = record;
  const workflowId = await workflowIdFor(temporal, record);
  if (workflowId === undefined) return openCase(temporal, { provider, reason: 'unknown withdrawal', record });
  const handle = temporal.workflow.getHandle(workflowId);
  try {
    await handle.signal(callbackSignal, { record });
    return 'applied';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  const ended = await descriptionOf(() => handle.describe());
  const of = { provider, withdrawalId: withdrawalIdOf(workflowId), record };
  if (ended === undefined) return openCase(temporal, { ...of, reason: 'unknown withdrawal' });
  return saysTheSame(record, ended)
    ? 'duplicate'
    : openCase(temporal, { ...of, reason: 'differs from the recorded end' });
}

/** A provider that takes no reference of ours is known by its own id alone: the index may be a moment behind. */
const INDEX_PATIENCE_MS = 5_000;
const INDEX_PAUSE_MS = 250;

async function workflowIdFor(
  temporal: Client,
  { provider, providerId, reference }: ProviderRecord,
): Promise<string | undefined> {
  if (reference !== undefined) return isWithdrawalId(reference) ? workflowIds.withdrawal(reference) : undefined;
  if (matrix[provider].takesReference || !/^[\w-]{1,64}$/.test(providerId)) return undefined;
  const query =
    `WorkflowType = '${workflowTypes.withdrawal}' AND ${searchAttributes.provider.name} = '${provider}' ` +
    `AND ${searchAttributes.providerId.name} = '${providerId}'`;
  for (const deadline = Date.now() + INDEX_PATIENCE_MS; ; await sleep(INDEX_PAUSE_MS)) {
    for await (const { workflowId } of temporal.workflow.list({ query, pageSize: 1 })) return workflowId;
    if (Date.now() >= deadline) return undefined;
  }
}

/** Starts a case, once per content: told again, open or closed, it is a duplicate. */
export async function openCase(temporal: Client, start: CaseStart): Promise<Outcome> {
  const hash = createHash('sha256').update(sortedJson(start)).digest('hex');
  const providerId = start.record?.providerId;
  try {
    await temporal.workflow.start(workflowTypes.case, {
      workflowId: workflowIds.case(hash),
      taskQueue: workflowQueue,
      args: [start],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `case: ${start.reason}`,
      typedSearchAttributes: [
        { key: searchAttributes.provider, value: start.provider },
        ...(providerId === undefined ? [] : [{ key: searchAttributes.providerId, value: providerId }]),
      ],
    });
    return 'case';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'duplicate';
    throw error;
  }
}

/** The recorded end told again, or an earlier step of the same record arriving late. */
function saysTheSame(record: ProviderRecord, { typedSearchAttributes }: WorkflowExecutionDescription): boolean {
  const isSameRecord =
    typedSearchAttributes.get(searchAttributes.provider) === record.provider &&
    typedSearchAttributes.get(searchAttributes.providerId) === record.providerId;
  return (
    isSameRecord && (!isFinalWord(record) || record.meaning === typedSearchAttributes.get(searchAttributes.status))
  );
}

async function descriptionOf(
  describe: () => Promise<WorkflowExecutionDescription>,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The same content gives the same text, whatever order a provider wrote its fields in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

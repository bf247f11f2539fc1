import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { differsFromEnd } from '../domain/withdrawal/records.js';
import { capabilities } from '../domain/providers/index.js';
import { eventOf } from '../domain/record.js';
import type { ProviderRecord } from '../domain/record.js';
import { isWithdrawalId } from '../domain/request.js';
import { durations } from '../domain/timeouts/durations.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import { recordedEnd } from '../client/stored/recorded-end.js';
import type { CaseStart } from '../contract/case.js';
import type { CaseIdOf } from '../temporal/encryption/case-id.js';
import { callbackSignal } from '../contract/messages.js';
import { caseOptions, contentOf } from '../contract/case.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { withdrawalIdOf, workflowIds, workflowTypes } from '../contract/ids.js';

/** What became of a verified callback. The first three are not reached before Temporal holds it durably; the others are only counted. */
export type Outcome = 'applied' | 'duplicate' | 'case' | 'not a withdrawal' | 'not ours';

/** What delivers callbacks. */
export interface Deliverer {
  temporal: Client;
  /** How cases get their ids. */
  caseIdOf: CaseIdOf;
}

/** What Temporal answers within the bridge's time for it; else rejects. */
export function withDeadline<T>(temporal: Client, ask: () => Promise<T>): Promise<T> {
  return temporal.withDeadline(Date.now() + durations.bridge.temporal.ms, ask);
}

/**
 * Delivers a verified callback to the withdrawal's open workflow by a plain signal. With no open one to take it, it is either a duplicate
 * (of the recorded end, or of a step before it) or a case for a person.
 */
export async function deliver(by: Deliverer, record: ProviderRecord): Promise<Outcome> {
  const workflowId = await workflowIdFor(by.temporal, record);
  return withDeadline(by.temporal, () => signalOrStartCase(by, record, workflowId));
}

async function signalOrStartCase(by: Deliverer, record: ProviderRecord, workflowId?: string): Promise<Outcome> {
  const { provider } = record;
  if (workflowId === undefined) return startCase(by, { provider, reason: 'unknown withdrawal', record });
  const handle = by.temporal.workflow.getHandle(workflowId);
  try {
    await handle.signal(callbackSignal, { record });
    return 'applied';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  const ended = await descriptionOf(() => handle.describe());
  const of = { provider, withdrawalId: withdrawalIdOf(workflowId), record };
  if (ended === undefined) return startCase(by, { ...of, reason: 'unknown withdrawal' });
  return (await isAlreadyRecorded(by.temporal, record, ended))
    ? 'duplicate'
    : startCase(by, { ...of, reason: 'differs from the recorded end' });
}

/** A provider that takes no reference of ours is known by its own id alone: the index may be a moment behind. */
async function workflowIdFor(
  temporal: Client,
  { provider, providerId, reference }: ProviderRecord,
): Promise<string | undefined> {
  if (reference !== undefined) return isWithdrawalId(reference) ? workflowIds.withdrawal(reference) : undefined;
  if (capabilities[provider].takesReference || !/^[\w-]{1,64}$/.test(providerId)) return undefined;
  const query =
    `WorkflowType = '${workflowTypes.withdrawal}' AND ${searchAttributes.provider.name} = '${provider}' ` +
    `AND ${searchAttributes.providerId.name} = '${providerId}'`;
  for (const deadline = Date.now() + durations.bridge.index.ms; ; await sleep(durations.bridge.indexPause.ms)) {
    const found = await withDeadline(temporal, async () => {
      for await (const { workflowId } of temporal.workflow.list({ query, pageSize: 1 })) return workflowId;
      return undefined;
    });
    if (found !== undefined || Date.now() >= deadline) return found;
  }
}

/** Starts a case, once per content: delivered again, whether that is open or closed, it is a duplicate. */
export async function startCase({ temporal, caseIdOf }: Deliverer, start: CaseStart): Promise<Outcome> {
  const options = caseOptions(start, caseIdOf(contentOf(start)));
  try {
    await temporal.workflow.start(workflowTypes.case, { ...options, workflowIdConflictPolicy: 'FAIL' });
    return 'case';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'duplicate';
    throw error;
  }
}

/**
 * Nothing new: the recorded end once more, or an earlier step of the same record arriving late. A workflow that was terminated
 * recorded no end, so that any callback about it is for a person.
 */
async function isAlreadyRecorded(
  temporal: Client,
  record: ProviderRecord,
  { workflowId, runId, status }: WorkflowExecutionDescription,
): Promise<boolean> {
  if (status.name !== 'COMPLETED') return false;
  // The whole end stands in the result; the index knows no transaction.
  const end = await recordedEnd(temporal.workflow.getHandle<() => Promise<WithdrawalView>>(workflowId, runId));
  if (end === undefined) return false;
  const isSameRecord = end.provider === record.provider && end.providerId === record.providerId;
  return isSameRecord && !differsFromEnd(end, record, eventOf(record));
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

import type { Client, WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import proto from '@temporalio/proto';
import { omitUndefined } from '../../domain/omit-undefined.js';
import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import { latestSend } from '../../domain/validation/check-request.js';
import type { Status } from '../../domain/withdrawal/lifecycle.js';
import type { WithdrawalView } from '../../domain/withdrawal/view.js';
import { STALE_REQUEST } from '../../contract/messages.js';
import { isKeyMissing } from '../../temporal/encryption/key-missing.js';
import { lastProviderId } from './events.js';
import type { Closing } from './closings.js';
import { closingOf } from './closings.js';
import type { Indexed } from './indexed.js';
import { listedFrom } from './indexed.js';
import { withdrawalIdOf, workflowTypes } from '../../contract/ids.js';
import { recordedEnd } from './recorded-end.js';
import { requestOrReason } from './workflow-start.js';

const closeEvent = proto.temporal.api.enums.v1.HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;

/** What is known of a withdrawal whose workflow was closed by force. Times are ISO 8601. */
export interface ClosedByForce {
  withdrawalId: string;
  how: Closing;
  closedAt: string;
  /** Where it stood. */
  status: Status;
  provider?: ProviderName;
  providerId?: string;
  /** What it should pay. */
  asked?: Pick<WithdrawalRequest, 'currency' | 'amount' | 'convertTo' | 'amountTo' | 'address' | 'tag'>;
}

/**
 * Did the run fail because it started after its `sendBy`? Such a one sent nothing. Its failure's type is not encrypted: whoever reaches Temporal may write
 * it, but not when the run started.
 */
export async function isStale(temporal: Client, { workflowId, runId, status, startTime }: Run): Promise<boolean> {
  if (status.name !== 'FAILED') return false;
  const request = await heldRequest(temporal, workflowId);
  if (request === undefined || (request !== 'no key' && startTime.getTime() < Date.parse(latestSend(request))))
    return false;
  const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    historyEventFilterType: closeEvent,
  });
  const failure = history?.events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
  return failure?.applicationFailureInfo?.type === STALE_REQUEST;
}

async function heldRequest(temporal: Client, workflowId: string): Promise<WithdrawalRequest | 'no key' | undefined> {
  try {
    return (await requestOrReason(temporal, withdrawalIdOf(workflowId))).request;
  } catch (error) {
    if (isKeyMissing(error)) return 'no key';
    throw error;
  }
}

type Run = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'status' | 'startTime'>;

/** The latest run of the same withdrawal, unless it is this one: then the withdrawal goes on. */
export async function isSuperseded(temporal: Client, { workflowId, runId }: Run): Promise<boolean> {
  return (await temporal.workflow.getHandle(workflowId).describe()).runId !== runId;
}

/**
 * All that the index and the history hold of it. Without `isKeyNeeded`, only what the index holds where the key of its history is not here.
 * @throws an error of type `KeyMissing`, unless it isn't needed
 */
export async function closedByForce(
  temporal: Client,
  run: Run & Indexed,
  how: Closing,
  { isKeyNeeded = true } = {},
): Promise<ClosedByForce> {
  const { status, provider, providerId } = listedFrom(run);
  const withdrawalId = withdrawalIdOf(run.workflowId);
  const closedAt = (run.closeTime ?? run.startTime).toISOString();
  const indexed = { withdrawalId, how, closedAt, status, ...omitUndefined({ provider, providerId }) };
  try {
    return { ...indexed, ...(await heldByHistory(temporal, run, providerId)) };
  } catch (error) {
    if (isKeyNeeded || !isKeyMissing(error)) throw error;
    return indexed;
  }
}

async function heldByHistory(temporal: Client, { workflowId, runId }: Run, indexedId: string | undefined) {
  const { request } = await requestOrReason(temporal, withdrawalIdOf(workflowId));
  const providerId = indexedId ?? (await lastProviderId(temporal, { workflowId, runId }, request));
  return omitUndefined({ providerId, asked: request && askedIn(request) });
}

function askedIn({ currency, amount, convertTo, amountTo, address, tag }: WithdrawalRequest) {
  return { currency, address, ...omitUndefined({ amount, convertTo, amountTo, tag }) };
}

/** What became of a withdrawal's latest run, where it was not by itself: `stale`, or closed by force. */
export async function forcedEnd(
  temporal: Client,
  description: WorkflowExecutionDescription,
): Promise<ClosedByForce | 'stale' | undefined> {
  const how = closingOf(description) ?? (await completedByForce(temporal, description));
  if (how === undefined) return undefined;
  return (await isStale(temporal, description)) ? 'stale' : closedByForce(temporal, description, how);
}

/** The index shows what anybody may have written; the end that a withdrawal's workflow recorded does not. */
async function completedByForce(
  temporal: Client,
  { workflowId, runId, type, status }: WorkflowExecutionDescription,
): Promise<Closing | undefined> {
  if (type !== workflowTypes.withdrawal || status.name !== 'COMPLETED') return undefined;
  const handle = temporal.workflow.getHandle<() => Promise<WithdrawalView>>(workflowId, runId);
  return (await recordedEnd(handle)) === undefined ? 'completed' : undefined;
}

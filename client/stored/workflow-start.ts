import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type proto from '@temporalio/proto';
import type { CaseStart } from '../../contract/case.js';
import { workflowIds } from '../../contract/ids.js';
import type { WithdrawalStart } from '../../contract/messages.js';
import { isWithdrawalStart } from '../../contract/messages.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { UnreadableReason } from '../../contract/unreadable.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
import { decoded } from './events.js';

type Started = proto.temporal.api.history.v1.IWorkflowExecutionStartedEventAttributes;

/** gRPC's status codes for it. */
const notFound = [5];

/** The request as Temporal holds it, so that it (and the personal data in it) is stored only once. Undefined if Temporal knows no such withdrawal. */
export async function requestOf(temporal: Client, withdrawalId: string): Promise<WithdrawalRequest | undefined> {
  return (await withdrawalStartOf(temporal, withdrawalId))?.request;
}

/** The same, or why it can't be believed, for who shows what is there. */
export async function requestOrReason(
  temporal: Client,
  withdrawalId: string,
): Promise<{ request?: WithdrawalRequest; unreadable?: UnreadableReason }> {
  try {
    return omitUndefined({ request: await requestOf(temporal, withdrawalId) });
  } catch (error) {
    if (error instanceof UnreadableError) return { unreadable: error.reason };
    throw error;
  }
}

/**
 * What the latest run of a withdrawal's workflow was started with.
 * @throws UnreadableError, also where that is something else that was encrypted for the workflow; an error of type `KeyMissing`
 */
export async function withdrawalStartOf(temporal: Client, withdrawalId: string): Promise<WithdrawalStart | undefined> {
  const start = await startOf<unknown>(temporal, workflowIds.withdrawal(withdrawalId));
  if (start !== undefined && !isWithdrawalStart(start)) throw new UnreadableError('misplaced');
  return start;
}

/** What a case was opened with. */
export async function caseStartOf(temporal: Client, caseId: string): Promise<CaseStart | undefined> {
  return startOf<CaseStart>(temporal, workflowIds.case(caseId));
}

/** The first of the runs that the workflow's latest one was continued from, or that one itself: an operator's action is for those. Undefined if Temporal knows no such workflow. */
export async function firstRunOf(temporal: StoredIn, workflowId: string): Promise<string | undefined> {
  return (await firstEventOf(temporal, workflowId))?.firstExecutionRunId ?? undefined;
}

/**
 * The argument in the first event of the workflow's latest run; needs no worker. Undefined if Temporal knows no such workflow.
 * @throws UnreadableError; an error of type `KeyMissing`
 */
async function startOf<Start>(temporal: Client, workflowId: string): Promise<Start | undefined> {
  const event = await firstEventOf(temporal, workflowId);
  if (event === undefined) return undefined;
  const [start] = (await decoded(temporal, workflowId, event.input?.payloads ?? [])) as [Start?];
  if (start === undefined) throw new UnreadableError('plaintext'); // no process of ours leaves it out
  return start;
}

type StoredIn = Pick<Client, 'workflowService'> & { options: { namespace: string } };

/** How the workflow's latest run was started. */
async function firstEventOf(temporal: StoredIn, workflowId: string): Promise<Started | undefined> {
  try {
    const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
      namespace: temporal.options.namespace,
      execution: { workflowId },
      maximumPageSize: 1,
    });
    return history?.events?.at(0)?.workflowExecutionStartedEventAttributes ?? {};
  } catch (error) {
    if (isGrpcServiceError(error) && notFound.includes(error.code)) return undefined;
    throw error;
  }
}

import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type { CaseStart } from '../../contract/case.js';
import { workflowIds } from '../../contract/ids.js';
import type { WithdrawalStart } from '../../contract/messages.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { UnreadableReason } from '../../contract/unreadable.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
import { decoded } from './events.js';

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

/** What the latest run of a withdrawal's workflow was started with. */
export async function withdrawalStartOf(temporal: Client, withdrawalId: string): Promise<WithdrawalStart | undefined> {
  return startOf<WithdrawalStart>(temporal, workflowIds.withdrawal(withdrawalId));
}

/** What a case was opened with. */
export async function caseStartOf(temporal: Client, caseId: string): Promise<CaseStart | undefined> {
  return startOf<CaseStart>(temporal, workflowIds.case(caseId));
}

/**
 * The argument in the first event of the workflow's latest run; needs no worker. Undefined if Temporal knows no such workflow.
 * @throws UnreadableError; an error of type `KeyMissing`
 */
async function startOf<Start>(temporal: Client, workflowId: string): Promise<Start | undefined> {
  const { namespace } = temporal.options;
  try {
    const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId },
      maximumPageSize: 1,
    });
    const payloads = history?.events?.at(0)?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const [start] = (await decoded(temporal, workflowId, payloads)) as [Start?];
    if (start === undefined) throw new UnreadableError('plaintext'); // no process of ours leaves it out
    return start;
  } catch (error) {
    if (isGrpcServiceError(error) && notFound.includes(error.code)) return undefined;
    throw error;
  }
}

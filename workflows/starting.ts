import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { fieldsOf } from '../domain/validation/fields.js';
import { checkRequest } from '../domain/validation/check-request.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { WithdrawalStart } from '../contract/messages.js';
import { STALE_REQUEST } from '../contract/messages.js';
import { workflowIds } from '../contract/ids.js';

/** Whatever was given: what is no request at all is an empty one, and ends refused. */
export function requestIn(start: WithdrawalStart | undefined): WithdrawalRequest {
  return (fieldsOf(start?.request) ?? {}) as unknown as WithdrawalRequest;
}

/** The client checks requests, too; but others may start this workflow. */
export function mistakesOf(request: WithdrawalRequest): string | undefined {
  const checked = checkRequest(request, { now: Date.now() });
  if (!checked.ok) return checked.violations.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  if (workflowInfo().workflowId !== workflowIds.withdrawal(request.withdrawalId))
    return 'withdrawalId: must be that of the workflow id';
  return undefined;
}

export function staleRequest(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'This run started after the request’s sendBy, so nothing was sent. An earlier run may have paid: look at the provider’s records.',
    STALE_REQUEST,
  );
}

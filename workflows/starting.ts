import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { workflowIds } from '../contract/ids.js';
import type { WithdrawalStart } from '../contract/messages.js';
import { STALE_REQUEST } from '../contract/messages.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { checkRequest } from '../domain/validation/check-request.js';
import { fieldsOf } from '../domain/validation/fields.js';
import { apply } from '../domain/withdrawal/apply.js';
import type { WithdrawalState } from '../domain/withdrawal/state.js';
import { checkedState, receivedState, sendByOf } from '../domain/withdrawal/state.js';

/**
 * What is known when a run begins: of a new withdrawal its request, else what the run before it knew, or what a person recovered. Throws
 * `StaleRequest` where a run starts after its `sendBy`: an earlier one, which Temporal has forgotten, may have paid.
 */
export function stateAtStart(start: WithdrawalStart | undefined, now: number): WithdrawalState {
  const { originalExecutionRunId: run, startTime } = workflowInfo();
  const state =
    start?.state === undefined
      ? newState(start, run, now)
      : apply(checkedState(start.state), { type: 'continuedAsNew', run }, now);
  const { recovery, callbacks = [] } = start ?? {};
  if (recovery !== undefined) return apply(state, { type: 'recovered', recovery, callbacks }, now);
  const isNew = start?.state === undefined && state.problems === undefined;
  if (isNew && startTime.getTime() >= sendByOf(state)) throw staleRequest();
  return state;
}

function newState(start: WithdrawalStart | undefined, originalRun: string, now: number): WithdrawalState {
  // Whatever was given: what is no request at all is an empty one, and ends refused.
  const request = (fieldsOf(start?.request) ?? {}) as unknown as WithdrawalRequest;
  return receivedState(request, { originalRun, problems: problemsIn(request, now) }, now);
}

/** The client checks requests, too; but others may start this workflow. */
function problemsIn(request: WithdrawalRequest, now: number): string | undefined {
  const checked = checkRequest(request, { now });
  if (!checked.ok) return checked.violations.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  if (workflowInfo().workflowId !== workflowIds.withdrawal(request.withdrawalId))
    return 'withdrawalId: must be that of the workflow id';
  return undefined;
}

function staleRequest(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'This run started after the request’s sendBy, so nothing was sent. An earlier run may have paid: look at the provider’s records.',
    STALE_REQUEST,
  );
}

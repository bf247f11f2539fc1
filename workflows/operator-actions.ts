import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { BAD_ACTION, NOT_POSSIBLE, UNREADABLE } from '../contract/messages.js';
import type { UnreadableReason } from '../contract/unreadable.js';
import { unreadableReason, unreadableReasons } from '../contract/unreadable.js';
import { fieldsOf } from '../domain/validation/fields.js';
import { actionFormProblem } from '../domain/withdrawal/operator-actions/action.js';
import type { WithdrawalEvent } from '../domain/withdrawal/apply.js';
import type { ActionName, ActionRequested, OperatorActions } from '../domain/withdrawal/operator-actions/table.js';
import { actionProblem, formProblem } from '../domain/withdrawal/operator-actions/table.js';
import type { WithdrawalState } from '../domain/withdrawal/state.js';

/** For a validator: refuses what is malformed or impossible, so that nothing of it enters the history. What can't be believed does, for a person to see. */
export function refuseImpossible<Name extends ActionName>(
  name: Name,
  state: WithdrawalState,
  action: OperatorActions[Name],
  now: number,
): void {
  if (unreadableReason(action) !== undefined) return;
  refuse(formProblem(name, action), BAD_ACTION);
  refuse(isForThisRun(action) ? undefined : OTHER_RUN, NOT_POSSIBLE);
  refuse(actionProblem(name, state, action, now), NOT_POSSIBLE);
}

/** The same of an action on a case, which has no states. */
export function refuseMalformed(action: unknown): void {
  refuseUnreadable(action);
  refuse(actionFormProblem(action), BAD_ACTION);
  refuse(isForThisRun(action) ? undefined : OTHER_RUN, NOT_POSSIBLE);
}

/** What an action is to the withdrawal: where it can't be believed, only that it came. */
export function believable(event: ActionRequested): WithdrawalEvent {
  const reason = reasonAgainstAction(event.action);
  return reason === undefined ? event : { type: 'unreadableReceived', what: 'action', reason };
}

/** What can't be believed is refused, whatever it asks for. */
export function refuseUnreadable(argument: unknown): void {
  refuseFor(unreadableReason(argument));
}

/** The same of an action that was taken in. */
export function refuseUnbelieved(action: unknown): void {
  refuseFor(reasonAgainstAction(action));
}

/** No worker of ours takes in one that is for another run; somebody else may, in a worker's place. */
function reasonAgainstAction(action: unknown): UnreadableReason | undefined {
  return unreadableReason(action) ?? (isForThisRun(action) ? undefined : 'misplaced');
}

function isForThisRun(action: unknown): boolean {
  return fieldsOf(action)?.['forRun'] === workflowInfo().firstExecutionRunId;
}

const OTHER_RUN =
  'it was sent to an earlier run, which was closed by force: look at how it stands now, and repeat what is still right';

function refuseFor(reason: UnreadableReason | undefined): void {
  refuse(reason && `This can’t be believed: ${unreadableReasons[reason]}.`, UNREADABLE);
}

function refuse(problem: string | undefined, type: string): void {
  if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, type);
}

import { ApplicationFailure } from '@temporalio/workflow';
import { BAD_ACTION, NOT_POSSIBLE, UNREADABLE } from '../contract/messages.js';
import { unreadableReason, unreadableReasons } from '../contract/unreadable.js';
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
  refuse(actionProblem(name, state, action, now), NOT_POSSIBLE);
}

/** The same of an action on a case, which has no states. */
export function refuseMalformed(action: unknown): void {
  refuseUnreadable(action);
  refuse(actionFormProblem(action), BAD_ACTION);
}

/** What an action is to the withdrawal: where it can't be believed, only that it came. */
export function believable(event: ActionRequested): WithdrawalEvent {
  const reason = unreadableReason(event.action);
  return reason === undefined ? event : { type: 'unreadableReceived', what: 'action', reason };
}

/** What can't be believed is refused, whatever it asks for. */
export function refuseUnreadable(action: unknown): void {
  const reason = unreadableReason(action);
  refuse(reason && `This can’t be believed: ${unreadableReasons[reason]}.`, UNREADABLE);
}

function refuse(problem: string | undefined, type: string): void {
  if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, type);
}

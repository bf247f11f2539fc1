import { ApplicationFailure } from '@temporalio/workflow';
import { BAD_ACTION, NOT_POSSIBLE } from '../contract/messages.js';
import { actionFormProblem } from '../domain/withdrawal/operator-actions/action.js';
import type { ActionName, OperatorActions } from '../domain/withdrawal/operator-actions/table.js';
import { actionProblem, formProblem } from '../domain/withdrawal/operator-actions/table.js';
import type { WithdrawalState } from '../domain/withdrawal/state.js';

/** For a validator: refuses what is malformed or impossible, so that nothing of it enters the history. */
export function refuseImpossible<Name extends ActionName>(
  name: Name,
  state: WithdrawalState,
  action: OperatorActions[Name],
  now: number,
): void {
  refuse(formProblem(name, action), BAD_ACTION);
  refuse(actionProblem(name, state, action, now), NOT_POSSIBLE);
}

/** The same of an action on a case, which has no states. */
export function refuseMalformed(action: unknown): void {
  refuse(actionFormProblem(action), BAD_ACTION);
}

function refuse(problem: string | undefined, type: string): void {
  if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, type);
}

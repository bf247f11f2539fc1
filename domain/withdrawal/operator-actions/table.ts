import { note } from '../moves.js';
import type { WithdrawalState } from '../state.js';
import type { ActionRule, OperatorAction } from './action.js';
import { actionFormProblem, answerTo, noteOf, refuse } from './action.js';
import { cancel } from './cancel.js';
import type { Resolution } from './resolve.js';
import { resolve } from './resolve.js';
import { retryNow } from './retry-now.js';

/** What an operator can do about an open withdrawal, by the names of the workflow's updates, which never change. */
export interface OperatorActions {
  cancel: OperatorAction;
  retryNow: OperatorAction;
  resolve: Resolution;
}

export type ActionName = keyof OperatorActions;

/** One row per action: the workflow's update and its handler are made of it. */
export const operatorActions: { readonly [Name in ActionName]: ActionRule<OperatorActions[Name]> } = {
  cancel,
  retryNow,
  resolve,
};

export const actionNames = Object.keys(operatorActions).filter(isActionName);

function isActionName(name: string): name is ActionName {
  return Object.hasOwn(operatorActions, name);
}

/** An operator wants something done. */
export interface ActionRequested<Name extends ActionName = ActionName> {
  type: 'actionRequested';
  name: Name;
  action: OperatorActions[Name];
}

/** What is wrong with the form of an action; nothing if all is there. */
export function formProblem(name: ActionName, action: unknown): string | undefined {
  return actionFormProblem(action) ?? operatorActions[name].formProblem?.(action);
}

/** Why the withdrawal can't take it now, for the operator to read; nothing if it can. */
export function actionProblem<Name extends ActionName>(
  name: Name,
  state: WithdrawalState,
  action: OperatorActions[Name],
  now: number,
): string | undefined {
  return operatorActions[name].problem(state, action, now);
}

/** Takes it in, unless what came in the same moment has made it impossible. */
export function actionRequested<Name extends ActionName>(
  state: WithdrawalState,
  { name, action: sent }: ActionRequested<Name>,
  now: number,
): void {
  const action = operatorActions[name].own(sent);
  const refused = formProblem(name, action) ?? actionProblem(name, state, action, now);
  if (refused !== undefined) return refuse(state, name, action, { refused }, now);
  note(state, `${name}Requested`, now, { action: noteOf(name, action) });
  operatorActions[name].take(state, action, now);
}

/** Was an action with this id taken in already, whether or not it is decided what it came to? */
export function isTaken(state: WithdrawalState, { name, action: { id } }: ActionRequested): boolean {
  const undecided = Object.values(operatorActions).flatMap((rule) => rule.undecided?.(state) ?? []);
  return undecided.some((action) => action.id === id) || answerTo(state, name, id) !== undefined;
}

/** Answers the actions that are decided by now. */
export function settleActions(state: WithdrawalState, now: number): void {
  for (const rule of Object.values(operatorActions)) rule.settle?.(state, now);
}

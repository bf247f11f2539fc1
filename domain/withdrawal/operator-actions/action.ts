import { omitUndefined } from '../../omit-undefined.js';
import { fieldsOf } from '../../validation/fields.js';
import type { Status } from '../lifecycle.js';
import { note } from '../moves.js';
import type { WithdrawalState } from '../state.js';
import type { Resolution } from './resolve.js';
import type { ActionName } from './table.js';

/** Who acts, and why: kept in the timeline, so no personal data but the names of who acted. */
export interface ActionRequest {
  /** The person's name, or a name that stands for them. */
  by: string;
  /** For whom they act, where it is somebody else. */
  onBehalfOf?: string;
  reason: string;
}

export interface OperatorAction extends ActionRequest {
  /** Chosen by who sends it: the same action sent again is not taken twice. */
  id: string;
}

/** What an action is to a withdrawal: a row of `table.ts`. */
export interface ActionRule<Action extends OperatorAction> {
  /** What is wrong with its form, beside what every action has; nothing if all is there. */
  formProblem?(action: unknown): string | undefined;
  /** Its own fields, without whatever else was sent: of that nobody has checked the form, and it is kept nowhere. */
  own(action: Action): Action;
  /** Why it can't be taken now, for the operator to read; nothing if it can. */
  problem(state: WithdrawalState, action: Action, now: number): string | undefined;
  /** Takes it in: answers it, or keeps it until it is decided. */
  take(state: WithdrawalState, action: Action, now: number): void;
  /** Those taken in that have no answer yet. */
  undecided?(state: WithdrawalState): readonly OperatorAction[];
  /** After every event: answers those that are decided by it. */
  settle?(state: WithdrawalState, now: number): void;
}

/** What a look-up came to: a record, that there is none, that the provider could not be asked, or that it has no look-up. */
export type LookUpOutcome = 'found' | 'absent' | 'could not ask' | 'no look-up';

/** What an action came to. */
export interface ActionAnswer {
  id: string;
  name: ActionName;
  status: Status;
  /** Why it was not taken. */
  refused?: string;
  /** For a resolution: what the provider was found to say before it. */
  lookUp?: LookUpOutcome;
}

/** What this action came to; undefined while that is not decided. An id is one action's: what that came to is no answer to another. */
export function answerTo({ answers }: WithdrawalState, name: ActionName, id: string): ActionAnswer | undefined {
  const given = answers.find((answer) => answer.id === id);
  if (given === undefined || given.name === name) return given;
  return { id, name, status: given.status, refused: `its id belongs to another action (${given.name})` };
}

export function answer(
  state: WithdrawalState,
  name: ActionName,
  id: string,
  rest: Pick<ActionAnswer, 'refused' | 'lookUp'> = {},
): void {
  state.answers = [...state.answers.slice(1 - ANSWERS_KEPT), { id, name, status: state.status, ...rest }];
}

const ANSWERS_KEPT = 50;

// --- What is kept of it ----------------------------------------------------------------------------------------------

/** The fields that every action has. */
export function plainAction({ id, by, onBehalfOf, reason }: OperatorAction): OperatorAction {
  return { id, by, reason, ...omitUndefined({ onBehalfOf }) };
}

/** An action as the timeline keeps it. */
export type ActionNote = OperatorAction & Evidence & { name: ActionName | 'recover' };

interface Evidence {
  outcome?: Resolution['outcome'];
  evidence?: string;
}

export function noteOf(name: ActionNote['name'], action: OperatorAction & Evidence): ActionNote {
  const { outcome, evidence } = action;
  return { ...plainAction(action), name, ...omitUndefined({ outcome, evidence }) };
}

/** It is not done: why is the operator's answer, and that they wanted it stays in the timeline. */
export function refuse(
  state: WithdrawalState,
  name: ActionName,
  action: OperatorAction,
  { refused, ...rest }: { refused: string; lookUp?: LookUpOutcome },
  now: number,
): void {
  note(state, `${name}Refused`, now, { action: noteOf(name, action) });
  answer(state, name, action.id, { refused, ...rest });
}

// --- Its form --------------------------------------------------------------------------------------------------------

/** The longest text of an action. */
const LONGEST_TEXT = 500;

/** What is wrong with the form of any action; nothing if all is there. */
export function actionFormProblem(action: unknown): string | undefined {
  const onBehalfOf = fieldsOf(action)?.['onBehalfOf'] === undefined ? [] : ['onBehalfOf'];
  return textProblem(action, ['id', 'by', 'reason', ...onBehalfOf]);
}

/** Which of these fields are no text. */
export function textProblem(action: unknown, names: readonly string[]): string | undefined {
  const fields = fieldsOf(action) ?? {};
  const wrong = names.filter((name) => !isText(fields[name]));
  return wrong.length > 0 ? `${wrong.join(', ')}: must be 1 to ${LONGEST_TEXT} characters, not blank.` : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
}

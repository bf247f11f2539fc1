import { isFinal, transition } from '../lifecycle.js';
import { move, note } from '../moves.js';
import type { WithdrawalState } from '../state.js';
import type { ActionRule, OperatorAction } from './action.js';
import { answer, answerTo, plainAction, refuse } from './action.js';

/** From here on nothing is sent; it ends once it is sure that nothing was. */
export const cancel: ActionRule<OperatorAction> = {
  own: plainAction,
  problem: cancelProblem,
  take(state, action) {
    // Another operator may want the same, and is answered, too.
    state.cancel = { by: 'operator', actions: [...wantedBy(state), action] };
  },
  undecided: wantedBy,
  settle: settleCancel,
};

/** Possible while every attempt is proven unsent or refused, and none is under way. */
function cancelProblem(state: WithdrawalState): string | undefined {
  if (!isFinal(state.status) && transition(state, 'cancelRequested') !== 'not possible') return undefined;
  const when = 'only before it is sent, or while it waits to be sent again, with no earlier attempt in doubt';
  return `it can't be cancelled while ${state.status}: ${when}`;
}

function wantedBy(state: WithdrawalState): readonly OperatorAction[] {
  return state.cancel?.by === 'operator' ? state.cancel.actions : [];
}

/** Temporal's own cancel request: nothing is sent any more, if nothing that was sent stands against it. */
export function cancelRequestedInTemporal(state: WithdrawalState, now: number): void {
  if (state.cancel !== undefined) return;
  state.cancel = { by: 'temporal' };
  note(state, 'cancelRequested', now);
}

export function cancelIfWanted(state: WithdrawalState, now: number): void {
  if (state.cancel === undefined || cancelProblem(state) !== undefined) return;
  const [first] = wantedBy(state);
  const message = first === undefined ? 'Temporal’s cancel request' : `${first.by}: ${first.reason}`;
  // Why it ended: no longer what it waited for.
  state.error = { type: 'Cancelled', certainty: 'not-sent', message };
  move(state, 'cancelRequested', now);
}

/** It is answered as soon as it is decided; what turned out to be impossible is wanted no more. */
function settleCancel(state: WithdrawalState, now: number): void {
  const actions = wantedBy(state);
  const refused = state.status === 'cancelled' ? undefined : cancelProblem(state);
  if (actions.length === 0 || (state.status !== 'cancelled' && refused === undefined)) return;
  if (refused !== undefined) delete state.cancel;
  for (const action of actions.filter(({ id }) => answerTo(state, 'cancel', id) === undefined)) {
    if (refused === undefined) answer(state, 'cancel', action.id);
    else refuse(state, 'cancel', action, { refused }, now);
  }
}

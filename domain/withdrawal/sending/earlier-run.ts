import { isFailureType, kindOf } from '../../failures.js';
import { durations } from '../../timeouts/durations.js';
import { isFinal } from '../lifecycle.js';
import { move, needPerson, note, restartLookUps } from '../moves.js';
import type { OperatorAction } from '../operator-actions/action.js';
import { noteOf, plainAction } from '../operator-actions/action.js';
import type { TimelineDetail, WithdrawalState } from '../state.js';
import type { WithdrawalError } from '../view.js';

/** A person goes on with a withdrawal whose workflow was closed by force: what may have been sent is in doubt. */
export interface Recovery extends OperatorAction {
  /** When it was closed, ISO 8601. */
  closedAt: string;
  /** The provider's id of it, if it was known. */
  providerId?: string;
}

/** This run is not the one that its history was written for: Temporal's Reset made it. Nothing, if it is. */
export function takeRun(state: WithdrawalState, run: string | undefined, now: number): void {
  if (run !== undefined) {
    if (run === state.originalRun || run === state.settlingRun) return;
    state.settlingRun = run;
  }
  doubtEarlierRun(state, now, { earlierRun: 'reset' }, now);
}

/** Its workflow had an earlier run, from which it was not continued: somebody started it a second time. Nothing, if that is known. */
export function takeEarlierRun(state: WithdrawalState, now: number): void {
  if (state.attempts.some(({ isOfEarlierRun }) => isOfEarlierRun)) return;
  if (state.problems !== undefined) state.refusal = { wasInDoubt: true };
  doubtEarlierRun(state, now, { earlierRun: 'started again' }, now);
}

/** Goes on after a workflow that was closed by force. With problems, by today's rules the request could not be sent again. */
export function recover(state: WithdrawalState, recovery: Recovery, now: number): void {
  const { closedAt, providerId } = recovery;
  if (providerId !== undefined) state.earlierProviderId = providerId;
  if (state.problems !== undefined) state.refusal = { wasInDoubt: true };
  const closed = Date.parse(closedAt);
  const endedBy = Number.isNaN(closed) ? now : Math.min(closed, now);
  doubtEarlierRun(state, endedBy, { earlierRun: 'recovered', action: noteOf('recover', plainAction(recovery)) }, now);
}

/**
 * Temporal's Reset makes a second run that forgets what the first one did after the point it is reset to; a run that was closed by force
 * may be followed by another, too. Whatever the earlier one sent (nothing after `endedBy`), it is in doubt until a look-up finds it or a
 * person settles it.
 */
function doubtEarlierRun(state: WithdrawalState, endedBy: number, detail: TimelineDetail, now: number): void {
  if (isFinal(state.status)) return;
  const notAfter = endedBy + durations.send.window.ms;
  state.attempts.push({ startedAt: now, notAfter, outcome: 'unknown', isOfEarlierRun: true });
  state.isResendReleased = false;
  // What was seen before it says nothing of what it sent.
  delete state.absence;
  delete state.slot;
  delete state.nextSlotAt;
  // Nor is this run's last failure why it waits now: it would advise to fund the account.
  if (isTriedAgain(state.error)) delete state.error;
  const { commit } = state;
  if (commit?.state === 'open' || commit?.state === 'forgone') {
    commit.state = 'unknown';
    delete commit.endedAt;
  }
  note(state, 'earlierRunFound', now, detail);
  move(state, 'earlierRunFound', now, detail);
  restartLookUps(state, now);
  needPerson(state, 'earlier-run', now);
}

function isTriedAgain(error: WithdrawalError | undefined): boolean {
  if (!isFailureType(error?.type)) return false;
  const { retry, certainty } = kindOf(error.type);
  return retry !== 'never' && certainty !== 'unknown';
}

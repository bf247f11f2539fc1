import { isFailureType, kindOf } from '../failures.js';
import { durations, QUIET_MS } from '../timeouts/durations.js';
import { sendByOf } from './creating.js';
import { isFinal } from './lifecycle.js';
import { move, needPerson, note, restartLookUps } from './moves.js';
import type { OperatorAction } from './operator-actions/action.js';
import { noteOf, plainAction } from './operator-actions/action.js';
import type { Absence, Attempt, TimelineDetail, WithdrawalState } from './state.js';
import type { WithdrawalError } from './view.js';

/** After so many attempts whose outcome stayed unknown, only a person's retry sends it again. */
const UNKNOWN_ATTEMPTS = 3;

/** `absent` counts as evidence once seen this often. */
const ABSENCES_NEEDED = 3;

/** May the same reference be sent again, though an earlier attempt is in doubt? */
export function mayResend(state: WithdrawalState, now: number): boolean {
  const at = resendAt(state);
  return at !== undefined && now >= at && now < sendByOf(state);
}

/** When the same reference may be sent again; undefined if nothing that is known now allows it, or not before `sendBy`. */
export function resendAt(state: WithdrawalState): number | undefined {
  const { status, policy, referenceInUse, refusal, cancel, tries, isResendReleased, earlierProviderId } = state;
  // What the provider was known to have is never sent again, whatever it says of it now.
  const isRuledOut = referenceInUse || refusal !== undefined || cancel !== undefined || earlierProviderId !== undefined;
  const isAllowed = status === 'unknown' && policy.resend && !isRuledOut && (isResendReleased || !needsRelease(state));
  return isAllowed && isProvenAbsent(state) && tries.nextAt < sendByOf(state) ? tries.nextAt : undefined;
}

/** What ended unknown again and again, and what an earlier run may have sent, is sent again only if a person says so. */
export function needsRelease({ attempts }: WithdrawalState): boolean {
  const unknown = attempts.filter(({ outcome }) => outcome === 'unknown');
  return unknown.length >= UNKNOWN_ATTEMPTS || unknown.some(({ isOfEarlierRun }) => isOfEarlierRun);
}

/** While an attempt is in doubt, only its own account may send again: references are unique within one account. */
export function resendOnlyAs({ inDoubt, attempts, absence }: WithdrawalState): string | undefined {
  if (!inDoubt) return undefined;
  const doubtful = attempts.filter(({ outcome }) => outcome === 'unknown');
  const ownLast = doubtful.findLast(({ isOfEarlierRun }) => !isOfEarlierRun);
  // Which account an earlier run used is known to the person alone who lets it be sent again.
  return ownLast !== undefined || doubtful.length === 0 ? ownLast?.account : absence?.account;
}

/**
 * From this time on, nothing more of any attempt can arrive at the provider. Before, an attempt whose worker was only paused may still be
 * written, so that nothing counts that rests on "it was not sent". Undefined: nothing was ever sent.
 */
export function quietFrom({ attempts, commit }: WithdrawalState): number | undefined {
  const ends = attempts.map(quietAfter);
  if (commit?.state === 'unknown') ends.push(commit.endedAt ?? commit.commitBy + QUIET_MS);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function quietAfter({ endedAt, notAfter }: Attempt): number {
  return endedAt ?? notAfter + QUIET_MS;
}

/** Was the provider seen, by the account that sent it, not to know our reference, often and long enough? */
function isProvenAbsent(state: WithdrawalState): boolean {
  const { absence } = state;
  return absence !== undefined && absence.account === resendOnlyAs(state) && isLong(absence);
}

export function isLong({ count, firstAt, lastAt }: Absence): boolean {
  return count >= ABSENCES_NEEDED && lastAt - firstAt >= durations.lookUp.absenceSpan.ms;
}

// --- What an earlier run of its workflow may have sent ---------------------------------------------------------------

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

/** Its workflow had an earlier run, from which it was not continued: somebody started it a second time. */
export function takeEarlierRun(state: WithdrawalState, now: number): void {
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

import type { FailureType } from '../../failures.js';
import { capabilities } from '../../providers/index.js';
import { durations, QUIET_MS } from '../../timeouts/durations.js';
import { isFinal } from '../lifecycle.js';
import { move, needPerson, note } from '../moves.js';
import type { Absence, Attempt, Policy, WithdrawalState } from '../state.js';
import { sendByOf } from '../state.js';

/**
 * An attempt whose outcome is unknown is looked up until a record is found, or until it is proven absent: then the same reference may be
 * sent once more.
 */
export function loseOutcome(state: WithdrawalState, detail: { failure: FailureType }, now: number): void {
  move(state, 'sendLost', now, detail);
  if (!capabilities[state.request.provider].hasLookUp || needsRelease(state)) needPerson(state, 'unknown-outcome', now);
}

/** A look-up that found nothing. */
export interface NotFound {
  account: string;
  policy: Policy;
  /** When it was asked, ms since 1970. */
  askedAt: number;
}

/** Counts a look-up that found nothing, if it is evidence, and draws what follows from it. */
export function countAbsence(state: WithdrawalState, { account, askedAt }: NotFound, now: number): void {
  // Asked while an attempt could still be written, it says nothing of that attempt.
  const quiet = quietFrom(state);
  if (quiet !== undefined && askedAt < quiet) return note(state, 'absent', now, { isTooEarly: true });
  const before = state.absence?.account === account ? state.absence : undefined;
  const absence = { account, count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? now, lastAt: now };
  state.absence = absence;
  note(state, 'absent', now);
  // A refusal that may have left a record behind: it left none, says the account that was refused.
  const isRefusal = state.status === 'unknown' && state.refusal?.wasInDoubt === false;
  if (isRefusal && account === state.attempts.at(-1)?.account) return move(state, 'foundNoRecord', now);
  const isSentAgain = resendAt(state) !== undefined && now < sendByOf(state);
  if (isFinal(state.status) || !isLong(absence) || isSentAgain) return;
  needPerson(state, state.status === 'unknown' ? 'unknown-outcome' : 'record-missing', now);
}

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

function isLong({ count, firstAt, lastAt }: Absence): boolean {
  return count >= ABSENCES_NEEDED && lastAt - firstAt >= durations.lookUp.absenceSpan.ms;
}

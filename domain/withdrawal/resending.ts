import type { Absence, Attempt } from './state.js';
import { durations, QUIET_MS } from '../timeouts.js';
import type { Withdrawal } from './withdrawal.js';

/** After so many attempts whose outcome stayed unknown, only a person's retry sends it again. */
const UNKNOWN_ATTEMPTS = 3;
/** `absent` counts as evidence once seen this often, over `durations.lookUp.absenceSpan`. */
const ABSENCES_NEEDED = 3;

/** May the same reference be sent again, though an earlier attempt is in doubt? */
export function mayResend(payout: Withdrawal, now: number): boolean {
  const { policy, referenceInUse, refusal, cancelWanted, tries, isResendReleased, earlierProviderId } = payout.memory;
  // What the provider was known to have is never sent again, whatever it says of it now.
  const isRuledOut = referenceInUse || refusal !== undefined || cancelWanted || earlierProviderId !== undefined;
  const isAllowed = policy.resend && !isRuledOut && now >= tries.nextAt;
  const isFree = isResendReleased || !needsRelease(payout);
  return payout.status === 'unknown' && isAllowed && isFree && isProvenAbsent(payout) && now < payout.sendBy;
}

/** What ended unknown again and again, and what an earlier run may have sent, is sent again only if a person says so. */
export function needsRelease({ memory: { attempts } }: Withdrawal): boolean {
  const unknown = attempts.filter(({ outcome }) => outcome === 'unknown');
  return unknown.length >= UNKNOWN_ATTEMPTS || unknown.some(({ isOfEarlierRun }) => isOfEarlierRun);
}

/** While an attempt is in doubt, only its own account may send again: references are unique within one account. */
export function resendOnlyAs({ memory }: Withdrawal): string | undefined {
  if (!memory.state.inDoubt) return undefined;
  const inDoubt = memory.attempts.filter(({ outcome }) => outcome === 'unknown');
  const ownLast = inDoubt.findLast(({ isOfEarlierRun }) => !isOfEarlierRun);
  // Which account an earlier run used is known to the person alone who lets it be sent again.
  return ownLast !== undefined || inDoubt.length === 0 ? ownLast?.account : memory.absence?.account;
}

/**
 * From this time on, nothing more of any attempt can arrive at the provider. Before, an attempt whose worker was only paused may still be
 * written, so that nothing counts that rests on "it was not sent".
 */
export function quietFrom({ memory: { attempts, commit } }: Withdrawal): number {
  const ends = attempts.map(quietAfter);
  if (commit?.state === 'unknown') ends.push(commit.endedAt ?? commit.commitBy + QUIET_MS);
  return Math.max(...ends);
}

function quietAfter({ endedAt, notAfter }: Attempt): number {
  return endedAt ?? notAfter + QUIET_MS;
}

/** Was the provider seen, by the account that sent it, not to know our reference, often and long enough? */
function isProvenAbsent(payout: Withdrawal): boolean {
  const { absence } = payout.memory;
  return absence !== undefined && absence.account === resendOnlyAs(payout) && isLong(absence);
}

export function isLong({ count, firstAt, lastAt }: Absence): boolean {
  return count >= ABSENCES_NEEDED && lastAt - firstAt >= durations.lookUp.absenceSpan.ms;
}

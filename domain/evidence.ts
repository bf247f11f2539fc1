import type { Absence } from './memory.js';
import { ABSENCE_SPAN_MS, ABSENCES_NEEDED } from './schedule.js';
import type { Withdrawal } from './withdrawal.js';

/** May the same reference be sent again, though an earlier attempt is in doubt? */
export function mayResend(payout: Withdrawal, now: number): boolean {
  const { rules, referenceInUse, refusal, cancelWanted, tries } = payout.memory;
  const isAllowed = rules.resend && !referenceInUse && refusal === undefined && !cancelWanted && now >= tries.nextAt;
  return payout.status === 'unknown' && isAllowed && isProvenAbsent(payout) && now < payout.sendBy;
}

/** While an attempt is in doubt, only its own account may send again: references are unique within one account. */
export function resendOnlyAs({ memory }: Withdrawal): string | undefined {
  return memory.state.inDoubt ? memory.attempts.findLast(({ outcome }) => outcome === 'unknown')?.account : undefined;
}

/** Was the provider seen, by the account that sent it, not to know our reference, often and long enough? */
function isProvenAbsent(payout: Withdrawal): boolean {
  const { absence } = payout.memory;
  return absence !== undefined && absence.account === resendOnlyAs(payout) && isLong(absence);
}

export function isLong({ count, firstAt, lastAt }: Absence): boolean {
  return count >= ABSENCES_NEEDED && lastAt - firstAt >= ABSENCE_SPAN_MS;
}

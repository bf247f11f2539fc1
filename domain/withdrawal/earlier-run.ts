import { isFailureType, kindOf } from '../failures.js';
import type { Act } from './operator-actions.js';
import { durations } from '../timeouts.js';
import type { WithdrawalError } from './view.js';
import type { Withdrawal } from './withdrawal.js';

/** A run of the same withdrawal before this one, of which this one does not know all that it sent. */
export interface EarlierRun {
  /** Why it is not known, in words for a person. */
  why: string;
  /** It scheduled nothing after this time, ms since 1970. */
  endedBy: number;
  /** The run that goes on instead of it, once that is known. */
  settlingRun?: string;
}

/**
 * Temporal's Reset makes a second run that forgets what the first one did after the point it is reset to; a run that was closed by force
 * may be followed by another, too. Whatever the earlier one sent, it is in doubt until a look-up finds it or a person settles it.
 */
export function earlierRunFound(payout: Withdrawal, { why, endedBy, settlingRun }: EarlierRun, now: number): void {
  const { memory } = payout;
  if (payout.isFinal) return;
  if (settlingRun !== undefined) memory.settlingRun = settlingRun;
  memory.attempts.push({
    startedAt: now,
    notAfter: endedBy + durations.send.window.ms,
    outcome: 'unknown',
    isOfEarlierRun: true,
  });
  memory.isResendReleased = false;
  // What was seen before it says nothing of what it sent.
  delete memory.absence;
  delete memory.turn;
  // Nor is this run's last failure why it waits now: it would tell to fund the account.
  if (isTriedAgain(memory.error)) delete memory.error;
  const { commit } = memory;
  if (commit?.state === 'open' || commit?.state === 'left') {
    commit.state = 'unknown';
    delete commit.endedAt;
  }
  payout.note('earlierRun', now, why);
  payout.become('earlierRunFound', now, why);
  payout.restartLookUps(now);
  payout.needPerson('earlier-run', now);
}

function isTriedAgain(error: WithdrawalError | undefined): boolean {
  if (!isFailureType(error?.type)) return false;
  const { retry, certainty } = kindOf(error.type);
  return retry !== 'never' && certainty !== 'unknown';
}

/** A person goes on with a withdrawal whose workflow was closed by force: what may have been sent is in doubt. */
export interface Recovery extends Act {
  /** When it was closed, ISO 8601. */
  closedAt: string;
  /** The provider's id of it, if it was known. */
  providerId?: string;
}

/** Goes on after a workflow that was closed by force. `mistakes`: by today's rules the request could not be sent again. */
export function recovered(payout: Withdrawal, recovery: Recovery, mistakes: string | undefined, now: number): void {
  const { by, reason, closedAt, providerId } = recovery;
  const { memory } = payout;
  if (providerId !== undefined) memory.earlierProviderId = providerId;
  if (mistakes !== undefined) memory.refusal = { wasInDoubt: true };
  const closed = Date.parse(closedAt);
  const endedBy = Number.isNaN(closed) ? now : Math.min(closed, now);
  earlierRunFound(payout, { why: `recovered by ${by}: ${reason}`, endedBy }, now);
}

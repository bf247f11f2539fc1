import { isCommitUnsettled, mayBeCommitted } from './committing.js';
import { quietFrom } from './resending.js';
import { fieldsOf } from '../validation/fields.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { ProviderRecord } from '../record.js';
import { contradictsItself, isFinalWord } from '../record.js';
import { reminderDelay } from './schedule.js';
import { transition } from './lifecycle.js';
import type { Withdrawal } from './withdrawal.js';

/** Who acts, and why: kept in the timeline, so no personal data but the actor's name. */
export interface Act {
  by: string;
  reason: string;
}

/** The longest text of an act. */
const LONGEST_TEXT = 500;

/** What is wrong with the form of an act that must have these texts; nothing if all are there. */
export function actProblem(act: unknown, texts: readonly string[]): string | undefined {
  const fields = fieldsOf(act) ?? {};
  const wrong = texts.filter((name) => !isText(fields[name]));
  return wrong.length > 0 ? `${wrong.join(', ')}: must be 1 to ${LONGEST_TEXT} characters, not blank.` : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
}

/** What a person found out about the money, and what shows it. */
export type Resolution = Act & {
  /** What shows it: a support ticket, a line of the provider's dashboard, a block explorer's page. */
  evidence: string;
} & ({ outcome: 'confirmed'; txid: string } | { outcome: 'notPaid' });

// --- Reminders -------------------------------------------------------------------------------------------------------

/** When a person is to be reminded that it stands still. */
export function reminderAt({ memory, status }: Withdrawal): number {
  const delay = reminderDelay(status, memory.reminders);
  return delay === undefined ? Number.POSITIVE_INFINITY : memory.since + delay;
}

export function remind(payout: Withdrawal, now: number): void {
  const isFirstOfOwner = payout.status === 'awaiting_approval' && payout.memory.reminders === 0;
  payout.memory.reminders += 1;
  if (isFirstOfOwner) return payout.note('ownerReminder', now, 'the provider’s Owner has not decided yet');
  payout.note('overdue', now);
  payout.needPerson(payout.status === 'awaiting_approval' ? 'owner-overdue' : 'provider-overdue', now);
}

// --- Cancel ----------------------------------------------------------------------------------------------------------

/** True if it can be cancelled now: every attempt is proven unsent or refused, and none is under way. */
export function isCancellable({ memory, isFinal }: Withdrawal): boolean {
  return !isFinal && transition(memory.state, 'cancelRequested') !== 'not possible';
}

/** Remembers the wish: it takes effect as soon as nothing that was sent stands against it, and before the next attempt. */
export function cancelRequested(payout: Withdrawal, by: string, now: number): void {
  payout.memory.cancelWanted = true;
  payout.memory.cancelBy = by;
  payout.note('cancelRequested', now, by);
}

/** What was asked for is not possible after all: an earlier run may have sent it. */
export function cancelRefused(payout: Withdrawal, now: number): void {
  payout.memory.cancelWanted = false;
  payout.note('cancelRefused', now);
}

/** True if it is to be cancelled and can be. */
export function isCancelDue(payout: Withdrawal): boolean {
  return payout.memory.cancelWanted && isCancellable(payout);
}

export function cancelIfWanted(payout: Withdrawal, now: number): void {
  if (!isCancelDue(payout)) return;
  const { memory } = payout;
  // Why it ended: no longer what it waited for.
  memory.error = { type: 'Cancelled', certainty: 'not-sent', ...omitUndefined({ message: memory.cancelBy }) };
  payout.become('cancelRequested', now);
}

// --- Retry now -------------------------------------------------------------------------------------------------------

/** Why no wait can be ended now; nothing if one can. */
export function retryNowProblem({ status, isFinal, memory, request }: Withdrawal): string | undefined {
  if (isFinal) return `it has ended (${status})`;
  if (status === 'received' || status === 'sending') return 'it is being sent';
  if (status === 'waiting' && memory.turn !== undefined) return 'it has its turn, which can’t come sooner';
  const { title, hasLookUp } = capabilities[request.provider];
  if (status !== 'waiting' && !hasLookUp) return `${title} documents no look-up, so only a person can ask there`;
  return undefined;
}

/**
 * Ends a wait, or brings the next look-up forward. Past an unknown outcome nothing is sent the sooner by it; but where Outflow sends
 * nothing by itself any more, it lets the next resend go out once the reference is proven absent.
 */
export function retryNow(payout: Withdrawal, { by, reason }: Act, now: number): void {
  payout.note('retryNow', now, `${by}: ${reason}`);
  if (payout.status === 'waiting') payout.memory.tries.nextAt = now;
  else payout.memory.lookUps.nextAt = now;
  if (payout.status === 'unknown') payout.memory.isResendReleased = true;
}

// --- Resolve ---------------------------------------------------------------------------------------------------------

/** Why a person can't settle it so now; nothing if they can. */
export function resolveProblem(
  payout: Withdrawal,
  { outcome }: Pick<Resolution, 'outcome'>,
  now: number,
): string | undefined {
  const { status, isFinal, memory } = payout;
  if (isFinal) return `it has ended (${status}), and final never changes`;
  if (status === 'sending') return 'it is being sent just now';
  if (status === 'awaiting_commit' && !isCommitUnsettled(payout, now))
    return 'its commit window is open: within a minute it is paid, expired or asks for a person';
  if ((status === 'received' || status === 'waiting') && !memory.state.inDoubt)
    return 'nothing was sent: cancel it instead';
  const quiet = quietFrom(payout);
  if (outcome === 'notPaid' && now < quiet) {
    const until = new Date(quiet).toISOString();
    return `a worker that did not report may still be sending it; from ${until} on that is ruled out: repeat it then`;
  }
  return undefined;
}

/** What a look-up came to: the provider's record, or why there is none. */
export type Found = ProviderRecord | 'absent' | 'could not ask' | 'no look-up';

/** What speaks against a person's word: a verified callback, what a look-up found, or that the provider could not be asked. */
export function contradiction(
  payout: Withdrawal,
  { outcome }: Resolution,
  found: Found,
  now: number,
): string | undefined {
  const { claim, contested } = payout.memory;
  const agrees = (record: ProviderRecord) => (record.meaning === 'confirmed') === (outcome === 'confirmed');
  if (claim !== undefined && isFinalWord(claim.record) && !agrees(claim.record) && !contested)
    return `a verified callback says ${claim.record.providerStatus}`;
  if (found === 'could not ask')
    return 'the provider could not be asked, and it may have a record that says otherwise: repeat it once its look-up answers';
  if (typeof found === 'string' || contradictsItself(found)) return undefined;
  const says = `the provider’s look-up says ${found.providerStatus}`;
  if (isFinalWord(found)) return agrees(found) ? undefined : says;
  const mayStillPay = outcome === 'notPaid' && (!isCommitUnsettled(payout, now) || mayBeCommitted(payout, found));
  return mayStillPay ? `${says}: it may still pay` : undefined;
}

/** Where it stands, and how often it was sent. */
export type Standing = Pick<Withdrawal, 'status'> & { sends: number };

export function standingOf({ status, memory: { sends } }: Withdrawal): Standing {
  return { status, sends };
}

/** A look-up that found nothing says nothing of what came about while it was asked: a resend, or a callback. */
export function overtaken(payout: Withdrawal, found: Found, before: Standing): string | undefined {
  const now = standingOf(payout);
  const isSame = now.sends === before.sends && (now.status === before.status || typeof found !== 'string');
  return isSame
    ? undefined
    : `it went on while the provider was asked (now ${now.status}): look at it again, and repeat it`;
}

/** Settles it on a person's word. */
export function resolve(payout: Withdrawal, resolution: Resolution, now: number): void {
  const { by, reason, evidence, outcome } = resolution;
  payout.note('resolved', now, `${outcome} by ${by}: ${reason}; evidence: ${evidence}`);
  const { memory } = payout;
  if (outcome === 'confirmed') {
    memory.resolvedTxid = resolution.txid;
    delete memory.error;
  } else {
    memory.error = { type: 'NotPaid', certainty: 'refused', ...omitUndefined({ message: reason }) };
  }
  payout.become(outcome === 'confirmed' ? 'personConfirmed' : 'personNotPaid', now, by);
}

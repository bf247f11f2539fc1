import type { Failure } from '../failures.js';
import { attentionFor, failures, kindOf } from '../failures.js';
import { hear } from './records.js';
import { omitUndefined } from '../omit-undefined.js';
import type { NoSlotInTime, Slot } from '../rate-limiter.js';
import { SLOT_MS } from '../rate-limiter.js';
import { earlierRunFound } from './earlier-run.js';
import { needsRelease, resendOnlyAs } from './resending.js';
import { capabilities } from '../providers/index.js';
import type { Attempt, Policy } from './state.js';
import type { ProviderRecord } from '../record.js';
import { durations } from '../timeouts.js';
import { nextTryDelay } from './schedule.js';
import type { WithdrawalError } from './view.js';
import type { Withdrawal } from './withdrawal.js';

/** The request breaks a rule: it ends here, with nothing sent. */
export function requestInvalid(payout: Withdrawal, problems: string, now: number): void {
  payout.memory.error = { type: 'InvalidRequest', message: problems, certainty: 'not-sent' };
  payout.become('requestInvalid', now, problems);
}

export function deadlinePassed(payout: Withdrawal, now: number): void {
  payout.become('deadlinePassed', now, 'sendBy has passed');
}

/** Nothing was sent that isn't over, and the provider is not known to have it. */
export function isReadyToSend({ status }: Withdrawal): boolean {
  return status === 'received' || status === 'waiting';
}

/** Does it still lack a turn, at a provider that takes one create per interval? */
export function needsTurn({ request, memory }: Withdrawal): boolean {
  return capabilities[request.provider].hasRateLimit && memory.turn === undefined;
}

export function turnGiven(payout: Withdrawal, turn: Slot, now: number): void {
  payout.memory.turn = turn;
  payout.memory.tries.nextAt = turn.at;
  payout.become('turnGiven', now, `place ${turn.place}, at ${new Date(turn.at).toISOString()}`);
}

/** No turn could be had for long: whatever the reason, nothing was sent by asking, and it asks again. */
export function noSlot(payout: Withdrawal, { type }: Failure, now: number): void {
  const reason = type === 'NoWorker' ? 'NoWorker' : 'NoSlot';
  payout.memory.error = errorOf({ type: reason });
  payout.become('turnGiven', now, 'the gate did not answer');
  postpone(payout, nextTryDelay(payout.memory.tries.round), now);
  payout.needPerson(failures[reason].attention, now);
}

/** The line is so long that its turn would come too late: it took none from the others, and nothing of it is ever sent. */
export function noSlotInTime(payout: Withdrawal, { nextAt }: NoSlotInTime, now: number): void {
  if (!isReadyToSend(payout)) return; // an earlier run was found meanwhile: it may have been sent
  payout.memory.error = errorOf({ type: 'NoSlot' });
  payout.become('deadlinePassed', now, `the next turn comes at ${new Date(nextAt).toISOString()}, too late to send it`);
}

/** What an attempt to create it may do, and when. Times in ms since 1970. */
export interface SendOrder {
  /** Nothing is written before and after these times. */
  notBefore?: number;
  notAfter: number;
  /** An earlier attempt is in doubt: no other account than this may send. */
  onlyAs?: string;
  /** The run, other than the original one of this history, that may send. */
  settlingRun?: string;
}

/** An attempt begins. */
export function sendStarted(payout: Withdrawal, now: number): SendOrder {
  const { memory, sendBy } = payout;
  const onlyAs = resendOnlyAs(payout);
  const { turn, settlingRun } = memory;
  const notAfter = Math.min(sendBy, turn === undefined ? now + durations.send.window.ms : turn.at + SLOT_MS);
  payout.become('sendStarted', now);
  memory.isResendReleased = false;
  delete memory.absence;
  delete memory.turn; // it is used up, whatever comes of it
  // Those in doubt are evidence; of the others the latest tell enough.
  memory.attempts = memory.attempts.filter(
    ({ outcome }, index, all) => outcome === 'unknown' || index > all.length - ATTEMPTS_KEPT,
  );
  memory.attempts.push({ startedAt: now, notAfter, outcome: 'under way' });
  memory.sends += 1;
  return { notAfter, ...omitUndefined({ notBefore: turn?.at, onlyAs, settlingRun }) };
}

/** The provider answered the attempt with a record. */
export function accepted(
  payout: Withdrawal,
  {
    record,
    account,
    policy,
    writtenAt,
  }: { record: ProviderRecord; account: string; policy: Policy; writtenAt: number },
  now: number,
): void {
  payout.memory.policy = policy;
  finishAttempt(payout, { outcome: 'accepted', account, writtenAt, endedAt: now });
  hear(payout, record, 'answer', now);
  if (payout.status !== 'sending') return;
  // An answer that isn't about our request proves nothing about it, but that something is wrong: a person must look.
  payout.memory.referenceInUse = true;
  payout.become('sendLost', now, 'the answer is about another withdrawal');
}

/** How a call failed. */
export interface FailedCall {
  failure: Failure;
  /** Fingerprint of the host and key that it used; absent if nobody tells. */
  account?: string;
  /** The run that made the call, where that matters. */
  run?: string;
  /** The call reported its own end, or never began: nothing of it can be written any more. */
  isOver: boolean;
}

/** The attempt failed; what that proves decides what follows. */
export function sendFailed(payout: Withdrawal, { failure, account, run, isOver }: FailedCall, now: number): void {
  const { certainty, retry, mayKeepRecord } = kindOf(failure.type);
  const { memory } = payout;
  finishAttempt(payout, { outcome: certainty, ...omitUndefined({ account, endedAt: isOver ? now : undefined }) });
  if (failure.type === 'ResetRun')
    return earlierRunFound(
      payout,
      { why: 'Reset made this run', endedBy: now, ...omitUndefined({ settlingRun: run }) },
      now,
    );
  // A callback may have come first: then it is at the provider, whatever this attempt says.
  if (payout.status !== 'sending') return payout.note('ignored', now, `${failure.type} while ${payout.status}`);
  memory.error = errorOf(failure);
  if (failure.type === 'ReferenceInUse') memory.referenceInUse = true;
  if (certainty === 'unknown') {
    lose(payout, failure.type, now);
  } else if (certainty === 'refused' && retry === 'never') {
    if (mayKeepRecord && capabilities[payout.request.provider].hasLookUp) {
      memory.refusal = { wasInDoubt: memory.state.inDoubt };
      lose(payout, `${failure.type}: a record may have been kept`, now);
    } else {
      // It speaks for its own attempt only; but what is refused for good is not sent a third time.
      if (memory.state.inDoubt) memory.refusal = { wasInDoubt: true };
      payout.become('sendRefused', now, failure.type);
    }
  } else {
    payout.become('sendPostponed', now, failure.type);
    // Who missed its turn asks for another at once.
    const missedSlot = failure.type === 'TooLateToSend' && capabilities[payout.request.provider].hasRateLimit;
    const delay = Math.max(nextTryDelay(memory.tries.round), failure.retryAfterMs ?? 0);
    const limitedSince = failure.type === 'RateLimited' ? rateLimitedSince(payout, now) : undefined;
    // In doubt, each try costs the look-ups that prove it anew.
    postpone(
      payout,
      missedSlot ? 0 : memory.state.inDoubt ? Math.max(delay, durations.retry.inDoubt.ms) : delay,
      now,
      limitedSince,
    );
    const limitedMs = now + delay - (limitedSince ?? now);
    const attention = attentionFor(failure.type, { tries: memory.tries.round, limitedMs });
    if (attention !== undefined) payout.needPerson(attention, now);
  }
}

function lose(payout: Withdrawal, detail: string, now: number): void {
  payout.become('sendLost', now, detail);
  if (!capabilities[payout.request.provider].hasLookUp || needsRelease(payout))
    payout.needPerson('unknown-outcome', now);
}

function postpone({ memory }: Withdrawal, delay: number, now: number, limitedSince?: number): void {
  const { round, since = now } = memory.tries;
  memory.tries = { round: round + 1, nextAt: now + delay, since, ...omitUndefined({ limitedSince }) };
}

/** The attempt's own repetitions were refused as well, so it counts from its beginning. */
function rateLimitedSince({ memory }: Withdrawal, now: number): number {
  return memory.tries.limitedSince ?? memory.attempts.at(-1)?.startedAt ?? now;
}

function finishAttempt({ memory }: Withdrawal, end: Partial<Attempt>): void {
  const attempt = memory.attempts.at(-1);
  if (attempt !== undefined) Object.assign(attempt, end);
}

const ATTEMPTS_KEPT = 10;

export function errorOf({ type, code, message, requestId }: Failure): WithdrawalError {
  return { type, certainty: kindOf(type).certainty, ...omitUndefined({ code, message, requestId }) };
}

import type { Failure } from '../../failures.js';
import { attentionFor, failures, kindOf } from '../../failures.js';
import { omitUndefined } from '../../omit-undefined.js';
import { capabilities } from '../../providers/index.js';
import type { NoSlotInTime, Slot } from '../../rate-limiter.js';
import { SLOT_MS } from '../../rate-limiter.js';
import type { ProviderRecord } from '../../record.js';
import type { WithdrawalRequest } from '../../request.js';
import { durations } from '../../timeouts/durations.js';
import { isReadyToSend } from '../lifecycle.js';
import { move, needPerson, note } from '../moves.js';
import { cancelIfWanted } from '../operator-actions/cancel.js';
import { receive } from '../records.js';
import { nextTryDelay } from '../../timeouts/schedule.js';
import { takeEarlierRun, takeRun } from './earlier-run.js';
import { loseOutcome, resendOnlyAs } from './unknown-outcome.js';
import type { Attempt, Policy, WithdrawalState } from '../state.js';
import { sendByOf } from '../state.js';
import type { WithdrawalError } from '../view.js';

/** It breaks a rule, and nothing of it was ever sent. */
export function isToBeRefused({ status, problems }: WithdrawalState): boolean {
  return status === 'received' && problems !== undefined;
}

/** Is an end due that rests on nothing having been sent? */
export function isEndDue(state: WithdrawalState, now: number): boolean {
  if (!isReadyToSend(state.status)) return false;
  const { cancel, nextSlotAt, inDoubt } = state;
  return (
    isToBeRefused(state) || (cancel !== undefined && !inDoubt) || nextSlotAt !== undefined || now >= sendByOf(state)
  );
}

/** This is the run that its history was written for, so nothing was sent that isn't on record: the end that is due comes about. */
export function endUnsent(state: WithdrawalState, now: number): void {
  if (!isReadyToSend(state.status)) return;
  const { problems, nextSlotAt } = state;
  if (isToBeRefused(state)) {
    state.error = { type: 'InvalidRequest', certainty: 'not-sent', ...omitUndefined({ message: problems }) };
    return move(state, 'requestInvalid', now, omitUndefined({ problems }));
  }
  cancelIfWanted(state, now);
  if (!isReadyToSend(state.status)) return;
  if (nextSlotAt !== undefined) {
    // The queue is so long that its slot would come too late: none was used up.
    delete state.nextSlotAt;
    state.error = errorOf({ type: 'NoSlot' });
    return move(state, 'deadlinePassed', now, { nextSlotAt: new Date(nextSlotAt).toISOString() });
  }
  if (now >= sendByOf(state)) move(state, 'deadlinePassed', now);
}

// --- A slot, at a provider that takes one create per interval ----------------------------------------------------------

/** What asking for a slot needs. */
export interface AcquireSlotInput {
  withdrawalId: string;
  /** The number of the attempt that the slot is for: asked twice, it is one slot. */
  attempt: number;
  requestedAt: string;
  /** A slot at this time or later is of no use, ms since 1970. */
  notAfter: number;
}

export function needsSlot({ request, slot }: WithdrawalState): boolean {
  return capabilities[request.provider].hasRateLimit && slot === undefined;
}

export function acquireSlotInput(state: WithdrawalState): AcquireSlotInput {
  const { withdrawalId, requestedAt } = state.request;
  return { withdrawalId, attempt: state.sends + 1, requestedAt, notAfter: sendByOf(state) };
}

export function slotGranted(state: WithdrawalState, slot: Slot, now: number): void {
  if (!isReadyToSend(state.status)) return; // an earlier run was found, or a callback came, while it was asked for
  state.slot = slot;
  state.tries.nextAt = slot.at;
  move(state, 'sendDelayed', now, { slot: { ...slot, at: new Date(slot.at).toISOString() } });
}

export function slotTooLate(state: WithdrawalState, { nextAt }: NoSlotInTime): void {
  if (isReadyToSend(state.status)) state.nextSlotAt = nextAt;
}

/** No slot could be had for long: whatever the reason, nothing was sent by asking, and it asks again. */
export function slotFailed(state: WithdrawalState, { type }: Failure, now: number): void {
  if (!isReadyToSend(state.status)) return;
  const failure = type === 'NoWorker' ? 'NoWorker' : 'NoSlot';
  state.error = errorOf({ type: failure });
  move(state, 'sendDelayed', now, { failure });
  postpone(state, nextTryDelay(state.tries.round), now);
  needPerson(state, failures[failure].attention, now);
}

// --- One attempt ------------------------------------------------------------------------------------------------------

/** Which run may send. Temporal's Reset gives a second run the history of the first, and its scheduled calls with their old input. */
export interface SendingRun {
  /** The run that this history was first written for (`originalExecutionRunId`): the same in a run that Reset made. */
  originalRun: string;
  /** The run that may send instead, once the earlier run's fate is being settled. */
  settlingRun?: string;
}

/** What an attempt to create it may do, and when. Times are ms since 1970. */
export interface CreateInput extends SendingRun {
  request: WithdrawalRequest;
  /** Nothing is written before and after these times. */
  notBefore?: number;
  notAfter: number;
  /** An earlier attempt is in doubt: no other account than this may send. */
  onlyAs?: string;
}

export function createInput(state: WithdrawalState, now: number): CreateInput {
  const { request, slot, originalRun, settlingRun } = state;
  const latest = slot === undefined ? now + durations.send.window.ms : slot.at + SLOT_MS;
  const notAfter = Math.min(sendByOf(state), latest);
  const onlyAs = resendOnlyAs(state);
  return { request, originalRun, notAfter, ...omitUndefined({ notBefore: slot?.at, onlyAs, settlingRun }) };
}

/** An attempt begins; nothing of it is written after `notAfter`. */
export function createStarted(state: WithdrawalState, { notAfter }: { notAfter: number }, now: number): void {
  move(state, 'sendStarted', now);
  state.isResendReleased = false;
  delete state.absence;
  delete state.slot; // it is used up, whatever comes of it
  // Those in doubt are evidence; of the others the latest are enough.
  state.attempts = state.attempts.filter(
    ({ outcome }, index, all) => outcome === 'unknown' || index > all.length - ATTEMPTS_KEPT,
  );
  state.attempts.push({ startedAt: now, notAfter, outcome: 'under way' });
  state.sends += 1;
}

/** What a create or a commit came to that the provider answered with a record. */
export interface Accepted {
  record: ProviderRecord;
  account: string;
  policy: Policy;
  /** When the request's bytes were written, ms since 1970. */
  writtenAt: number;
}

/** The provider answered the attempt with a record. */
export function createSucceeded(state: WithdrawalState, accepted: Accepted, now: number): void {
  const { record, account, policy, writtenAt } = accepted;
  state.policy = policy;
  finishAttempt(state, { outcome: 'accepted', account, writtenAt, endedAt: now });
  receive(state, record, 'response', now);
  if (state.status !== 'sending') return;
  // A response that isn't about our request proves nothing about it, but that something is wrong: a person must look.
  state.referenceInUse = true;
  move(state, 'sendLost', now, { source: 'response', providerStatus: record.providerStatus });
}

/** How a call failed. */
export interface FailedCall {
  failure: Failure;
  /** Fingerprint of the host and key that it used; absent if that is not known. */
  account?: string;
  /** The run that made the call, where that matters. */
  run?: string;
  /** The call reported its own end, or never began: nothing of it can be written any more. */
  isOver: boolean;
}

/** The attempt failed; what that proves decides what follows. */
export function createFailed(state: WithdrawalState, { failure, account, run, isOver }: FailedCall, now: number): void {
  const { certainty, retry, mayKeepRecord } = kindOf(failure.type);
  const detail = { failure: failure.type };
  finishAttempt(state, { outcome: certainty, ...omitUndefined({ account, endedAt: isOver ? now : undefined }) });
  if (failure.type === 'ResetRun') return takeRun(state, run, now);
  if (failure.type === 'EarlierRun') return takeEarlierRun(state, now);
  // A callback may have come first: then it is at the provider, whatever this attempt says.
  if (state.status !== 'sending') return note(state, 'ignored', now, { ignored: failure.type });
  state.error = errorOf(failure);
  if (failure.type === 'ReferenceInUse') state.referenceInUse = true;
  if (certainty === 'unknown') return loseOutcome(state, detail, now);
  if (certainty !== 'refused' || retry !== 'never') return postponeCreate(state, failure, now);
  if (mayKeepRecord && capabilities[state.request.provider].hasLookUp) {
    state.refusal = { wasInDoubt: state.inDoubt };
    return loseOutcome(state, detail, now);
  }
  // It speaks for its own attempt only; but what is refused for good is not sent a third time.
  if (state.inDoubt) state.refusal = { wasInDoubt: true };
  move(state, 'sendRefused', now, detail);
}

/** Proven unsent, or refused for now: it is tried again later. */
function postponeCreate(state: WithdrawalState, failure: Failure, now: number): void {
  const { type, retryAfterMs = 0 } = failure;
  move(state, 'sendPostponed', now, { failure: type });
  // Who missed its slot asks for another at once.
  const missedSlot = type === 'TooLateToSend' && capabilities[state.request.provider].hasRateLimit;
  const delay = Math.max(nextTryDelay(state.tries.round), retryAfterMs);
  const limitedSince = type === 'RateLimited' ? rateLimitedSince(state, now) : undefined;
  const limitedMs = limitedSince === undefined ? 0 : now + delay - limitedSince;
  // In doubt, each try costs the look-ups that prove it anew.
  const pause = state.inDoubt ? Math.max(delay, durations.retry.inDoubt.ms) : delay;
  postpone(state, missedSlot ? 0 : pause, now, limitedSince);
  const attention = attentionFor(type, { tries: state.tries.round, limitedMs });
  if (attention !== undefined) needPerson(state, attention, now);
}

function postpone(state: WithdrawalState, delay: number, now: number, limitedSince?: number): void {
  const { round, since = now } = state.tries;
  state.tries = { round: round + 1, nextAt: now + delay, since, ...omitUndefined({ limitedSince }) };
}

/** The attempt's own repetitions were refused as well, so it counts from its beginning. */
function rateLimitedSince({ tries, attempts }: WithdrawalState, now: number): number {
  return tries.limitedSince ?? attempts.at(-1)?.startedAt ?? now;
}

function finishAttempt({ attempts }: WithdrawalState, end: Partial<Attempt>): void {
  const attempt = attempts.at(-1);
  if (attempt !== undefined) Object.assign(attempt, end);
}

const ATTEMPTS_KEPT = 10;

export function errorOf({ type, code, message, requestId }: Failure): WithdrawalError {
  return { type, certainty: kindOf(type).certainty, ...omitUndefined({ code, message, requestId }) };
}

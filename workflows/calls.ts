import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
  uuid4,
} from '@temporalio/workflow';
import type { CallResult, ProviderCalls, RunCalls } from '../contract/activities.js';
import { triesOf } from '../contract/activities.js';
import { callQueue, slotQueue } from '../contract/ids.js';
import type { Call } from '../contract/summaries.js';
import { summaries } from '../contract/summaries.js';
import type { UnreadableReason } from '../contract/unreadable.js';
import type { FailureType } from '../domain/failures.js';
import { isFailure, isFailureType, kindOf } from '../domain/failures.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ProviderName } from '../domain/providers/index.js';
import { capabilities } from '../domain/providers/index.js';
import { durations } from '../domain/timeouts/durations.js';
import { fieldsOf } from '../domain/validation/fields.js';
import type { FailedCall } from '../domain/withdrawal/sending/creating.js';
import { reasonAgainst } from './unreadable.js';

const { activity, commit, send, slot } = durations;

/** How long a call may take from now, waits and repetitions included, ms. */
export interface CallLimits {
  /** Until a worker has taken it. */
  toStartMs?: number;
  /** Until its end. */
  toCloseMs?: number;
}

/** Until then, an attempt to send is written or ends; what was written at the last moment has its answer. */
export const createLimits: CallLimits = { toCloseMs: send.window.ms + activity.call.ms };

/** The same for a commit, which is written so soon at the latest. */
export function commitLimits(withinMs: number): CallLimits {
  const toStartMs = Math.max(commit.toStartAtLeast.ms, withinMs);
  return { toStartMs, toCloseMs: toStartMs + activity.call.ms };
}

/** A person waits for the answer. */
export const personLimits: CallLimits = { toStartMs: activity.resolve.ms, toCloseMs: activity.resolve.ms };

/**
 * One call to a provider, on its own task queue; `call` shows in Temporal's UI what is done. Its activity's id never comes again, in no run: what it
 * is answered is encrypted for that id, and can't be passed off as the answer to another call.
 */
export function callsOf(
  provider: ProviderName,
  call: Call,
  { toStartMs = activity.toStart.ms, toCloseMs }: CallLimits = {},
): ProviderCalls {
  const { hasRateLimit } = capabilities[provider];
  // Repeated by Temporal, an earlier try's proof could be passed off as that of a later one, which sent.
  const endingAtOnce: FailureType[] = call === 'create' ? ['KeyMissing'] : [];
  return proxyActivities<ProviderCalls>({
    activityId: uuid4(),
    taskQueue: callQueue(provider),
    summary: summaries.call(call, provider),
    startToCloseTimeout: activity.call.ms + (hasRateLimit ? slot.length.ms : 0), // a slot may be waited for, too
    scheduleToStartTimeout: toStartMs,
    ...omitUndefined({ scheduleToCloseTimeout: toCloseMs }),
    retry: {
      initialInterval: activity.repeat.ms,
      maximumInterval: activity.repeatAtMost.ms,
      maximumAttempts: triesOf(provider),
      // A call that ran out of time may have reached the provider. (Temporal's own spelling of its time-outs.)
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat', ...endingAtOnce],
    },
  });
}

/**
 * What only the worker that runs the workflow can say, in a marker in its history, for rare ends and cases only: which run this really is, and
 * the id of a case. Where Temporal's index lags for longer than these tries, a person is asked, and it is asked again.
 */
export const { ownRun, caseId } = proxyLocalActivities<RunCalls>({
  startToCloseTimeout: activity.ownRun.ms,
  retry: { maximumAttempts: 3 },
});

/**
 * Asking for a slot sends nothing, and the same attempt's slot is the same however often it is asked: so it is repeated freely, for as
 * long as a long queue of others that ask may take, and not past `latest`.
 */
export function slotsOf(provider: ProviderName, latest: number, now: number): Pick<ProviderCalls, 'acquireSlot'> {
  const timeoutMs = Math.min(slot.attentionAfter.ms, latest - now);
  return proxyActivities<Pick<ProviderCalls, 'acquireSlot'>>({
    activityId: uuid4(),
    taskQueue: slotQueue(provider),
    summary: summaries.slot(provider),
    startToCloseTimeout: slot.activity.ms,
    // Passed, it proves that no worker took it, at first or any more.
    scheduleToStartTimeout: timeoutMs,
    scheduleToCloseTimeout: timeoutMs,
    // Its failures name their own pause; this one is for time-outs.
    retry: { initialInterval: activity.repeat.ms, maximumInterval: activity.repeatAtMost.ms },
  });
}

/** Somebody wrote a call's result in the worker's place. */
class UnreadableResult extends Error {
  override readonly name = 'UnreadableResult';
  constructor(readonly reason: UnreadableReason) {
    super('a result that can’t be believed');
  }
}

/** What a failed activity proves about the money. An error that no activity threw is a fault of ours, thrown on. */
export function failedCall(error: unknown): FailedCall {
  if (error instanceof UnreadableResult) return unreadableResult(error.reason);
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  // No worker took it: proven unsent. Any other time-out leaves open what the call had done by then, and what it may still do.
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START' && wasNeverTaken(error))
    return { failure: { type: 'NoWorker' }, isOver: true };
  if (cause instanceof TimeoutFailure) {
    const account = textOf(cause.lastHeartbeatDetails);
    return { ...interrupted, ...omitUndefined({ account }) };
  }
  return (cause instanceof ApplicationFailure ? reported(cause) : undefined) ?? interrupted;
}

/**
 * Did no worker take it, at first or again? A time-out is not encrypted: whoever reaches Temporal may report one of a call that a worker has, or make it
 * one by failing that try and sending the next to a queue that nobody serves. Both leave their mark in what the server itself writes.
 */
function wasNeverTaken({ failure }: ActivityFailure): boolean {
  const { activityFailureInfo: call, cause: timeOut } = failure ?? {};
  const wasStarted = String(call?.startedEventId ?? 0) !== '0';
  return Boolean(call && timeOut) && !wasStarted && !timeOut?.cause;
}

/** The call's work may still go on, whoever says that it is over. */
const interrupted: FailedCall = { failure: { type: 'CallInterrupted' }, isOver: false };

function unreadableResult(reason: UnreadableReason): FailedCall {
  return { failure: { type: 'UnreadableResult', code: reason }, isOver: false };
}

/**
 * What a call itself reported, in details that only a worker can have written. A failure's type alone is not encrypted: anybody who reaches
 * Temporal may report it.
 */
function reported({ type, details }: ApplicationFailure): FailedCall | undefined {
  if (!isFailureType(type)) return undefined;
  const [given]: unknown[] = details ?? [];
  const reason = reasonAgainst(given);
  if (reason !== undefined) return unreadableResult(reason);
  const { failure, account, run, isLast } = fieldsOf(given) ?? {};
  const { retry } = kindOf(type);
  const isRepeated = (retry === 'soon' || retry === 'after') && isLast !== true;
  if (!isFailure(failure) || failure.type !== type || isRepeated) return undefined;
  return { failure, ...omitUndefined({ account: textOf(account), run: textOf(run) }), isOver: true };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** An answer that a worker gave. */
export function believed<Answer>(answer: Answer): Answer {
  const reason = reasonAgainst(answer);
  if (reason !== undefined) throw new UnreadableResult(reason);
  return answer;
}

/** A call's result. One that lacks what every result has proves nothing: it is a fault of ours, and must not be remembered. */
export function checked<Result extends CallResult>(answer: Result): Result {
  const result = believed(answer);
  const { account, policy, run } = fieldsOf(result) ?? {};
  if (typeof account !== 'string' || typeof run !== 'string' || fieldsOf(policy) === undefined)
    throw new TypeError('a result of no known shape');
  return result;
}

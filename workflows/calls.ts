import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { CallResult, FailureDetails, ProviderCalls, RunCalls } from '../contract/activities.js';
import { callQueue, slotQueue } from '../contract/ids.js';
import { isFailureType } from '../domain/failures.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ProviderName } from '../domain/providers/index.js';
import { capabilities } from '../domain/providers/index.js';
import { durations } from '../domain/timeouts/durations.js';
import { fieldsOf } from '../domain/validation/fields.js';
import type { FailedCall } from '../domain/withdrawal/sending/creating.js';

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

/** The calls to a provider, on its own task queue; `call` shows in Temporal's UI what is done. */
export function callsOf(
  provider: ProviderName,
  call: string,
  { toStartMs = activity.toStart.ms, toCloseMs }: CallLimits = {},
): ProviderCalls {
  const { title, hasRateLimit } = capabilities[provider];
  return proxyActivities<ProviderCalls>({
    taskQueue: callQueue(provider),
    summary: `${call} at ${title}`,
    startToCloseTimeout: activity.call.ms + (hasRateLimit ? slot.length.ms : 0), // a slot may be waited for, too
    scheduleToStartTimeout: toStartMs,
    ...omitUndefined({ scheduleToCloseTimeout: toCloseMs }),
    retry: {
      initialInterval: activity.repeat.ms,
      maximumInterval: activity.repeatAtMost.ms,
      // Where each send has its time, each attempt needs a new one.
      maximumAttempts: hasRateLimit ? 1 : 20,
      // A call that ran out of time may have reached the provider. (Temporal's own spelling of its time-outs.)
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'],
    },
  });
}

/** Which run this really is: a marker in its history, made by the worker that runs the workflow, for rare ends only. */
export const { ownRun } = proxyLocalActivities<RunCalls>({ startToCloseTimeout: activity.ownRun.ms });

/**
 * Asking for a slot sends nothing, and the same attempt's slot is the same however often it is asked: so it is repeated freely, for as
 * long as a long queue of others that ask may take, and not past `latest`.
 */
export function slotsOf(provider: ProviderName, latest: number, now: number): Pick<ProviderCalls, 'acquireSlot'> {
  const timeoutMs = Math.min(slot.attentionAfter.ms, latest - now);
  return proxyActivities<Pick<ProviderCalls, 'acquireSlot'>>({
    taskQueue: slotQueue(provider),
    summary: `acquire a slot at ${capabilities[provider].title}`,
    startToCloseTimeout: slot.activity.ms,
    // Passed, it proves that no worker took it, at first or any more.
    scheduleToStartTimeout: timeoutMs,
    scheduleToCloseTimeout: timeoutMs,
    // Its failures name their own pause; this one is for time-outs.
    retry: { initialInterval: activity.repeat.ms, maximumInterval: activity.repeatAtMost.ms },
  });
}

/** What a failed activity proves about the money. An error that no activity threw is a fault of ours, thrown on. */
export function failedCall(error: unknown): FailedCall {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  // No worker took it: proven unsent. Any other time-out leaves open what the call had done by then, and what it may still do.
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START')
    return { failure: { type: 'NoWorker' }, isOver: true };
  if (cause instanceof TimeoutFailure) {
    const account: unknown = cause.lastHeartbeatDetails;
    return {
      failure: { type: 'CallInterrupted' },
      isOver: false,
      ...omitUndefined({ account: typeof account === 'string' ? account : undefined }),
    };
  }
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const [details] = (cause.details ?? []) as [FailureDetails?];
    return { ...(details ?? { failure: { type: cause.type } }), isOver: true };
  }
  return { failure: { type: 'CallInterrupted' }, isOver: false };
}

/** A call's result. One that lacks what every result has proves nothing: it is a fault of ours, and must not be remembered. */
export function checked<Result extends CallResult>(result: Result): Result {
  const { account, policy, run } = fieldsOf(result) ?? {};
  if (typeof account !== 'string' || typeof run !== 'string' || fieldsOf(policy) === undefined)
    throw new TypeError('a result of no known shape');
  return result;
}

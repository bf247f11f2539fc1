import { ActivityFailure, ApplicationFailure, proxyActivities, TimeoutFailure } from '@temporalio/workflow';
import type { Called, FailedCall, ProviderCalls } from '../activities/calls.js';
import { isFailureType } from '../domain/failures.js';
import { TURN_MS } from '../domain/line.js';
import { fieldsOf } from '../domain/fields.js';
import type { ProviderName } from '../domain/matrix.js';
import { matrix } from '../domain/matrix.js';
import { TURN_PATIENCE_MS } from '../domain/schedule.js';
import { callQueue, turnQueue } from './contract.js';

/** The calls to a provider, on its own task queue; `call` tells in Temporal's UI what is done. */
export function callsOf(provider: ProviderName, call: string): ProviderCalls {
  const { title, hasGate } = matrix[provider];
  return proxyActivities<ProviderCalls>({
    taskQueue: callQueue(provider),
    summary: `${call} at ${title}`,
    // A little over the HTTP time-outs, so that the call's own, better informed word comes first; a turn may be waited for, too.
    startToCloseTimeout: hasGate ? 12_000 + TURN_MS : 12_000,
    // Passed, it proves that no worker took the call.
    scheduleToStartTimeout: '5 minutes',
    retry: {
      initialInterval: '2 seconds',
      maximumInterval: '30 seconds',
      // Where each send has its time, each attempt needs a new one.
      maximumAttempts: hasGate ? 1 : 20,
      // A call that ran out of time may have reached the provider. (Temporal's own spelling of its time-outs.)
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'],
    },
  });
}

/**
 * Asking for a turn sends nothing, and the same attempt's turn is the same however often it is asked: so it is repeated freely, for as
 * long as a long line of others that ask may take, and not past `latest`.
 */
export function turnsOf(provider: ProviderName, latest: number): Pick<ProviderCalls, 'takeTurn'> {
  const patience = Math.min(TURN_PATIENCE_MS, latest - Date.now());
  return proxyActivities<Pick<ProviderCalls, 'takeTurn'>>({
    taskQueue: turnQueue(provider),
    summary: `take a turn at ${matrix[provider].title}`,
    startToCloseTimeout: 12_000,
    // Passed, it proves that no worker took it, at first or any more.
    scheduleToStartTimeout: patience,
    scheduleToCloseTimeout: patience,
    // Its failures name their own pause; this one is for time-outs.
    retry: { initialInterval: '2 seconds', maximumInterval: '30 seconds' },
  });
}

/** What a failed activity proves about the money. An error that no activity threw is a fault of ours, thrown on. */
export function failedCall(error: unknown): FailedCall {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  // No worker took it: proven unsent. Any other time-out leaves open what the call had done by then.
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START')
    return { failure: { type: 'NoWorker' } };
  if (cause instanceof TimeoutFailure) {
    const account: unknown = cause.lastHeartbeatDetails;
    return { failure: { type: 'CallInterrupted' }, ...(typeof account === 'string' && { account }) };
  }
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const [told] = (cause.details ?? []) as [FailedCall?];
    return told ?? { failure: { type: cause.type } };
  }
  return { failure: { type: 'CallInterrupted' } };
}

/** A call's result. One that lacks what every result tells proves nothing: it is a fault of ours, and must not be remembered. */
export function told<Result extends Called>(result: Result): Result {
  const { account, rules } = fieldsOf(result) ?? {};
  if (typeof account !== 'string' || fieldsOf(rules) === undefined) throw new TypeError('a result of no known shape');
  return result;
}

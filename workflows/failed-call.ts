import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Called, FailedCall } from '../activities/calls.js';
import { isFailureType } from '../domain/failures.js';
import { fieldsOf } from '../domain/fields.js';

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

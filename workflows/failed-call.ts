import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { FailedCall } from '../activities/calls.js';
import { isFailureType } from '../domain/failures.js';

/** What a failed activity proves about the money. An error that no activity threw is a fault of ours, thrown on. */
export function failedCall(error: unknown): FailedCall {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  // No worker took it: proven unsent. Any other time-out leaves open what the call had done by then.
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START')
    return { failure: { type: 'NoWorker' } };
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const [told] = (cause.details ?? []) as [FailedCall?];
    return told ?? { failure: { type: cause.type } };
  }
  return { failure: { type: 'CallInterrupted' } };
}

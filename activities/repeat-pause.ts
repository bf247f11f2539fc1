import type { Failure } from '../domain/failures.js';
import { kindOf } from '../domain/failures.js';
import { durations } from '../domain/timeouts/durations.js';

/** The call that failed. Times in ms since 1970. */
export interface FailedTry {
  /** 1, 2, …: Temporal's own repetitions. */
  attempt: number;
  failedAt: number;
  /** Nothing is written after it. */
  latest: number;
  isCommit: boolean;
}

/** How long Temporal pauses before it repeats the call, ms; undefined where it must not repeat it. */
export function repeatPause(
  { type, retryAfterMs }: Failure,
  { attempt, failedAt, latest, isCommit }: FailedTry,
): number | undefined {
  const { retry } = kindOf(type);
  // A commit that left is never repeated, refused or not: only its last word would be known of all its attempts.
  const isRepeatable = retry === 'soon' || (retry === 'after' && !isCommit);
  const pause = retryAfterMs ?? durations.activity.repeat.ms * attempt;
  // Later than that, the workflow waits visibly.
  return isRepeatable && failedAt + pause < latest ? pause : undefined;
}

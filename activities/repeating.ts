import type { Failure } from '../domain/failures.js';
import { kindOf } from '../domain/failures.js';

/** The pause before a repetition, where the provider names none. */
export const PAUSE_MS = 2_000;

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
export function pauseBeforeRepeating(
  { type, retryAfterMs }: Failure,
  { attempt, failedAt, latest, isCommit }: FailedTry,
): number | undefined {
  const { retry } = kindOf(type);
  // A commit that left is never repeated, refused or not: only its last word would be known of all its attempts.
  const isRepeatable = retry === 'soon' || (retry === 'after' && !isCommit);
  const pause = retryAfterMs ?? PAUSE_MS * attempt;
  // Later than that, the workflow waits visibly.
  return isRepeatable && failedAt + pause < latest ? pause : undefined;
}

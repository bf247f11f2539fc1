/** Longer than the longest call: a shutdown lets a call in flight finish, since only its end tells what became of the money. */
export const CALLS_MS = 15_000;

/**
 * What whoever runs a worker gives it between SIGTERM and SIGKILL, s: calls in flight finish, and Temporal hears how they ended.
 * docker-compose.yml and the docs say it, too.
 */
export const STOP_SECONDS = 30;

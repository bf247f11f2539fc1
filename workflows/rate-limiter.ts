import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { RateLimiterState } from '../domain/rate-limiter.js';
import { isSlot, RateLimiter } from '../domain/rate-limiter.js';
import { acquireSlotUpdate } from '../contract/messages.js';

/** A run takes at most 2,000 updates (the server's limit), so a fresh one follows well before. */
const TURNS_PER_RUN = 500;

/**
 * Hands out send times for a provider that allows one create per interval and key. Over any number of workers there is one gate, and it
 * remembers only the line.
 */
export async function rateLimiter(memory?: RateLimiterState): Promise<never> {
  const line = new RateLimiter(memory);
  let answered = 0;
  setHandler(acquireSlotUpdate, (intervalMs, notAfter) => {
    answered += 1;
    const turn = line.acquireSlot(Date.now(), intervalMs, notAfter);
    if (isSlot(turn)) setCurrentDetails(`${turn.place} in line, the last at ${new Date(turn.at).toISOString()}`);
    return turn;
  });
  await condition(() => (answered >= TURNS_PER_RUN || workflowInfo().continueAsNewSuggested) && allHandlersFinished());
  return continueAsNew<typeof rateLimiter>(line.memory);
}

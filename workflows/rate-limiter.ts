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
const SLOTS_PER_RUN = 500;

/**
 * Grants slots for a provider that allows one create per interval and key. Over any number of workers there is one of it, and
 * it remembers only the slots that are still to come.
 */
export async function rateLimiter(state?: RateLimiterState): Promise<never> {
  const limiter = new RateLimiter(state);
  let granted = 0;
  setHandler(acquireSlotUpdate, (intervalMs, notAfter) => {
    granted += 1;
    const slot = limiter.acquireSlot(Date.now(), intervalMs, notAfter);
    if (isSlot(slot)) setCurrentDetails(`${slot.place} in the queue, the last at ${new Date(slot.at).toISOString()}`);
    return slot;
  });
  await condition(() => (granted >= SLOTS_PER_RUN || workflowInfo().continueAsNewSuggested) && allHandlersFinished());
  return continueAsNew<typeof rateLimiter>(limiter.state);
}

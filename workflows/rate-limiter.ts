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
import { unreadableReason } from '../contract/unreadable.js';
import { refuseUnreadable } from './operator-actions.js';

/** A run takes at most 2,000 updates (the server's limit), so a fresh one follows well before. */
const SLOTS_PER_RUN = 500;

/**
 * Grants slots for a provider that allows one create per interval and key. Over any number of workers there is one of it, and
 * it remembers only the slots that are still to come.
 */
export async function rateLimiter(state?: RateLimiterState): Promise<never> {
  // Who restarts it with anything else makes it forget what it granted: then the first slot comes an interval from now.
  const limiter = new RateLimiter(unreadableReason(state) === undefined ? state : { last: Date.now(), ahead: [] });
  let granted = 0;
  const acquireSlot = (intervalMs: number, notAfter: number) => {
    granted += 1;
    const slot = limiter.acquireSlot(Date.now(), intervalMs, notAfter);
    if (isSlot(slot)) setCurrentDetails(`${slot.place} in the queue, the last at ${new Date(slot.at).toISOString()}`);
    return slot;
  };
  setHandler(acquireSlotUpdate, acquireSlot, {
    validator: (...given) => {
      for (const one of given) refuseUnreadable(one);
    },
  });
  await condition(() => (granted >= SLOTS_PER_RUN || workflowInfo().continueAsNewSuggested) && allHandlersFinished());
  return continueAsNew<typeof rateLimiter>(limiter.state);
}

import { durations } from './timeouts/durations.js';

/** A send leaves within this time of its slot, or is not sent and asks for another. */
export const SLOT_MS = durations.slot.length.ms;

/** When a withdrawal may be sent. */
export interface Slot {
  /** ms since 1970. */
  at: number;
  /** Its place in the queue when it asked: 1 is next. */
  place: number;
}

/** No slot is left before it would be too late; the next one would come at this time, ms since 1970. Nothing was used up. */
export interface NoSlotInTime {
  nextAt: number;
}

export function isSlot(answer: Slot | NoSlotInTime): answer is Slot {
  return 'at' in answer;
}

/** What it remembers: the slots granted that have not come yet, and the last one granted. Times in ms since 1970. */
export interface RateLimiterState {
  last?: number;
  ahead: number[];
}

/**
 * Grants slots so that two sends are never closer than the provider's interval: each slot is the interval and the time that a send may
 * take to leave after the last one.
 */
export class RateLimiter {
  constructor(readonly state: RateLimiterState = { ahead: [] }) {}

  /** A slot at `notAfter` or later would be of no use to who asks: then none is given. */
  acquireSlot(now: number, intervalMs: number, notAfter: number): Slot | NoSlotInTime {
    const { last } = this.state;
    const at = last === undefined ? now : Math.max(now, last + intervalMs + SLOT_MS);
    if (at >= notAfter) return { nextAt: at };
    this.state.last = at;
    this.state.ahead = [...this.state.ahead.filter((slot) => slot > now), at];
    return { at, place: this.state.ahead.length };
  }
}

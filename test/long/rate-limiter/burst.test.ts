import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SLOT_MS } from '../../../domain/rate-limiter.js';
import { RateLimiterStand } from '../../workflows/rate-limiter/stand.js';

/** CryptoCloud's own. `test/workflows/rate-limiter/burst.test.ts` does the same with fewer. */
const INTERVAL_MS = 12_000;
const COUNT = 1_000;

let stand: RateLimiterStand;
beforeAll(async () => {
  stand = await RateLimiterStand.start({ intervalMs: INTERVAL_MS });
  await stand.startWorker();
}, 120_000);
afterAll(() => stand.stop(), 30_000);

describe('a thousand withdrawals at once, at a provider that takes one create per interval', () => {
  it(
    'queue up quietly: each gets a slot of its own, and none ever asks for a person',
    async () => {
      const ids = await stand.submit(COUNT);
      const views = await stand.allInLine(ids, 15 * 60_000);

      const { slots, attentions } = stand.storyOf(views);
      const apart = slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0));
      const arrivals = await stand.arrivals();
      expect(attentions).toEqual([]);
      // All but those whose slots have come meanwhile.
      expect(slots.length + arrivals.length).toBeGreaterThanOrEqual(COUNT);
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(INTERVAL_MS + SLOT_MS);
      expect(arrivals.filter(({ answered }) => answered !== 200)).toEqual([]);
    },
    20 * 60_000,
  );
});

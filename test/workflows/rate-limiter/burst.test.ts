import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SLOT_MS } from '../../../domain/rate-limiter.js';
import { RateLimiterStand } from './stand.js';

/** CryptoCloud's own. `test/long/rate-limiter/burst.test.ts` does the same with a thousand. */
const INTERVAL_MS = 12_000;
const COUNT = 60;

let stand: RateLimiterStand;
beforeAll(async () => {
  stand = await RateLimiterStand.start({ intervalMs: INTERVAL_MS });
  await stand.startWorker();
}, 120_000);
afterAll(() => stand.stop());

describe('sixty withdrawals at once, at a provider that takes one create per interval', () => {
  it('queue up quietly: each gets a slot of its own, and none ever asks for a person', async () => {
    const ids = await stand.submit(COUNT);
    const views = await stand.allInLine(ids, 120_000);

    const { slots, attentions } = stand.storyOf(views);
    expect(attentions).toEqual([]);
    // All but the few whose slots have come meanwhile.
    expect(slots.length + (await stand.arrivals()).length).toBeGreaterThanOrEqual(COUNT);
    const apart = slots.slice(1).map((slot, index) => slot - (slots[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(INTERVAL_MS + SLOT_MS);
    expect((await stand.arrivals()).map(({ answered }) => answered).filter((status) => status !== 200)).toEqual([]);
  }, 180_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RateLimiterStand } from '../../workflows/rate-limiter/stand.js';

/** CryptoCloud's own twelve seconds, in real time. `rate-limiter.test.ts` does the same with one second. */
const INTERVAL_MS = 12_000;
const COUNT = 8;
/** Whichever worker is to send this one kills itself with -9: its slot has come, and no byte has left. */
const INTERRUPTED = 'cc-1';

let stand: RateLimiterStand;
beforeAll(async () => {
  stand = await RateLimiterStand.start({ intervalMs: INTERVAL_MS });
  await Promise.all([1, 2].map(() => stand.startWorker({ diesSending: INTERRUPTED })));
}, 120_000);
afterAll(() => stand.stop(), 30_000);

describe('eight withdrawals at once, at a provider that takes one create per twelve seconds, and two worker processes', () => {
  it(
    'are sent once each and never closer than that, though a worker is killed between a slot and its send',
    async () => {
      const ids = await stand.submit(COUNT);
      const timeoutMs = (COUNT + 4) * 2 * INTERVAL_MS;
      await Promise.all(ids.map((id) => stand.afterStatus(id, ['received', 'waiting', 'sending'], timeoutMs)));

      const arrivals = await stand.arrivals();
      const sent = ids.filter((id) => id !== INTERRUPTED);
      expect(arrivals.map(({ withdrawalId }) => withdrawalId).sort()).toEqual(sent.sort());
      expect(arrivals.filter(({ answered }) => answered !== 200)).toEqual([]);
      expect(Math.min(...(await stand.gaps()))).toBeGreaterThanOrEqual(INTERVAL_MS);
      expect(stand.alive()).toHaveLength(1);
    },
    8 * 60_000,
  );
});

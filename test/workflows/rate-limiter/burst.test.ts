import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SLOT_MS } from '../../../domain/rate-limiter.js';
import { GateStand } from './stand.js';

/** CryptoCloud's own. `test/long/burst.test.ts` does the same with a thousand. */
const INTERVAL_MS = 12_000;
const COUNT = 60;

let stand: GateStand;
beforeAll(async () => {
  stand = await GateStand.start({ intervalMs: INTERVAL_MS });
  await stand.startWorker();
}, 120_000);
afterAll(() => stand.stop());

describe('sixty withdrawals at once, at a provider that takes one create per interval', () => {
  it('queue up quietly: each gets a turn of its own, and none ever asks for a person', async () => {
    const ids = await stand.submit(COUNT);
    const views = await stand.allInLine(ids, 120_000);

    const { turns, attentions } = stand.storyOf(views);
    expect(attentions).toEqual([]);
    // All but the few whose turns have come meanwhile.
    expect(turns.length + (await stand.arrivals()).length).toBeGreaterThanOrEqual(COUNT);
    const apart = turns.slice(1).map((turn, index) => turn - (turns[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(INTERVAL_MS + SLOT_MS);
    expect((await stand.arrivals()).map(({ answered }) => answered).filter((status) => status !== 200)).toEqual([]);
  }, 180_000);
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTimeSkippingEnvironment } from '../support/time-skipping-server.js';
import { PayoutStand } from '../support/payouts.js';

let stand: PayoutStand;
beforeAll(async () => {
  stand = await PayoutStand.start(await startTimeSkippingEnvironment());
}, 120_000);
afterEach(() => stand.clear());
afterAll(() => stand.stop());

describe('x', () => {
  it('is confirmed by a look-up when no callback comes', async () => {
    const payout = await stand.pay({ creates: ['processing'], lookUps: ['not_confirmed', 'not_confirmed', 'confirmed'] });
    const view = await payout.ended();
    expect(view).toMatchObject({ status: 'confirmed', final: true });
    console.log(JSON.stringify(view, null, 1), await payout.currentDetails());
    console.log(payout.hands.lookUps.map(({ at }, i) => at - (payout.hands.lookUps[i - 1]?.at ?? payout.hands.creates[0]?.at ?? 0)));
  });
  it.each([undefined, null, {}, 'x', [], {request: null}, {request: {}}, {request: { provider: 'nobody' }}])('malformed %p', async (start) => {
    const handle = await stand.start('withdrawal/whatever-' + Math.random(), [start]);
    const r = await Promise.race([handle.result(), new Promise((r) => setTimeout(() => r('blocked'), 3000))]);
    await handle.terminate().catch(() => undefined);
    expect(r).toMatchObject({ status: 'refused' });
  });
});

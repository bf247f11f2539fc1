import { describe, expect, it } from '@jest/globals';
import type { WithdrawalEvent } from '../../../../domain/withdrawal/apply.js';
import { samples } from '../../requests.js';
import type { Life } from '../life.js';
import { life, MINUTE } from '../life.js';

describe('what a provider was known to have before its workflow was closed by force', () => {
  it.each<[string | undefined, boolean]>([
    ['134702815', false],
    [undefined, true],
  ])('is never sent again, though it is absent now and a person lets it be sent: %s', (providerId, maySend) => {
    const payout = life()
      .recovered(providerId === undefined ? {} : { providerId })
      .pass(3 * MINUTE)
      .retryNow()
      .absentOver(5 * MINUTE);

    expect(payout.mayResend).toBe(maySend);
    expect(payout.view.providerId).toBe(providerId);
  });
});

describe('that no slot is left in time', () => {
  it.each<[string, (payout: Life, noSlot: WithdrawalEvent) => Life]>([
    ['once an earlier run is known', (payout, noSlot) => payout.reset().apply(noSlot)],
    ['before an earlier run is found', (payout, noSlot) => payout.apply(noSlot).reset()],
  ])('never says that nothing was sent, %s', (_when, given) => {
    const payout = life(samples.cryptocloud);

    given(payout, { type: 'slotTooLate', nextAt: payout.sendBy });

    expect(payout.view).toMatchObject({ status: 'unknown' });
    expect(payout.view).not.toHaveProperty('error');
  });
});

it('an attempt refused for its run, which does not name the run, puts the earlier run in doubt all the same', () => {
  const payout = life()
    .send()
    .apply({ type: 'createFailed', failure: { type: 'ResetRun' }, isOver: true });
  expect([payout.status, payout.attention]).toEqual(['unknown', 'earlier-run']);
});

import { describe, expect, it } from '@jest/globals';
import { earlierRunFound, recovered } from '../../../domain/withdrawal/earlier-run.js';
import { noSlotInTime } from '../../../domain/withdrawal/creating.js';
import { samples } from '../requests.js';
import { life, MINUTE } from './life.js';

describe('what a provider was known to have before its workflow was closed by force', () => {
  it.each<[string | undefined, boolean]>([
    ['134702815', false],
    [undefined, true],
  ])('is never sent again, though it is absent now and a person lets it be sent: %s', (providerId, maySend) => {
    const payout = life();
    const { withdrawal, now } = payout;
    const closedAt = new Date(now).toISOString();
    recovered(withdrawal, { by: 'Ada', reason: 'x', closedAt, ...(providerId && { providerId }) }, undefined, now);

    payout
      .pass(3 * MINUTE)
      .retryNow()
      .absentOver(5 * MINUTE);

    expect(payout.mayResend).toBe(maySend);
    expect(payout.view.providerId).toBe(providerId);
  });
});

describe('an answer of the gate that comes once an earlier run is known', () => {
  it('tells nobody that nothing was sent', () => {
    const payout = life(samples.cryptocloud);
    const { withdrawal, now } = payout;
    earlierRunFound(withdrawal, { why: 'Reset made this run', endedBy: now }, now);

    noSlotInTime(withdrawal, { nextAt: now }, now);

    expect(payout.view).toMatchObject({ status: 'unknown' });
    expect(payout.view).not.toHaveProperty('error');
  });
});

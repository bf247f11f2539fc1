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

describe('that the workflow was started a second time', () => {
  const known = (payout: Life) => {
    expect(payout.next).toEqual({ do: 'checkRun' });
    return payout.apply({ type: 'runChecked', run: payout.state.originalRun, hasEarlierRun: true });
  };

  const past = (payout: Life) => payout.pass(payout.sendBy - payout.now);

  it.each<[string, () => Life]>([
    ['cancelled in Temporal', () => life().cancelInTemporal()],
    ['cancelled by an operator', () => life().send().failed('NoWorker').cancel()],
    ['past its sendBy', () => past(life().send().failed('NoWorker'))],
    ['of a request that breaks rules', () => life(samples.cryptoprocessing, 'amount: is required')],
  ])('keeps one %s from its end: the run before may have paid', (_which, due) => {
    const payout = known(due());
    expect([payout.status, payout.attention]).toEqual(['unknown', 'earlier-run']);
    expect(payout.mayResend).toBe(false);
  });

  it('is asked again a minute later where Temporal does not say: nothing ends, and a person is asked', () => {
    const payout = life().cancelInTemporal().apply({ type: 'runUnchecked' });
    expect([payout.view.final, payout.attention, payout.next.do]).toEqual([false, 'waiting-for-temporal', 'wait']);
    expect(payout.pass(MINUTE).next).toEqual({ do: 'checkRun' });
    expect(payout.runChecked().view).toMatchObject({ status: 'cancelled', final: true });
  });

  it('is said once, and changes nothing that was found out since', () => {
    const payout = known(life().cancelInTemporal()).absentOver(5 * MINUTE);
    const { attempts } = payout.state;
    payout.apply({ type: 'runChecked', run: payout.state.originalRun, hasEarlierRun: true });
    expect(payout.state.attempts).toEqual(attempts);
    expect(payout.events.filter((event) => event === 'earlierRunFound')).toHaveLength(1);
  });
});

it('an attempt refused for its run, which does not name the run, puts the earlier run in doubt all the same', () => {
  const payout = life()
    .send()
    .apply({ type: 'createFailed', failure: { type: 'ResetRun' }, isOver: true });
  expect([payout.status, payout.attention]).toEqual(['unknown', 'earlier-run']);
});

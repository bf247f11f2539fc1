import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../support/payout.js';
import { saying, times } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

const stand = useStand();

describe('a withdrawal of which no callback comes', () => {
  it('is looked up after 30 s, then twice as late each time, up to hourly, until the provider says how it ended', async () => {
    const payout = await stand.pay({ creates: ['processing'], lookUps: [...times(11, 'not_confirmed'), 'confirmed'] });

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'confirmed', final: true, providerId: '134702815' });
    expect(view).not.toHaveProperty('attention');
    const { creates, lookUps } = payout.provider;
    expect(await payout.waits()).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60].map((n) => n * MINUTE));
    expect(lookUps).toHaveLength(12);
    expect(creates).toHaveLength(1);
  });

  it('ends cancelled, with the provider’s reason, when a look-up says so', async () => {
    const message = 'Not enough money on balance';
    const payout = await stand.pay({ creates: ['processing'], lookUps: [saying('cancelled', { error: message })] });

    const error = { type: 'Cancelled', message, certainty: 'refused' };
    expect(await payout.ended()).toMatchObject({ status: 'cancelled', error });
  });

  it('asks for a person after a day, and stays open', async () => {
    const payout = await stand.pay({ creates: ['processing'] });

    await payout.pass(DAY + MINUTE);

    expect(await payout.view()).toMatchObject({ status: 'processing', final: false, attention: 'provider-overdue' });
    expect(await payout.isOpen()).toBe(true);
  });
});

describe('a withdrawal that the provider’s Owner must approve', () => {
  it('waits for an Owner, says so, calls for a person, and ends declined', async () => {
    const [decision, more] = ['declined', { error: 'Declined by user ID:777' }];
    const end = { status: 'declined', error: { type: 'Declined', message: 'Declined by user ID:777' } };
    let held = saying('pending');
    const payout = await stand.pay({ creates: ['processing'], lookUps: [(request) => held(request)] });
    await payout.when(({ status }) => status === 'processing');
    await payout.callback('pending');
    await payout.when(({ status }) => status === 'awaiting_approval');

    await payout.pass(4 * HOUR + MINUTE);
    const reminded = await payout.view();
    expect(reminded.timeline).toContainEqual(expect.objectContaining({ event: 'ownerReminded' }));
    expect(reminded).not.toHaveProperty('attention');

    await payout.pass(20 * HOUR);
    expect(await payout.view()).toMatchObject({
      status: 'awaiting_approval',
      attention: 'owner-overdue',
      waiting: { for: 'approval by CryptoProcessing’s Owner' },
    });
    expect(await payout.indexed()).toMatchObject({
      WithdrawalStatus: 'awaiting_approval',
      WithdrawalAttention: 'owner-overdue',
    });
    expect(await payout.currentDetails()).toMatch(/^\*\*A person is needed \(owner-overdue\).*awaiting_approval/s);

    expect(await payout.isOpen()).toBe(true);
    held = saying(decision, more);
    await payout.callback(decision, more);

    const view = await payout.ended();
    expect(view).toMatchObject({ ...end, final: true });
    expect(view).not.toHaveProperty('attention');
    expect(view.timeline.filter(({ event }) => event === 'overdue')).toHaveLength(1);
    expect(await payout.indexed()).not.toHaveProperty('WithdrawalAttention');
  });
});

describe('a withdrawal that the provider refuses', () => {
  it('ends refused, with the provider’s own words', async () => {
    const refusal = { type: 'InvalidAddress', code: 'its_code', message: 'its words', requestId: 'its-id' };
    const payout = await stand.pay({ creates: [refusal] });

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'refused', final: true, error: { ...refusal, certainty: 'refused' } });
    expect(payout.provider.creates).toHaveLength(1);
    expect(payout.provider.lookUps).toHaveLength(0);
  });
});

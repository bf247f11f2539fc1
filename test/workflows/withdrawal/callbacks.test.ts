import { describe, expect, it } from '@jest/globals';
import { omitUndefined } from '../../../domain/omit-undefined.js';
import type { ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { callbackSignal } from '../../../contract/messages.js';
import { caseViewQuery } from '../../../contract/case.js';
import { cryptopayRequest } from '../../support/requests.js';
import type { Payout } from '../support/payout.js';
import { HOUR, MINUTE, SECOND } from '../support/payout.js';
import type { Answer } from '../support/scripted-provider.js';
import { called, latch, saying, times } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

const stand = useStand({ serving: ['cryptopay'] });

/** A withdrawal that the provider has taken and is paying. */
async function processing(lookUps: readonly [Answer, ...Answer[]], as = called): Promise<Payout> {
  const payout = await stand.pay({ creates: ['processing'], lookUps, as });
  await payout.when(({ status }) => status === 'processing');
  return payout;
}

describe('a callback’s final word', () => {
  it('ends nothing before a look-up agrees, which is asked again and again', async () => {
    const payout = await processing([...times(3, 'not_confirmed'), 'confirmed']);

    await payout.callback('confirmed');
    const claimed = await payout.when(({ waiting }) => waiting?.for.includes('confirm the callback') === true);
    const view = await payout.ended();

    expect(claimed).toMatchObject({ status: 'processing', final: false });
    expect(view).toMatchObject({ status: 'confirmed', final: true });
    expect(await payout.waits()).toEqual([30 * SECOND, 5 * SECOND, 10 * SECOND, 20 * SECOND]); // the first was cut short
    expect(payout.provider.lookUps).toHaveLength(4);
  });

  it('asks for a person when no look-up agrees for ten minutes, stays open, and ends once one agrees', async () => {
    let word = 'not_confirmed';
    const payout = await processing([() => word]);

    await payout.callback('confirmed');
    await payout.pass(9 * MINUTE);
    expect(await payout.view()).not.toHaveProperty('attention');
    await payout.pass(2 * MINUTE);
    expect(await payout.view()).toMatchObject({ status: 'processing', attention: 'final-unconfirmed' });
    await payout.pass(HOUR);
    expect(await payout.isOpen()).toBe(true);

    word = 'confirmed';
    expect(await payout.ended()).toMatchObject({ status: 'confirmed', final: true });
  });

  it('ends it at once where the deployment asks for no look-up', async () => {
    const payout = await processing(['not_confirmed'], { ...called, policy: { confirmFinal: false, resend: true } });

    await payout.callback('confirmed', { txid: 'ab12' });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed', txid: 'ab12' });
    expect(payout.provider.lookUps).toHaveLength(0);
  });
});

describe('two final statuses that differ', () => {
  it('ask for a person at once and never end by themselves', async () => {
    const payout = await processing(['confirmed']);

    await Promise.all(['confirmed', 'declined'].map((word) => payout.callback(word)));
    const view = await payout.when(({ attention }) => attention !== undefined);
    await payout.pass(2 * HOUR);

    expect(view).toMatchObject({ attention: 'contradiction', final: false });
    expect(await payout.view()).toMatchObject({ attention: 'contradiction', final: false });
    expect(await payout.indexed()).toMatchObject({ WithdrawalAttention: 'contradiction' });
    expect(await payout.isOpen()).toBe(true);
  });
});

describe('two final statuses that differ, one in a callback that comes while the other is looked up', () => {
  it('meet before either can end it', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await processing([() => answered.then(() => 'confirmed')]);
    await payout.callback('confirmed');
    await payout.when(() => payout.provider.lookUps.length === 1);

    await payout.callback('declined');
    answer();

    expect(await payout.when(({ attention }) => attention !== undefined)).toMatchObject({ attention: 'contradiction' });
    expect(await payout.isOpen()).toBe(true);
  });
});

describe('callbacks in any order', () => {
  it.each([
    ['pending', { status: 'awaiting_approval' }],
    ['not_confirmed', { status: 'processing' }],
  ])('keeps one that comes before the answer to the create: %s', async (word, expected) => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => 'processing')], lookUps: ['pending'] });
    await payout.when(({ status }) => status === 'sending');

    await payout.callback(word);
    answer();

    expect(await payout.when(({ providerStatus }) => providerStatus === word)).toMatchObject(expected);
  });

  it('ends by a look-up if the final one comes before the answer to the create', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => 'processing')], lookUps: ['confirmed'] });
    await payout.when(({ status }) => status === 'sending');

    await payout.callback('confirmed', { txid: 'ab12' });
    answer();

    expect(await payout.ended()).toMatchObject({ status: 'confirmed', txid: 'ab12' });
    expect(payout.provider.lookUps).toHaveLength(1);
    expect(payout.provider.lookUps[0]?.at).toBeLessThan((payout.provider.creates[0]?.at ?? 0) + 10 * SECOND);
  });

  it('outweighs a refusal of the create that it overtakes: the provider has it', async () => {
    const { opened: answered, open: answer } = latch();
    const refusal = { type: 'InvalidAddress' };
    const payout = await stand.pay({ creates: [() => answered.then(() => refusal)], lookUps: ['confirmed'] });
    await payout.when(({ status }) => status === 'sending');

    await payout.callback('confirmed');
    answer();

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('ends confirmed though an old pending comes after the final one', async () => {
    const payout = await processing(['not_confirmed', 'confirmed']);

    await payout.callback('confirmed');
    await payout.callback('pending');

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });

  it('believes a step backwards only from a look-up', async () => {
    const payout = await processing(['pending']);
    await payout.callback('pending');
    await payout.when(({ status }) => status === 'awaiting_approval');

    await payout.callback('not_confirmed');
    await payout.pass(3 * SECOND);

    expect(await payout.view()).toMatchObject({ status: 'awaiting_approval', providerStatus: 'pending' });
    expect(payout.provider.lookUps).toHaveLength(1);
  });

  it('applies the same word once, however often it comes', async () => {
    const payout = await processing(['not_confirmed']);

    for (let time = 0; time < 3; time++) await payout.callback('pending');
    await payout.pass(SECOND);

    const { timeline } = await payout.view();
    expect(
      timeline.filter(({ detail }) => detail?.source === 'callback' && detail.providerStatus === 'pending'),
    ).toHaveLength(1);
    expect(payout.provider.lookUps).toHaveLength(0);
  });
});

describe('a callback that a fault of ours keeps from being taken in', () => {
  it('is kept: those behind it are taken in, and at the end it becomes a case', async () => {
    const payout = await processing(['confirmed']);

    await payout.handle.signal(callbackSignal, null as never);
    await payout.callback('confirmed');

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    const opened = await payout.openedCase();
    const held = await stand.environment.client.workflow.getHandle(opened).query(caseViewQuery);
    expect(held).toMatchObject({ reason: 'unreadable', withdrawalId: payout.request.withdrawalId });
    expect(held.body).toBe('null');
  });

  it('is a case at once if it is a record of no withdrawal at all, and blocks nothing', async () => {
    const payout = await processing(['confirmed']);

    await payout.handle.signal(callbackSignal, { record: { provider: 'cryptoprocessing' } } as never);
    await payout.openedCase();
    await payout.callback('confirmed');

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });
});

describe('a callback that comes too late for a final state', () => {
  it('keeps nothing open, and blocks nothing, when it can’t be read', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => 'confirmed')] });
    await payout.when(({ status }) => status === 'sending');

    await payout.handle.signal(callbackSignal, null as never);
    answer();

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });
});

describe('a verified callback of another payout under our reference', () => {
  it('becomes a case at once, which its own end does not make forgotten', async () => {
    const payout = await processing(['confirmed']);
    await payout.callback('confirmed', { providerId: '999' });
    const opened = await payout.openedCase();
    expect(await payout.view()).toMatchObject({ status: 'processing', attention: 'not-ours' });

    await payout.callback('confirmed');

    expect(await payout.ended()).toMatchObject({ status: 'confirmed', providerId: '134702815' });
    expect(opened).toMatch(/^case\//);
    expect(await stand.environment.client.workflow.getHandle(opened).query(caseViewQuery)).toMatchObject({
      reason: 'is not about this withdrawal',
      withdrawalId: payout.request.withdrawalId,
      record: { providerId: '999' },
    });
  });
});

describe('a callback that is not what it should be', () => {
  it('is not applied, and a person is asked, when it is for another amount', async () => {
    const payout = await processing(['confirmed']);

    await payout.callback('cancelled', { amount: '0.00003001' });

    expect(await payout.when(({ attention }) => attention !== undefined)).toMatchObject({
      status: 'processing',
      attention: 'not-ours',
    });
    // Its case is a child, past which this server no longer skips time: it ends by a callback, not by a later look-up.
    await payout.callback('confirmed');
    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });

  it('is never final, and a person is asked, when its status is in no table', async () => {
    const payout = await processing(['confirmed']);

    await payout.callback('paid_out_probably');

    expect(await payout.when(({ attention }) => attention !== undefined)).toMatchObject({
      final: false,
      attention: 'unrecognised-status',
    });
  });

  it.each([[null], ['text'], [{}], [{ record: null }]])(
    'asks for a person and hides no callback that comes with it: %j',
    async (malformed) => {
      const logged = stand.log.length;
      const { opened: answered, open: answer } = latch();
      const payout = await stand.pay({ creates: [() => answered.then(() => 'processing')], lookUps: ['pending'] });
      await payout.when(({ status }) => status === 'sending');

      await payout.handle.signal(callbackSignal, malformed as never);
      await payout.callback('pending');
      answer();

      const view = await payout.when(({ status }) => status === 'awaiting_approval');
      expect(view.timeline).toContainEqual(expect.objectContaining({ detail: { attention: 'internal-fault' } }));
      expect(payout.provider.lookUps).toHaveLength(0); // the callback itself was taken in
      expect(stand.log.slice(logged).join()).toMatch(/a fault of Outflow.*TypeError/);
      expect(view.timeline).toContainEqual(expect.objectContaining({ event: 'fault', detail: { fault: 'TypeError' } }));
    },
  );

  it('takes a new callback among a hundred repetitions', async () => {
    const payout = await processing(['confirmed']);

    await Promise.all(Array.from({ length: 100 }, () => payout.callback('not_confirmed')));
    await payout.callback('confirmed');

    const view = await payout.ended();
    expect(view).toMatchObject({ status: 'confirmed' });
    expect(view.timeline.length).toBeLessThan(10);
  });
});

const noFunds: Answer = { type: 'NotEnoughFunds' };

/** Anybody who may signal can send anything. */
const strange = (record: object): Partial<ProviderRecord> => record;

describe('a callback of no known shape', () => {
  it('that can’t be shown keeps nothing from being looked up', async () => {
    const payout = await stand.pay({ creates: [noFunds], lookUps: [saying('confirmed', strange({ providerId: 42 }))] });
    await payout.when(({ status }) => status === 'waiting');
    await payout.callback('not_confirmed', strange({ providerId: 42 }));
    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  }, 40_000);

  it('that can’t be decided upon asks for a person, and blocks nothing', async () => {
    const converted = { convertTo: 'BTC', amountTo: '0.1', cryptopay: { maxCharge: '10.17' } };
    const withoutAmount = (changes?: Partial<WithdrawalRequest>) =>
      omitUndefined(cryptopayRequest({ ...changes, amount: undefined as never })) as WithdrawalRequest;
    const payout = await stand.pay({ creates: [noFunds] }, converted, withoutAmount);
    await payout.when(({ status }) => status === 'waiting');
    await payout.callback('new', strange({ meaning: 'awaiting_commit', convertTo: 'BTC', charge: 'much' }));
    const view = await payout.when(({ attention }) => attention === 'internal-fault');
    expect(view).toMatchObject({ status: 'awaiting_commit' });
    expect(await payout.isOpen()).toBe(true);
  }, 40_000);
});

import { describe, expect, it } from '@jest/globals';
import { omitUndefined } from '../../../domain/omit-undefined.js';
import type { ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { cryptopayRequest } from '../../support/requests.js';
import type { Answer } from '../support/scripted-provider.js';
import { saying } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

const stand = useStand({ serving: ['cryptopay'] });

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

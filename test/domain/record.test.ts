import { describe, expect, test } from '@jest/globals';
import { sameAddress } from '../../domain/addresses/index.js';
import type { Meaning, ProviderRecord } from '../../domain/record.js';
import { eventOf, foreignFields, hasFinalMeaning } from '../../domain/record.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import { bitcoinAddress, samples, without } from './requests.js';

const request: WithdrawalRequest = samples.cryptoprocessing;
const conversion: WithdrawalRequest = { ...samples.alphapo, tag: '77' };

/** What the provider's record of `request` says, in full. */
const ours: ProviderRecord = {
  provider: 'cryptoprocessing',
  providerId: '134702815',
  reference: 'test_foreign_id_0148',
  providerStatus: 'not_confirmed',
  meaning: 'processing',
  currency: 'BTC',
  amount: '0.00003000',
  address: bitcoinAddress,
};
/** And of `conversion`. */
const converted: ProviderRecord = {
  ...{ provider: 'alphapo', providerId: '678388', reference: 'user_2317', providerStatus: 'pending' },
  ...{
    meaning: 'awaiting_approval',
    currency: 'EUR',
    convertTo: 'BTC',
    amount: '25',
    address: bitcoinAddress,
    tag: '77',
  },
};

describe('what Cryptopay charges', () => {
  const asked: WithdrawalRequest = { ...samples.cryptopay, currency: 'EUR', amount: '10' };
  const charged = (charge: string): ProviderRecord => ({
    ...{ provider: 'cryptopay', providerId: 'f04d', reference: asked.withdrawalId, charge },
    ...{ providerStatus: 'new', meaning: 'awaiting_commit' },
  });
  const whole: WithdrawalRequest = { ...asked, cryptopay: { feesIncluded: true } };

  test.each([
    ['what was asked, and the fees', asked, '10.17', []],
    ['what was asked, without fees', asked, '10.00', []],
    ['less than was asked', asked, '9.99', ['charge']],
    ['what was asked, the fees taken out of it', whole, '10.0', []],
    ['more, though the fees are taken out of it', whole, '10000', ['charge']],
    ['less, though the fees are taken out of it', whole, '9.83', ['charge']],
  ])('is ours or not: %s', (_what, request, charge, foreign) => {
    expect(foreignFields(charged(charge), request)).toEqual(foreign);
  });
});

describe('a record is ours', () => {
  test('if all that it says agrees with what was asked', () => {
    expect(foreignFields(ours, request, '134702815')).toEqual([]);
    expect(foreignFields(converted, conversion)).toEqual([]);
  });

  test.each<[string, Partial<ProviderRecord>]>([
    ['an amount with fewer zeros', { amount: '0.00003' }],
    ['an amount with more zeros', { amount: '0.0000300000' }],
    ['the address in the capital case of bech32', { address: bitcoinAddress.toUpperCase() }],
    ['a target currency that is the debited one', { convertTo: 'BTC' }],
    ['another status, a txid, fees', { providerStatus: 'confirmed', meaning: 'confirmed', txid: 'bb04', fees: [] }],
  ])('with %s', (_name, change) => expect(foreignFields({ ...ours, ...change }, request)).toEqual([]));

  test.each<[string, (keyof ProviderRecord)[]]>([
    ['no amount, as a pending conversion', ['amount']],
    ['no address and no tag, as a create’s response', ['address', 'tag']],
    ['no currency', ['currency', 'convertTo']],
    ['no reference, where the provider takes none', ['reference']],
  ])('with %s: what it doesn’t say is no evidence', (_name, unsaid) => {
    expect(foreignFields(without(converted, ...unsaid) as ProviderRecord, conversion)).toEqual([]);
  });

  test('a record is ours with any id while the provider’s id is not known', () => {
    expect(foreignFields({ ...ours, providerId: '1' }, request)).toEqual([]);
  });

  test('a record is ours with the amount that shall arrive, where that was asked', () => {
    const exactly = { ...without(conversion, 'amount'), amountTo: '0.000015' };
    expect(foreignFields({ ...converted, amountTo: '0.00001500' }, exactly)).toEqual([]);
    expect(foreignFields({ ...converted, amountTo: '0.000016' }, exactly)).toEqual(['amountTo']);
  });

  test('a record is ours with an empty tag or none, where none was asked', () => {
    expect(foreignFields({ ...ours, tag: '' }, request)).toEqual([]);
  });
});

describe('a record is not ours', () => {
  test.each<[string, Partial<ProviderRecord>, string[]]>([
    ['another provider', { provider: 'alphapo' }, ['provider']],
    ['another reference', { reference: 'test_foreign_id_0149' }, ['reference']],
    ['a reference that differs in case only', { reference: 'TEST_foreign_id_0148' }, ['reference']],
    ['a reference with a space more', { reference: 'test_foreign_id_0148 ' }, ['reference']],
    ['an empty reference', { reference: '' }, ['reference']],
    ['another id than the known one', { providerId: '134702816' }, ['providerId']],
    ['another debited currency', { currency: 'LTC' }, ['currency', 'convertTo']],
    ['another target currency', { convertTo: 'LTC' }, ['convertTo']],
    ['a larger amount', { amount: '0.00003001' }, ['amount']],
    ['an amount that is the same as a float', { amount: '0.000030000000000000000001' }, ['amount']],
    ['a pending conversion’s zero', { amount: '0.00000000' }, ['amount']],
    ['another address', { address: 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm' }, ['address']],
    ['a tag where none was asked', { tag: '1' }, ['tag']],
    ['several differences', { reference: 'x', amount: '1', tag: '1' }, ['reference', 'amount', 'tag']],
  ])('with %s, and the difference is named', (_name, change, fields) => {
    expect(foreignFields({ ...ours, ...change }, request, '134702815')).toEqual(fields);
  });

  test.each<[string, Partial<ProviderRecord>, string[]]>([
    ['without the tag that was asked', { tag: '' }, ['tag']],
    ['with another tag', { tag: '78' }, ['tag']],
    ['with a tag that only looks the same', { tag: '077' }, ['tag']],
    ['without the conversion', { convertTo: 'EUR' }, ['convertTo']],
  ])('of a conversion with a tag, %s', (_name, change, fields) => {
    expect(foreignFields({ ...converted, ...change }, conversion)).toEqual(fields);
  });

  test('a record with another target currency or tag is not ours, whatever else it leaves out', () => {
    const bare = without(converted, 'currency', 'address', 'tag');
    expect(foreignFields({ ...bare, convertTo: 'LTC' }, conversion)).toEqual(['convertTo']);
    expect(foreignFields({ ...bare, tag: '78' }, conversion)).toEqual(['tag']);
  });
});

describe('the network of a record', () => {
  const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  const asked: WithdrawalRequest = { ...samples.cryptopay, convertTo: 'USDT', address };
  const record = (network?: string): ProviderRecord => ({
    ...{ provider: 'cryptopay', providerId: 'f04d', reference: asked.withdrawalId, address },
    ...{ providerStatus: 'new', meaning: 'awaiting_commit', ...(network && { network }) },
  });
  const on = (network: string): WithdrawalRequest => ({ ...asked, cryptopay: { network } });

  test.each<[string, ProviderRecord, WithdrawalRequest, string[]]>([
    ['the one that was asked', record('ethereum'), on('ethereum'), []],
    ['another with the same form of addresses', record('bnb_smart_chain'), on('ethereum'), ['network']],
    ['not said', record(), on('ethereum'), []],
    ['said, and none was asked', record('ethereum'), asked, []],
  ])('is ours or not: %s', (_what, recorded, request, foreign) => {
    expect(foreignFields(recorded, request)).toEqual(foreign);
  });
});

describe('where single transactions of a record went', () => {
  const elsewhere = 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm';
  const to = (...otherDestinations: ProviderRecord['otherDestinations'] & object) => ({
    ...converted,
    otherDestinations,
  });

  test.each<[string, ProviderRecord, string[]]>([
    ['to the same address in capitals', to({ address: bitcoinAddress.toUpperCase() }), []],
    ['to another address', to({ address: elsewhere }), ['address']],
    ['one to ours and one to another', to({ address: bitcoinAddress }, { address: elsewhere }), ['address']],
    ['under the tag that was asked', to({ tag: '77' }), []],
    ['under another tag', to({ tag: '78' }), ['tag']],
  ])('%s', (_what, record, foreign) => {
    expect(foreignFields(record, conversion)).toEqual(foreign);
  });
});

describe('the end user of a record', () => {
  test.each<[string, string, string[]]>([
    ['the one that was asked', 'test_end_user_reference', []],
    ['another', 'test_end_user_reference2', ['endUserReference']],
    ['the same in another case', 'TEST_end_user_reference', ['endUserReference']],
  ])('is ours or not: %s', (_what, endUserReference, foreign) => {
    expect(foreignFields({ ...ours, endUserReference }, request)).toEqual(foreign);
  });

  test('the end user of a record is no evidence where none was asked, or none is said', () => {
    const unasked: WithdrawalRequest = without(samples.alphapo, 'endUserReference');
    expect(foreignFields({ ...without(converted, 'tag'), endUserReference: 'x' }, unasked)).toEqual([]);
    expect(foreignFields(ours, request)).toEqual([]);
  });
});

describe('two texts name the same destination', () => {
  const evm = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  test.each<[string, string, string, boolean]>([
    ['EVM, checksummed and lower case', evm, evm.toLowerCase(), true],
    [
      'bech32 in both cases',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
      true,
    ],
    ['base58 in another case', '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV', '2n122jkrz52gokTmaVYNiMA43qvdSqnhLGV', false],
    ['TRON in another case', 'TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC', 'TJRYWwFs9wTFGZg3JbrVriFbNfCug5tDeC', false],
    ['one hexadecimal digit less', evm, evm.slice(0, -1), false],
    ['another last digit', evm, `${evm.slice(0, -1)}e`, false],
    ['a space more', evm, `${evm} `, false],
  ])('%s', (_name, a, b, same) => {
    expect(sameAddress(a, b)).toBe(same);
    expect(sameAddress(b, a)).toBe(same);
  });
});

test.each<[Meaning, string | undefined, boolean]>([
  ['awaiting_commit', 'foundAwaitingCommit', false],
  ['processing', 'foundProcessing', false],
  ['awaiting_approval', 'foundAwaitingApproval', false],
  ['on_hold', 'foundOnHold', false],
  ['confirmed', 'foundConfirmed', true],
  ['declined', 'foundDeclined', true],
  ['cancelled', 'foundCancelled', true],
  ['unrecognised', undefined, false],
])('a record that means %s is the event %s; final: %s', (meaning, event, final) => {
  expect([eventOf({ ...ours, meaning }), hasFinalMeaning({ ...ours, meaning })]).toEqual([event, final]);
});

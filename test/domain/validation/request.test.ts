import { describe, expect, test } from '@jest/globals';
import type { Violation } from '../../../domain/validation/fields.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { checkRequest } from '../../../domain/validation/check-request.js';
import { changed, NOW, samples } from '../requests.js';

/** Every field's rule at every provider, by hand. R: required, o: optional, 1: one of amount and amountTo, -: refused. */
const columns = ['cryptoprocessing', 'alphapo', 'cryptopay', 'cryptocloud'] as const;
const rules: Record<string, string> = {
  withdrawalId: 'RRRR',
  provider: 'RRRR',
  requestedAt: 'RRRR',
  sendBy: 'oooo',
  currency: 'RRRR',
  amount: '111R',
  convertTo: 'ooo-',
  amountTo: '111-',
  address: 'RRRR',
  tag: 'ooo-',
  endUserReference: 'RRoo',
  sender: 'R---',
  receiver: 'R---',
  acceptUnchecked: 'oooo',
  cryptopay: '--o-',
};

/** A right value of every field. */
const values: Record<string, unknown> = {
  sendBy: '2026-11-21T10:30:00Z',
  convertTo: 'BTC',
  amountTo: '0.5',
  tag: '123',
  endUserReference: 'user-17',
  sender: { type: 'natural', firstName: 'Ana', lastName: 'Li', dateOfBirth: '1990-02-28', email: 'ana@example.com' },
  receiver: { type: 'self' },
  acceptUnchecked: true,
  cryptopay: { networkFeeLevel: 'fast' },
};

const cells = columns.flatMap((provider, column) =>
  Object.entries(rules).map(([field, row]) => ({ field, provider, rule: row.charAt(column) })),
);
const where = (rule: string) => cells.filter((cell) => cell.rule === rule);

function violationsOf(input: unknown): Violation[] {
  const checked = checkRequest(input, { now: NOW });
  return checked.ok ? [] : checked.violations;
}
const sample = (provider: ProviderName, changes: Record<string, unknown> = {}) => changed(samples[provider], changes);

const xrp = { currency: 'XRP', convertTo: undefined, address: 'rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH' };

describe('the rules of a request’s fields at each provider', () => {
  test('the table covers every provider', () => expect([...providerNames].sort()).toEqual([...columns].sort()));

  test.each(columns)('the documents’ own sample for %s is accepted as it is', (provider) => {
    expect(checkRequest(samples[provider], { now: NOW })).toEqual({ ok: true, request: samples[provider] });
  });

  test.each(where('R'))('$provider requires $field', ({ field, provider }) => {
    const violations = violationsOf(sample(provider, { [field]: undefined }));
    expect(violations).toContainEqual({ field, problem: expect.stringMatching(/is required|must be one of/) });
    expect(new Set(violations.map((violation) => violation.field))).toEqual(new Set([field]));
  });

  test.each(where('o'))('$provider takes $field, and does without it', ({ field, provider }) => {
    // Cryptopay takes a tag for XRP and XLM only; a currency is converted into another.
    const where = field === 'tag' ? xrp : field === 'convertTo' ? { currency: 'EUR' } : {};
    expect(violationsOf(sample(provider, { ...where, [field]: values[field] }))).toEqual([]);
    expect(violationsOf(sample(provider, { [field]: undefined }))).toEqual([]);
  });

  test.each(where('-'))('$provider refuses $field: nothing is dropped in silence', ({ field, provider }) => {
    const problem = `is not taken by ${capabilities[provider].title}: leave it out`;
    expect(violationsOf(sample(provider, { [field]: values[field] }))).toEqual([{ field, problem }]);
  });

  test.each(columns.slice(0, 3))('%s takes exactly one of amount and amountTo', (provider) => {
    const problem = 'give exactly one of amount (in currency) and amountTo (in convertTo)';
    const amounts = { currency: 'EUR', amount: '10', convertTo: 'BTC', amountTo: '0.5' };
    expect(violationsOf(sample(provider, { ...amounts, amountTo: undefined }))).toEqual([]);
    expect(violationsOf(sample(provider, { ...amounts, amount: undefined }))).toEqual([]);
    expect(violationsOf(sample(provider, amounts))).toEqual([{ field: 'amount', problem }]);
    expect(violationsOf(sample(provider, { ...amounts, amount: undefined, amountTo: undefined }))).toEqual([
      { field: 'amount', problem },
    ]);
  });

  test.each(['cryptoprocessing', 'alphapo'] as const)('%s takes amountTo only with convertTo', (provider) => {
    const exactly = { amount: undefined, amountTo: '0.5', convertTo: undefined };
    expect(violationsOf(sample(provider, exactly))).toEqual([
      { field: 'convertTo', problem: 'is required with amountTo: it names the currency of amountTo' },
    ]);
  });

  test('Cryptopay’s convertTo is the debited currency by default, also for amountTo', () => {
    expect(violationsOf(sample('cryptopay', { amount: undefined, amountTo: '0.5', convertTo: undefined }))).toEqual([]);
    expect(violationsOf(sample('cryptopay', { currency: 'BTC', convertTo: 'BTC' }))).toEqual([]);
  });

  test.each(['cryptoprocessing', 'alphapo'] as const)('%s converts into another currency only', (provider) => {
    const itself = [
      { field: 'convertTo', problem: expect.stringMatching(/^must not be currency itself: .*give amount/) },
    ];
    expect(violationsOf(sample(provider, { currency: 'BTC', convertTo: 'BTC' }))).toEqual(itself);
    const exactly = { currency: 'BTC', amount: undefined, convertTo: 'BTC', amountTo: '0.5' };
    expect(violationsOf(sample(provider, exactly))).toEqual(itself);
  });
});

describe('tags', () => {
  test('AlphaPo requires a tag for XRP, sent as it is or converted into, since the funds may be lost', () => {
    const required = [{ field: 'tag', problem: expect.stringMatching(/required by AlphaPo for XRP.*lost/) }];
    expect(violationsOf(sample('alphapo', xrp))).toEqual(required);
    expect(violationsOf(sample('alphapo', { ...xrp, currency: 'EUR', convertTo: 'XRP' }))).toEqual(required);
    expect(violationsOf(sample('alphapo', { ...xrp, tag: '123' }))).toEqual([]);
    expect(violationsOf(sample('alphapo', { currency: 'XRP', convertTo: 'BTC' }))).toEqual([]);
  });

  test.each(['cryptoprocessing', 'cryptopay'] as const)('%s pays XRP without a tag, too', (provider) => {
    expect(violationsOf(sample(provider, xrp))).toEqual([]);
  });

  test.each([
    ...['1', '123', '4294967295'].map((tag) => [tag, true] as const),
    ...['4294967296', '007', '-1', '1.5', '1e3', 'memo', '99999999999999999999'].map((tag) => [tag, false] as const),
  ])('an XRP tag is a whole number of 32 bits: %s → %s', (tag, right) => {
    const problem = 'must be a whole number from 0 to 4294967295 for XRP';
    for (const provider of ['cryptoprocessing', 'alphapo', 'cryptopay'] as const)
      expect(violationsOf(sample(provider, { ...xrp, tag }))).toEqual(right ? [] : [{ field: 'tag', problem }]);
  });

  test.each(['BTC', 'LTC', 'ETH'])('Cryptopay takes no tag for %s', (currency) => {
    const problem = 'is taken by Cryptopay for XRP and XLM only: leave it out';
    const asked = sample('cryptopay', { currency, convertTo: undefined, tag: '1' });
    expect(violationsOf(asked)).toContainEqual({ field: 'tag', problem });
  });

  test('at Cryptopay the tag 0 can’t be distinguished from none; elsewhere it is a tag', () => {
    const problem = 'must not be 0: at Cryptopay that stands for no tag';
    expect(violationsOf(sample('cryptopay', { ...xrp, tag: '0' }))).toEqual([{ field: 'tag', problem }]);
    expect(violationsOf(sample('alphapo', { ...xrp, tag: '0' }))).toEqual([]);
  });
});

describe('CryptoCloud’s currency codes', () => {
  const listed =
    'BTC, LTC, TRX, SOL, TON, BNB, ETH, ETH_ARB, ETH_BASE, ETH_OPT, USDT_ARB, USDT_BSC, USDT_ERC20, USDT_OPT, USDT_SOL, ' +
    'USDT_TON, USDT_TRC20, USDC_ARB, USDC_BASE, USDC_BSC, USDC_ERC20, USDC_OPT, USDC_SOL, DAI_ARB, DAI_BASE, DAI_BSC, ' +
    'DAI_ERC20, DAI_OPT, USDD_TRC20, PYUSD_ERC20, PYUSD_SOL, XAUT_ERC20, XAUT_TON, ARB_ARB, OP_OPT, PEPE_BSC, PEPE_ERC20, ' +
    'SHIB_BSC, SHIB_ERC20, TRUMP_SOL';

  test('CryptoCloud takes the codes of its document, all of them', () => {
    expect([...(capabilities.cryptocloud.currencies ?? [])].sort()).toEqual(listed.split(', ').sort());
    for (const currency of listed.split(', '))
      expect(violationsOf(sample('cryptocloud', { currency })).map(({ field }) => field)).not.toContain('currency');
  });

  test.each(['USDT', 'DOGE', 'USDT-TRC20'])(
    '%s is no code of CryptoCloud, and the violation lists those that are',
    (currency) => {
      const [violation, ...others] = violationsOf(sample('cryptocloud', { currency }));
      expect([violation?.field, others]).toEqual(['currency', []]);
      expect(violation?.problem).toContain('USDT_TRC20');
    },
  );
});

describe('Cryptopay’s options', () => {
  test.each([
    { networkFeeLevel: 'slow' },
    { networkFeeLevel: 'average' },
    { forceCommit: true },
    { forceCommit: false, maxCharge: '11.5' },
    { feesIncluded: true },
    { network: 'bitcoin' },
    { customerId: 'c-1' },
    { maxCharge: '10.00' }, // a charge without fees
    { maxCharge: '10', feesIncluded: true },
    {},
  ])('%j is taken', (cryptopay) => expect(violationsOf(sample('cryptopay', { cryptopay }))).toEqual([]));

  test.each<[string, unknown, RegExp]>([
    ['cryptopay.networkFeeLevel', { networkFeeLevel: 'turbo' }, /slow or average or fast/],
    ['cryptopay.forceCommit', { forceCommit: 'yes' }, /true or false/],
    ['cryptopay.feesIncluded', { feesIncluded: 1 }, /true or false \(got a number\)/],
    ['cryptopay.network', { network: 'Bitcoin Cash' }, /such as ethereum/],
    ['cryptopay.customerId', { customerId: '' }, /1 to 255/],
    ['cryptopay.maxCharge', { maxCharge: 11 }, /decimal string.*got a number/],
    ['cryptopay.maxCharge', { maxCharge: '11', forceCommit: true }, /two-step/],
    ['cryptopay.maxCharge', { maxCharge: '9.99' }, /^must be at least amount: no charge is lower/],
    ['cryptopay.maxCharge', { maxCharge: '9.99', feesIncluded: true }, /at least amount/],
    ['cryptopay.priority', { priority: 1 }, /unknown.*networkFeeLevel/],
    ['cryptopay', 'fast', /must be an object/],
    ['cryptopay', null, /must be an object/],
  ])('a mistake in %s is named: %j', (field, cryptopay, problem) => {
    const violations = violationsOf(sample('cryptopay', { cryptopay }));
    expect(violations).toEqual([{ field, problem: expect.stringMatching(problem) }]);
  });

  test('maxCharge says nothing of amountTo, which is in another currency', () => {
    const request = { amount: undefined, amountTo: '1', cryptopay: { maxCharge: '0.5' } };
    expect(violationsOf(sample('cryptopay', request))).toEqual([]);
  });

  test('fees can be taken out of amount only', () => {
    const request = { amount: undefined, amountTo: '0.1', cryptopay: { feesIncluded: true } };
    expect(violationsOf(sample('cryptopay', request))).toEqual([
      { field: 'cryptopay.feesIncluded', problem: expect.stringMatching(/needs amount/) },
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { allChains } from '../../../domain/addresses/chains/index.js';
import { chainsOf, smallestUnits } from '../../../domain/addresses/index.js';
import type { Violation } from '../../../domain/validation/fields.js';
import { providerNames } from '../../../domain/providers/index.js';
import { checkRequest } from '../../../domain/validation/check-request.js';
import { amountProblem } from '../../../domain/money.js';
import { addressOf } from '../addresses/vectors.js';
import { changed, NOW, samples } from '../requests.js';

function violationsOf(input: unknown): Violation[] {
  const checked = checkRequest(input, { now: NOW });
  return checked.ok ? [] : checked.violations;
}

describe('an amount that is not taken says what was wrong with it', () => {
  test.each([
    ['0,003', 'it has a comma: write the decimal point as a dot, and nothing between thousands'],
    ['1,000.50', 'it has a comma: write the decimal point as a dot, and nothing between thousands'],
    ['.5', 'a digit is missing before the dot: write 0 there'],
    ['5.', 'a digit is missing after the dot'],
    ['1'.repeat(60), 'it has too many digits: at most 29 before the dot and 30 after it'],
    [`0.${'1'.repeat(31)}`, 'it has too many digits: at most 29 before the dot and 30 after it'],
    ['0', 'it is 0'],
    ['0.000', 'it is 0'],
    ['', 'it is empty'],
    [' 1', 'it has a space'],
    ['1\n', 'it has a space'],
    ['-1', 'it has a sign'],
    ['+1', 'it has a sign'],
    ['1e-3', 'it is in exponent form: write all of its digits'],
    ['1.2.3', 'it has more than one dot'],
    ['007', 'it begins with a zero too many'],
    ['$5', 'it has something other than digits and a dot'],
    ['１０', 'it has something other than digits and a dot'],
  ])('%j: %s', (amount, why) => {
    expect(amountProblem(amount)).toBe(why);
    const problem = `must be a decimal string greater than 0, such as "0.003": ${why}`;
    expect(violationsOf({ ...samples.cryptoprocessing, amount })).toEqual([{ field: 'amount', problem }]);
  });

  test.each(['1', '0.003', '25.00000000', '9'.repeat(29), `0.${'1'.repeat(30)}`])(
    '%s is taken as an amount',
    (amount) => expect(amountProblem(amount)).toBeUndefined(),
  );
});

const finer = (field: string, most: number) => [
  { field, problem: `is finer than its currency’s smallest unit: at most ${most} digits after the dot` },
];
const decimals = (count: number) => `0.${'0'.repeat(count - 1)}1`;

describe('what leaves for the chain is a whole number of its smallest units', () => {
  const paid: [provider: keyof typeof samples, code: string, most: number, address: string][] = [
    ['alphapo', 'BTC', 8, addressOf.bitcoin],
    ['alphapo', 'LTC', 8, addressOf.litecoin],
    ['alphapo', 'BCH', 8, addressOf.bitcoin_cash],
    ['alphapo', 'DOGE', 8, addressOf.dogecoin],
    ['alphapo', 'ETH', 18, addressOf.evm],
    ['alphapo', 'BNB', 18, addressOf.evm],
    ['alphapo', 'TRX', 6, addressOf.tron],
    ['cryptopay', 'XRP', 6, addressOf.ripple],
    ['cryptopay', 'XLM', 7, addressOf.stellar],
    ['alphapo', 'SOL', 9, addressOf.solana],
    ['alphapo', 'TON', 9, addressOf.ton],
    ['alphapo', 'USDTT', 6, addressOf.tron],
    ['alphapo', 'USDTE', 6, addressOf.evm],
    ['cryptocloud', 'USDT_TRC20', 6, addressOf.tron],
    ['cryptocloud', 'USDT_ERC20', 6, addressOf.evm],
  ];

  test.each(paid)('%s: %s has %d digits after the dot', (provider, currency, most, address) => {
    const asked = (amount: string) =>
      violationsOf(changed(samples[provider], { currency, convertTo: undefined, address, amount }));
    expect(asked(decimals(most))).toEqual([]);
    expect(asked(`${decimals(most)}000`)).toEqual([]); // zeros at the end make it no finer
    expect(asked(decimals(most + 1))).toEqual(finer('amount', most));
  });

  test('the exact amount that shall arrive after a conversion is a whole number of smallest units, too', () => {
    const exactly = { amount: undefined, convertTo: 'BTC' };
    expect(violationsOf(changed(samples.alphapo, { ...exactly, amountTo: decimals(8) }))).toEqual([]);
    expect(violationsOf(changed(samples.alphapo, { ...exactly, amountTo: decimals(9) }))).toEqual(finer('amountTo', 8));
    const unconverted = { currency: 'BTC', convertTo: undefined, amount: undefined, amountTo: decimals(9) };
    expect(violationsOf(changed(samples.cryptopay, unconverted))).toEqual(finer('amountTo', 8));
  });

  test('every code with a smallest unit is paid on that chain alone at some provider', () => {
    for (const chain of allChains)
      for (const code of Object.keys(smallestUnits(chain))) {
        const chains = providerNames.map((provider) => chainsOf({ provider, currency: code }));
        const byNetwork = chainsOf({ provider: 'cryptopay', currency: code, cryptopay: { network: chain } });
        expect([code, [...chains, byNetwork]]).toEqual([code, expect.arrayContaining([[chain]])]);
      }
  });
});

describe('what nobody documents is left to the provider', () => {
  test.each<[string, keyof typeof samples, Record<string, unknown>]>([
    ['a debit in the provider’s ledger, before a conversion', 'alphapo', { amount: decimals(12) }],
    [
      'a debit out of which fees are taken',
      'cryptopay',
      { currency: 'BTC', convertTo: undefined, amount: decimals(12), cryptopay: { feesIncluded: true } },
    ],
    [
      'a currency whose chain nobody documents',
      'alphapo',
      { currency: 'XMR', convertTo: undefined, amount: decimals(20) },
    ],
    [
      'a token that may go out on several chains',
      'cryptopay',
      { currency: 'USDT', convertTo: undefined, address: addressOf.tron, amount: decimals(12) },
    ],
    [
      'a token on a chain where it has more',
      'cryptocloud',
      { currency: 'USDT_BSC', address: addressOf.evm, amount: decimals(18) },
    ],
    [
      'maxCharge',
      'cryptopay',
      { currency: 'BTC', convertTo: undefined, amount: '1', cryptopay: { maxCharge: '1.000000001' } },
    ],
  ])('%s', (_what, provider, changes) => expect(violationsOf(changed(samples[provider], changes))).toEqual([]));

  test('a token of several chains has its chain’s digits where the network is said', () => {
    const onTron = { currency: 'USDT', convertTo: undefined, address: addressOf.tron, cryptopay: { network: 'tron' } };
    expect(violationsOf(changed(samples.cryptopay, { ...onTron, amount: decimals(6) }))).toEqual([]);
    expect(violationsOf(changed(samples.cryptopay, { ...onTron, amount: decimals(7) }))).toEqual(finer('amount', 6));
  });
});

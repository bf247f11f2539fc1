import { describe, expect, test } from '@jest/globals';
import { scenarios } from '../../../cli/demo/scenarios.js';
import { isTestAddress } from '../../../domain/addresses/index.js';
import type { Violation } from '../../../domain/validation/fields.js';
import { checkRequest } from '../../../domain/validation/check-request.js';
import { addressOf, eip55, solanaAddresses } from './vectors.js';
import { changed, NOW, samples } from '../requests.js';

function violationsOf(input: unknown, now = NOW): Violation[] {
  const checked = checkRequest(input, { now });
  return checked.ok ? [] : checked.violations;
}

const wrong = (problem: RegExp) => [{ field: 'address', problem: expect.stringMatching(problem) }];
const paying = (currency: string, address: string, more: Record<string, unknown> = {}) =>
  violationsOf(changed(samples.alphapo, { currency, convertTo: undefined, address, ...more }));

describe('a request is refused for its address', () => {
  test.each<[string, string, string, RegExp]>([
    ['a wrong checksum', 'BTC', 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjd', /^has a wrong checksum: .*of Bitcoin \(/],
    ['another chain', 'USDTT', addressOf.evm, /^must be an address of TRON \(T and 33.*, but is one of Ethereum/],
    [
      'another chain of the same kind',
      'LTC',
      addressOf.dogecoin,
      /^must be .* of Litecoin .*, but is one of Dogecoin$/,
    ],
    ['no chain’s form', 'ETH', 'not-an-address', /^must be an address of Ethereum and other EVM networks \(0x and 40/],
    ['a typo in capitals', 'ETH', '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed', /^has a wrong checksum/],
    ['none of several chains', 'USDT', addressOf.stellar, /of Bitcoin .*, or of Ethereum .*, or of TRON .* Stellar$/],
  ])('%s', (_why, currency, address, problem) => expect(paying(currency, address)).toEqual(wrong(problem)));

  test('a wrong address is named together with all other violations', () => {
    const violations = paying('BTC', addressOf.tron, { amount: '0', endUserReference: undefined, sendBy: 'x' });
    expect(violations.map(({ field }) => field).sort()).toEqual(['address', 'amount', 'endUserReference', 'sendBy']);
  });

  test('an address is not judged before its chain is certain', () => {
    expect(paying('btc', addressOf.tron).map(({ field }) => field)).toEqual(['currency']);
    const network = { cryptopay: { network: 'No Network' }, address: addressOf.tron };
    expect(violationsOf(changed(samples.cryptopay, network)).map(({ field }) => field)).toEqual(['cryptopay.network']);
  });

  test('an address is checked for its form only where no document says its chain', () => {
    expect(paying('XMR', 'any-address-of-10')).toEqual([]);
    expect(paying('XMR', 'tiny')).toEqual(wrong(/10 to 128/));
  });
});

describe('an address whose typos can’t be seen', () => {
  const unchecked: [string, string, RegExp][] = [
    ['ETH', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', /EIP-55/],
    ['ETH', '0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED', /EIP-55/],
    ['TON', '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e', /EQ… or UQ…/],
    ['TRX', '41a614f803b6fd780986a42c78ec9c7f77e6ded13c', /T… form/],
    ['LTC', '3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY', /M… form/],
    ['BCH', '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu', /bitcoincash: form/],
  ];
  test.each(unchecked)('%s: %s is taken only with acceptUnchecked', (currency, address, form) => {
    const [violation, ...others] = paying(currency, address);
    expect([violation?.field, others]).toEqual(['address', []]);
    expect(violation?.problem).toMatch(form);
    expect(violation?.problem).toMatch(/, or say acceptUnchecked: true$/);
    expect(paying(currency, address, { acceptUnchecked: true })).toEqual([]);
  });

  test('acceptUnchecked allows no wrong checksum and no other chain', () => {
    const more = { acceptUnchecked: true };
    expect(paying('ETH', '0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed', more)).toEqual(wrong(/wrong checksum/));
    expect(paying('TRX', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', more)).toEqual(wrong(/of TRON/));
  });

  test.each([...eip55, ...solanaAddresses])(
    '%s is taken without acceptUnchecked: its chain has no other form',
    (address) => {
      expect(paying(address.startsWith('0x') ? 'ETH' : 'SOL', address)).toEqual([]);
    },
  );
});

describe('an address that carries a tag', () => {
  const withTag1 = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC';
  const withoutTag = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb';
  const withMemo = 'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK';
  const disagrees = wrong(/^carries a tag: say the same in tag/);
  const xrp = (address: string, tag?: string) =>
    violationsOf(changed(samples.cryptopay, { convertTo: 'XRP', address, tag }));

  test('an address with a tag inside is taken only if tag says the same', () => {
    expect(xrp(withTag1, '1')).toEqual([]);
    expect(xrp(withTag1, '2')).toEqual(disagrees);
    expect(xrp(withTag1)).toEqual(disagrees);
    expect(paying('XLM', withMemo, { tag: '9223372036854775808' })).toEqual([]);
    expect(paying('XLM', withMemo)).toEqual(disagrees);
  });

  test('a tag of zero inside an address is a tag, too', () => {
    const withTag0 = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8AqEL4xcZj5whKbmc';
    expect(paying('XRP', withTag0, { tag: '0' })).toEqual([]);
    expect(xrp(withTag0)).toEqual(disagrees);
  });

  test('an address that says it has no tag is taken with a tag and without', () => {
    expect([xrp(withoutTag), xrp(withoutTag, '7')]).toEqual([[], []]);
  });
});

describe('a currency of Cryptopay that is on several chains with one form of addresses', () => {
  const choices = 'ethereum, bnb_smart_chain, polygon or arbitrum';
  const ask = (convertTo: string, address: string, cryptopay?: Record<string, unknown>) =>
    violationsOf(changed(samples.cryptopay, { convertTo, address, cryptopay }));
  const needed = [{ field: 'cryptopay.network', problem: expect.stringContaining(`: give ${choices}`) }];

  test.each(['USDT', 'USDC', 'ETH', 'BNB', 'DAI', 'NEWCOIN'])('%s to 0x… needs its network', (code) => {
    expect(ask(code, addressOf.evm)).toEqual(needed);
    expect(ask(code, addressOf.evm, { forceCommit: true })).toEqual(needed);
    expect(ask(code, addressOf.evm, { network: 'ethereum' })).toEqual([]);
    expect(ask(code, addressOf.evm, { network: 'bnb_smart_chain' })).toEqual([]);
  });

  test('the network is needed for what is paid, not for what is debited', () => {
    const unconverted = { convertTo: undefined, currency: 'USDC', address: addressOf.evm };
    expect(violationsOf(changed(samples.cryptopay, unconverted))).toEqual(needed);
    expect(violationsOf(changed(samples.cryptopay, { ...unconverted, convertTo: 'BTC' }))).toEqual(wrong(/of Bitcoin/));
  });

  test.each<[string, string]>([
    ['USDT', addressOf.tron],
    ['USDT', addressOf.solana],
    ['USDC', addressOf.solana],
    ['BTC', addressOf.bitcoin],
    ['XRP', addressOf.ripple],
    ['NEWCOIN', addressOf.bitcoin],
  ])('%s to %s needs none: its address decides on the chain', (code, address) =>
    expect(ask(code, address)).toEqual([]),
  );

  test('a network is not needed where the code decides on the chain', () => {
    expect(paying('USDTE', addressOf.evm)).toEqual([]);
    expect(paying('ETH', addressOf.evm)).toEqual([]);
    const cloud = { currency: 'USDT_ERC20', address: addressOf.evm };
    expect(violationsOf(changed(samples.cryptocloud, cloud))).toEqual([]);
  });

  test('a missing network is named beside what else is wrong with the address', () => {
    const lower = addressOf.evm.toLowerCase();
    expect(ask('USDT', lower).map(({ field }) => field)).toEqual(['address', 'cryptopay.network']);
  });
});

describe('addresses in use stay accepted', () => {
  test.each(Object.entries(samples))('the address in the document of %s is accepted', (_provider, sample) =>
    expect(violationsOf(sample)).toEqual([]),
  );

  const now = new Date(NOW);
  test.each(scenarios(now).map(({ title, request }) => [title, request] as const))(
    'the address in the demo’s scenario is accepted: %s',
    (_title, request) => {
      expect(violationsOf(request).map(({ field }) => field)).not.toContain('address');
    },
  );
});

describe('a test network’s address', () => {
  test.each<[string, string, boolean]>([
    ['BTC', 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc', true],
    ['BTC', '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV', true],
    ['BTC', addressOf.bitcoin, false],
    ['LTC', '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV', true],
    ['BCH', 'bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t', true],
    ['XRP', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQn49b3qD26PK7FcGSKE', true],
    ['XRP', addressOf.ripple, false],
    ['TON', 'kQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPgpP', true],
    ['TON', addressOf.ton, false],
    ['ETH', addressOf.evm, false],
    ['USDT', '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV', true],
    ['BTC', 'not-an-address', false],
    ['XMR', 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc', false],
  ])('%s to %s: %s', (currency, address, isTest) => {
    expect(isTestAddress({ provider: 'alphapo', currency, address })).toBe(isTest);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Chain } from '../../../domain/addresses/index.js';
import { sameAddress, tagIn } from '../../../domain/addresses/index.js';
import type { ProviderRecord } from '../../../domain/record.js';
import { foreignFields } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { samples } from '../requests.js';

/** Every form of one account. */
const accounts: Partial<Record<Chain, string[]>> = {
  bitcoin: ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4'],
  litecoin: ['3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY', 'MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh'],
  bitcoin_cash: [
    'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
    'BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A',
    'zpm2qsznhks23z7629mms6s4cwef74vcwvrqekrq9w',
    '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu',
  ],
  evm: [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
    '0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED',
  ],
  tron: ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', '41a614f803b6fd780986a42c78ec9c7f77e6ded13c'],
  ripple: ['rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC'],
  ton: [
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF',
    'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPrHF',
    'UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA',
    'kQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPgpP',
    '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e',
    '0:CA6E321C7CCE9ECEDF0A8CA2492EC8592494AA5FB5CE0387DFF96EF6AF982A3E',
  ],
  stellar: [
    'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK',
  ],
};

describe('two forms of one account’s address are the same destination', () => {
  test.each(Object.entries(accounts))('all forms of an account of %s are the same destination', (chain, forms) => {
    for (const a of forms)
      for (const b of forms) {
        expect([a, b, sameAddress(a, b, [chain as Chain])]).toEqual([a, b, true]);
        expect([a, b, sameAddress(a, b)]).toEqual([a, b, true]);
      }
  });
});

describe('what only looks alike is not', () => {
  test.each<[string, Chain, string, string]>([
    [
      'a key and a witness of the same hash',
      'bitcoin',
      '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    ],
    [
      'a key’s hash on two networks',
      'bitcoin',
      '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH',
      'mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r',
    ],
    [
      'a key and a script of the same hash',
      'bitcoin_cash',
      'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
      'bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq',
    ],
    [
      'two tags inside',
      'ripple',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV8AqEL4xcZj5whKbmc',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC',
    ],
    [
      'a tag inside, and none',
      'ripple',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC',
    ],
    [
      'two memo ids inside',
      'stellar',
      'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ',
      'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK',
    ],
    ['two workchains', 'ton', `0:${'3'.repeat(64)}`, `-1:${'3'.repeat(64)}`],
  ])('%s', (_what, chain, a, b) => {
    expect(sameAddress(a, b, [chain])).toBe(false);
    expect(sameAddress(b, a)).toBe(false);
  });

  test('what a chain can’t decode is compared byte for byte', () => {
    const [mixed = '', lower = ''] = accounts.evm ?? [];
    expect(sameAddress(mixed, lower, ['tron'])).toBe(false);
    expect(sameAddress(mixed, mixed, ['tron'])).toBe(true);
    expect(sameAddress('not-an-address', 'not-an-address')).toBe(true);
    expect(sameAddress('not-an-address', 'NOT-AN-ADDRESS')).toBe(false);
  });

  test('a damaged form of an address is not its account', () => {
    expect(sameAddress('TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u', '41a614f803b6fd780986a42c78ec9c7f77e6ded13c')).toBe(false);
  });
});

test('a record’s address is read as one of the request’s chain only', () => {
  const asked: WithdrawalRequest = { ...samples.alphapo, address: '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu' };
  const record: ProviderRecord = {
    ...{ provider: 'alphapo', providerId: '1', providerStatus: 'confirmed', meaning: 'confirmed' },
    address: 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a',
  };
  expect(foreignFields(record, asked)).toEqual(['address']);
  expect(foreignFields(record, { ...asked, convertTo: 'BCH' })).toEqual([]);
});

describe('a provider’s record of an XRP payout', () => {
  const [classic = '', withTag1 = ''] = accounts.ripple ?? [];
  const asked: WithdrawalRequest = { ...samples.alphapo, convertTo: 'XRP', address: classic, tag: '1' };
  const record: ProviderRecord = {
    ...{ provider: 'alphapo', providerId: '1', reference: asked.withdrawalId },
    ...{ providerStatus: 'confirmed', meaning: 'confirmed' },
  };
  const noTag = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb';
  const tag0 = 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8AqEL4xcZj5whKbmc';

  test.each<[string, Partial<ProviderRecord>, string[]]>([
    ['the tag inside its address is the one asked for', { address: withTag1 }, []],
    ['it has the tag inside and beside', { address: withTag1, tag: '1' }, []],
    ['its address says no tag, but there is one beside it', { address: noTag, tag: '1' }, []],
    ['its address says that there is none', { address: noTag }, ['tag']],
    ['its address holds another tag', { address: tag0 }, ['tag']],
    ['its address holds another tag than the right one beside it', { address: tag0, tag: '1' }, ['tag']],
    ['its address is another’s', { address: 'rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY', tag: '1' }, ['address']],
  ])('%s', (_what, said, foreign) => expect(foreignFields({ ...record, ...said }, asked)).toEqual(foreign));
});

test('the tag inside an address', () => {
  expect(tagIn('XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC', ['ripple'])).toBe('1');
  expect(tagIn('XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC', [])).toBe('1');
  expect(tagIn('XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb', ['ripple'])).toBe('');
  expect(tagIn('rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf', ['ripple'])).toBeUndefined();
});

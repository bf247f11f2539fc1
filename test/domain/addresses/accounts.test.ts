import { describe, expect, test } from '@jest/globals';
import { evm } from '../../../domain/addresses/chains/evm.js';
import { ripple } from '../../../domain/addresses/chains/ripple.js';
import { solana } from '../../../domain/addresses/chains/solana.js';
import { stellar } from '../../../domain/addresses/chains/stellar.js';
import { ton } from '../../../domain/addresses/chains/ton.js';
import { tron } from '../../../domain/addresses/chains/tron.js';
import { eip55, solanaAddresses } from './vectors.js';

describe('EVM', () => {
  test.each(eip55)('EIP-55’s %s is taken as checked', (address) => {
    expect(evm.read(address)).toEqual({ account: address.slice(2).toLowerCase(), network: 'both' });
  });

  test.each(eip55.slice(4))('%s in one case only shows no typing error', (address) => {
    const unchecked = { network: 'both', uncheckedBecause: expect.stringMatching(/EIP-55/) };
    expect(evm.read(address.toLowerCase())).toMatchObject(unchecked);
    expect(evm.read(`0x${address.slice(2).toUpperCase()}`)).toMatchObject(unchecked);
  });

  test('an address of digits alone carries no checksum', () => {
    expect(evm.read(`0x${'0'.repeat(40)}`)).toHaveProperty('uncheckedBecause');
  });

  test.each([
    ['without 0x', '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
    ['with 0X', '0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
    ['a digit short', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe'],
    ['a digit long', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd'],
    ['no hexadecimal digit', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg'],
  ])('%s has the wrong form', (_why, address) => expect(evm.read(address)).toBe('wrong form'));
});

describe('TRON', () => {
  test.each([
    ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'a614f803b6fd780986a42c78ec9c7f77e6ded13c'],
    ['TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW', '5a523b449890854c8fc460ab602df9f31fe4293f'],
  ])('%s is 41%s, whose hexadecimal form shows no typing error', (address, account) => {
    expect(tron.read(address)).toEqual({ account, network: 'both' });
    expect(tron.read(`41${account.toUpperCase()}`)).toMatchObject({
      account,
      uncheckedBecause: expect.stringMatching(/T… form/),
    });
  });

  test.each(['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6', '42a614f803b6fd780986a42c78ec9c7f77e6ded13c'])(
    '%s is no TRON address',
    (text) => expect(tron.read(text)).toBe('wrong form'),
  );
});

describe('the XRP Ledger: vectors of ripple-address-codec', () => {
  const account = 'aa066c988c712815cc37af71472b7cbbbd4e2a0a';
  test('a classic address is of both networks and says nothing of a tag', () => {
    expect(ripple.read('rGWrZyQqhTp9Xu7G5Pkayo7bXjH4k4QYpf')).toEqual({ account, network: 'both' });
  });

  test.each([
    ['', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXb', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQn49b3qD26PK7FcGSKE'],
    ['0', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8AqEL4xcZj5whKbmc', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQnSy8RHqGHoGJ59spi2'],
    ['1', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV8xvjGQTYPiAx6gwDC', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQnSz1uDimDdPYXzSpyw'],
    ['276', 'XVLhHMPHU98es4dbozjVtdWzVrDjtVoKj3MnFGMXEFMnvJV', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQnTMgJJYfAbsiPsc6Zg'],
    ['65591', 'XVLhHMPHU98es4dbozjVtdWzVrDjtVozpjdhPQVdt3ghaWw', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQn7ryu2W6njw7mT1jmS'],
    ['16781933', 'XVLhHMPHU98es4dbozjVtdWzVrDjtVqrDUk2vDpkTjPsY73', 'TVE26TYGhfLC7tQDno7G8dGtxSkYQnVsw45sDtGHhLi27Qa'],
    [
      '4294967295',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi',
      'TVE26TYGhfLC7tQDno7G8dGtxSkYQnXoy6kSDh6rZzApc69',
    ],
  ])('tag "%s": %s, and %s on the test network', (tag, main, onTestNet) => {
    expect(ripple.read(main)).toEqual({ account, network: 'main', tag });
    expect(ripple.read(onTestNet)).toEqual({ account, network: 'test', tag });
  });

  test.each([
    ['a wrong last letter', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV5fdx1mHp98tDMoQXa', 'wrong checksum'],
    ['another prefix', 'dGzKGt8CVpWoa8aWL1k18tAdy9Won3PxynvbbpkAqp3V47g', 'wrong form'],
    ['a tag of over 32 bits', 'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8zeUygYrCgrPh', 'wrong form'],
  ])('%s is refused', (_why, address, flaw) => expect(ripple.read(address)).toBe(flaw));
});

describe('Solana', () => {
  test.each(solanaAddresses)('%s is read as 32 bytes', (address) => {
    expect(solana.read(address)).toEqual({
      account: expect.stringMatching(/^[0-9a-f]{64}$/),
      network: 'both',
      hasNoChecksum: true,
    });
  });

  test.each([
    ['31 bytes', '1111111111111111111111111111111'],
    ['33 bytes', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1vv'],
    ['a zero, which base58 has not', 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt10'],
    ['an address of TRON', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
  ])('%s is no TRON address', (_why, address) => expect(solana.read(address)).toBe('wrong form'));
});

describe('TON: the addresses of its documentation', () => {
  const account = '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e';
  test.each([
    ['bounceable', 'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF', 'both'],
    ['in the other base64', 'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPrHF', 'both'],
    ['not bounceable', 'UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPuwA', 'both'],
    ['for tests', 'kQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPgpP', 'test'],
    ['for tests, not bounceable', '0QDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPleK', 'test'],
  ])('%s', (_kind, address, network) => expect(ton.read(address)).toEqual({ account, network }));

  test('an address on the masterchain is read as one of workchain -1', () => {
    const elector = 'Ef8zMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM0vF';
    expect(ton.read(elector)).toEqual({ account: `-1:${'3'.repeat(64)}`, network: 'both' });
  });

  test('the raw form shows no typing error', () => {
    const raw = { account, network: 'both', uncheckedBecause: expect.stringMatching(/EQ… or UQ… form/) };
    expect(ton.read(account)).toEqual(raw);
    expect(ton.read(`0:${account.slice(2).toUpperCase()}`)).toEqual(raw);
  });

  test.each([
    ['both base64 alphabets at once', 'EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff+W72r5gqPrH_', 'wrong form'],
    ['another flag with a right checksum', 'AQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF', 'wrong form'],
    ['the flags of another kind', 'UQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF', 'wrong checksum'],
    ['workchain 5', `5:${'3'.repeat(64)}`, 'wrong form'],
  ])('%s is refused', (_why, address, flaw) => expect(ton.read(address)).toBe(flaw));
});

describe('Stellar: SEP-23’s vectors', () => {
  const account = '3f0c34bf93ad0d9971d04ccc90f705511c838aad9734a4a2fb0d7a03fc7fe89a';
  test.each([
    ['GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ', {}],
    ['MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ', { tag: '0' }],
    ['MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK', { tag: '9223372036854775808' }],
  ])('%s is taken', (address, tag) => expect(stellar.read(address)).toEqual({ account, network: 'both', ...tag }));

  test.each([
    'GAAAAAAAACGC6',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUR',
    'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZA',
    'GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUACUSI',
    'G47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVP2I',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLKA',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAAV75I',
    'M47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUK===',
    'MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUO',
  ])('%s is refused', (address) => expect(typeof stellar.read(address)).toBe('string'));

  test('a contract is no account that a provider pays', () => {
    expect(stellar.read('CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA')).toBe('wrong form');
  });
});

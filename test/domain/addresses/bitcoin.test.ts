import { describe, expect, test } from '@jest/globals';
import { bitcoinCash, cashBytes } from '../../../domain/addresses/chains/bitcoin-cash.js';
import { bitcoin } from '../../../domain/addresses/chains/bitcoin.js';
import { litecoin } from '../../../domain/addresses/chains/litecoin.js';
import { chains } from '../../../domain/addresses/chains/index.js';
import type { Chain, Network } from '../../../domain/addresses/index.js';

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

describe('BIP-350’s addresses of versions 0 to 16', () => {
  test.each([
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'main', '0:751e76e8199196d454941c45d1b3a323f1433bd6'],
    [
      'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7',
      'test',
      '0:1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262',
    ],
    [
      'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
      'main',
      '1:751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1433bd6',
    ],
    ['BC1SW50QGDZ25J', 'main', '16:751e'],
    ['bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs', 'main', '2:751e76e8199196d454941c45d1b3a323'],
    [
      'tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy',
      'test',
      '0:000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433',
    ],
    [
      'tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c',
      'test',
      '1:000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433',
    ],
    [
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
      'main',
      '1:79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    ],
  ])('%s is taken', (address, network, program) => {
    expect(bitcoin.read(address)).toEqual({ account: `witness ${program}`, network });
  });

  test.each([
    ['another prefix', 'tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut', 'wrong form'],
    ['bech32 for version 1', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'wrong checksum'],
    ['bech32 for version 2', 'tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf', 'wrong checksum'],
    ['bech32 for version 16', 'BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL', 'wrong checksum'],
    ['bech32m for version 0', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh', 'wrong checksum'],
    ['bech32m for a script', 'tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47', 'wrong checksum'],
    ['no such letter', 'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4', 'wrong checksum'],
    ['version 17', 'BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R', 'wrong form'],
    ['one byte', 'bc1pw5dgrnzv', 'wrong form'],
    ['41 bytes', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav', 'wrong form'],
    ['16 bytes in version 0', 'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P', 'wrong form'],
    ['mixed case', 'tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq', 'wrong checksum'],
    ['padding of over 4 bits', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf', 'wrong form'],
    ['padding that isn’t zero', 'tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j', 'wrong form'],
    ['nothing', 'bc1gmk9yu', 'wrong form'],
  ])('%s is refused', (_why, address, flaw) => expect(bitcoin.read(address)).toBe(flaw));
});

describe('BIP-173’s addresses that BIP-350 didn’t list again', () => {
  test.each([
    'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx',
    'BC1SW50QA3JX3S',
    'bc1zw508d6qejxtdg4y5r3zarvaryvg6kdaj',
    'tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
    'BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2',
    'bc1rw5uspcuh',
    'bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90',
    'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7',
    'bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du',
    'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv',
  ])('%s is refused, if only for its older checksum', (address) => {
    expect(typeof bitcoin.read(address)).toBe('string');
  });
});

describe('base58 addresses of Bitcoin, Litecoin and Dogecoin', () => {
  test.each<[Chain, string, string, Network]>([
    ['bitcoin', '1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH', 'key:751e76e8199196d454941c45d1b3a323f1433bd6', 'main'],
    ['bitcoin', 'mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r', 'key:751e76e8199196d454941c45d1b3a323f1433bd6', 'test'],
    ['bitcoin', '3LRW7jeCvQCRdPF8S3yUCfRAx4eqXFmdcr', 'script:cd7b44d0b03f2d026d1e586d7ae18903b0d385f6', 'main'],
    ['bitcoin', '2NByiBUaEXrhmqAsg7BbLpcQSAQs1EDwt5w', 'script:cd7b44d0b03f2d026d1e586d7ae18903b0d385f6', 'test'],
    ['litecoin', 'LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz', 'key:a5f4d12ce3685781b227c1f39548ddef429e9783', 'main'],
    ['litecoin', 'MTf4tP1TCNBn8dNkyxeBVoPrFCcVzxJvvh', 'script:d8b83ad7bf8795b9ff61464fcf06f156c28e3e1f', 'main'],
    ['litecoin', 'QVk4MvUu7Wb7tZ1wvAeiUvdF7wxhvpyLLK', 'script:6440025e81409a558077d5c52822dcad575a48d0', 'test'],
    ['dogecoin', '9tp7THhBG3fNNFka1AJm95DU3E4x3pwQA3', 'script:1a11b73ad3dd99d77da9f858cf323205a84dd5da', 'main'],
    ['dogecoin', 'DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L', 'key:830a7420e63d76244ff7cbd1c248e94c14463259', 'main'],
  ])('%s: %s', (chain, address, account, network) => {
    expect(chains[chain].read(address)).toEqual({ account, network });
  });

  test('Litecoin’s old 3… could be Bitcoin’s, so it is taken as unchecked', () => {
    expect(litecoin.read('3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY')).toMatchObject({
      uncheckedBecause: expect.stringMatching(/M… form/),
    });
  });
});

describe('the CashAddr specification’s vectors', () => {
  test.each([
    ['1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
    ['1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR', 'bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy'],
    ['16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb', 'bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r'],
    ['3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC', 'bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq'],
    ['3LDsS579y7sruadqu11beEJoTjdFiFCdX4', 'bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e'],
    ['31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw', 'bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37'],
  ])('%s is %s, with and without prefix, in capitals, too', (legacy, address) => {
    const reading = bitcoinCash.read(address);
    expect(reading).toEqual({ account: expect.any(String), network: 'main' });
    expect(bitcoinCash.read(address.replace('bitcoincash:', ''))).toEqual(reading);
    expect(bitcoinCash.read(address.toUpperCase())).toEqual(reading);
    expect(bitcoinCash.read(legacy)).toEqual({
      ...(reading as object),
      uncheckedBecause: expect.stringMatching(/bitcoincash:/),
    });
  });

  test.each([
    [0, 'bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2', 'f5bf48b397dae70be82b3cca4793f8eb2b6cdac9'],
    [8, 'bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t', 'f5bf48b397dae70be82b3cca4793f8eb2b6cdac9'],
    [8, 'pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5', 'f5bf48b397dae70be82b3cca4793f8eb2b6cdac9'],
    [
      1,
      'bitcoincash:q9adhakpwzztepkpwp5z0dq62m6u5v5xtyj7j3h2ws4mr9g0',
      '7adbf6c17084bc86c1706827b41a56f5ca32865925e946ea',
    ],
    [
      11,
      'bchtest:pvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq7fqng6m6',
      '3173ef6623c6b48ffd1a3dcc0cc6489b0a07bb47a37f47cfef4fe69de825c060',
    ],
    [
      15,
      'pref:plg0x333p4238k0qrc5ej7rzfw5g8e4a4r6vvzyrcy8j3s5k0en7calvclhw46hudk5flttj6ydvjc0pv3nchp52amk97tqa5zygg96mg7pj3lh8',
      'd0f346310d5513d9e01e299978624ba883e6bda8f4c60883c10f28c2967e67ec77ecc7eeeaeafc6da89fad72d11ac961e164678b868aeeec5f2c1da08884175b',
    ],
  ])('type byte %i: %s', (type, address, hash) => {
    const [prefix = '', payload = ''] = address.split(':');
    expect(hexOf(cashBytes(prefix, payload))).toBe(type.toString(16).padStart(2, '0') + hash);
    expect(cashBytes('bchreg', payload)).toBeUndefined();
  });

  test.each([
    ['a key’s hash of 32 bytes', 'bitcoincash:qvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq5nlegake'],
    ['another prefix', 'pref:pr6m7j9njldwwzlg9v7v53unlr4jkmx6ey65nvtks5'],
    ['the prefix twice', 'bitcoincash:bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
    ['mixed case', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6A'],
    ['another network’s prefix', 'bchtest:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
  ])('%s is refused', (_why, address) => expect(typeof bitcoinCash.read(address)).toBe('string'));

  test('a script’s hash of 32 bytes is taken, of its network', () => {
    const address = 'bchtest:pvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq7fqng6m6';
    expect(bitcoinCash.read(address)).toMatchObject({
      network: 'test',
      account: expect.stringMatching(/^script:3173ef/),
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import { address as bitcoinjs, networks } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { Address } from '@ton/core';
import { bitcoin } from '../../../domain/addresses/chains/bitcoin.js';
import { dogecoin } from '../../../domain/addresses/chains/dogecoin.js';
import { litecoin } from '../../../domain/addresses/chains/litecoin.js';
import { ton } from '../../../domain/addresses/chains/ton.js';

/** The version bytes and prefixes of the three coins, as bitcoinjs-lib wants them; its own table is Bitcoin's only. */
const bip32 = networks.bitcoin.bip32;
const unused = { messagePrefix: '', bip32, wif: 0 };
const coins = [
  ['Bitcoin', bitcoin, 'main', networks.bitcoin],
  ['Bitcoin testnet', bitcoin, 'test', networks.testnet],
  ['Bitcoin regtest', bitcoin, 'test', networks.regtest],
  ['Litecoin', litecoin, 'main', { ...unused, bech32: 'ltc', pubKeyHash: 0x30, scriptHash: 0x32 }],
  ['Litecoin testnet', litecoin, 'test', { ...unused, bech32: 'tltc', pubKeyHash: 0x6f, scriptHash: 0x3a }],
  ['Litecoin regtest', litecoin, 'test', { ...unused, bech32: 'rltc', pubKeyHash: 0x6f, scriptHash: 0x3a }],
  ['Dogecoin', dogecoin, 'main', { ...unused, bech32: 'none', pubKeyHash: 0x1e, scriptHash: 0x16 }],
  ['Dogecoin testnet', dogecoin, 'test', { ...unused, bech32: 'none', pubKeyHash: 0x71, scriptHash: 0xc4 }],
] as const;

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const hexOf = (data: Uint8Array) => Buffer.from(data).toString('hex');

describe('what bitcoinjs-lib writes is read', () => {
  test.each(coins)(
    '%s’s keys and scripts are read as bitcoinjs-lib writes them',
    (_name, chain, network, { pubKeyHash, scriptHash }) => {
      fc.assert(
        fc.property(bytes(20), (hash) => {
          const account = hexOf(hash);
          expect(chain.read(bitcoinjs.toBase58Check(hash, pubKeyHash))).toEqual({ account: `key:${account}`, network });
          expect(chain.read(bitcoinjs.toBase58Check(hash, scriptHash))).toEqual({
            account: `script:${account}`,
            network,
          });
        }),
      );
    },
  );

  const programs = fc.oneof(
    fc.tuple(fc.constant(0), fc.oneof(bytes(20), bytes(32))),
    fc.tuple(fc.integer({ min: 1, max: 16 }), fc.uint8Array({ minLength: 2, maxLength: 40 })),
  );
  test.each(coins.slice(0, 6))(
    '%s’s witness programs are read as bitcoinjs-lib writes them',
    (_name, chain, network, { bech32 }) => {
      fc.assert(
        fc.property(programs, fc.boolean(), ([version, program], capitals) => {
          const text = bitcoinjs.toBech32(program, version, bech32);
          const address = capitals ? text.toUpperCase() : text;
          expect(chain.read(address)).toEqual({ account: `witness ${version}:${hexOf(program)}`, network });
        }),
      );
    },
  );
});

describe('any text is read as bitcoinjs-lib reads it', () => {
  /** Right addresses with up to three characters replaced, so that both answers come. */
  const texts = fc
    .tuple(
      fc.oneof(
        fc.tuple(bytes(20), fc.constantFrom(0, 5)).map(([hash, version]) => bitcoinjs.toBase58Check(hash, version)),
        fc.tuple(bytes(32), fc.constantFrom(0, 1)).map(([data, version]) => bitcoinjs.toBech32(data, version, 'bc')),
      ),
      fc.array(fc.tuple(fc.nat(61), fc.constantFrom(...Array.from('0123456789acdefghjklmnpqrstuvwxyzABCDEFGH'))), {
        maxLength: 3,
      }),
    )
    .map(([address, changes]) =>
      changes.reduce<string>((text, [place, letter]) => text.slice(0, place) + letter + text.slice(place + 1), address),
    );

  test('a damaged Bitcoin address is read if bitcoinjs-lib reads it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(typeof bitcoin.read(text) === 'object').toBe(isReadByBitcoinjs(text));
      }),
      { numRuns: 2_000 },
    );
  });

  function isReadByBitcoinjs(text: string): boolean {
    try {
      return [0x00, 0x05, 0x6f, 0xc4].includes(bitcoinjs.fromBase58Check(text).version);
    } catch {
      return isBech32ToBitcoinjs(text);
    }
  }

  function isBech32ToBitcoinjs(text: string): boolean {
    try {
      return ['bc', 'tb', 'bcrt'].includes(bitcoinjs.fromBech32(text).prefix);
    } catch {
      return false;
    }
  }
});

describe('what @ton/core writes is read', () => {
  test('an account of TON is the same in every form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, -1),
        bytes(32),
        fc.record({ bounceable: fc.boolean(), testOnly: fc.boolean(), urlSafe: fc.boolean() }),
        (workchain, hash, form) => {
          const address = new Address(workchain, Buffer.from(hash));
          const account = `${workchain}:${hexOf(hash)}`;
          expect(ton.read(address.toString(form))).toEqual({ account, network: form.testOnly ? 'test' : 'both' });
          expect(ton.read(address.toRawString())).toMatchObject({ account, uncheckedBecause: expect.any(String) });
        },
      ),
    );
  });

  test('a damaged address of TON is read if its own library reads it', () => {
    fc.assert(
      fc.property(
        bytes(32),
        fc.nat(47),
        fc.constantFrom(...Array.from('ABCDEFGHabcdefgh01234567-_')),
        (hash, place, letter) => {
          const right = new Address(0, Buffer.from(hash)).toString();
          const text = right.slice(0, place) + letter + right.slice(place + 1);
          expect(typeof ton.read(text) === 'object').toBe(Address.isFriendly(text) && isParsed(text));
        },
      ),
    );
  });

  function isParsed(text: string): boolean {
    try {
      Address.parse(text);
      return true;
    } catch {
      return false;
    }
  }
});

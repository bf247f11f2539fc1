import { bech32, hex } from '@scure/base';
import { readBase58Address } from '../encodings/base58check.js';
import { bitcoinVersions } from './bitcoin.js';
import type { AddressReading, ChainDefinition, Network } from '../chain-definition.js';

const prefixes: ReadonlyMap<string, Network> = new Map([
  ['bitcoincash', 'main'],
  ['bchtest', 'test'],
  ['bchreg', 'test'],
]);

const OLD_FORM = 'is in the old form, which is Bitcoin’s, too: give its bitcoincash: form';

/** CashAddr (spec/cashaddr.md of bitcoincash.org), and the old form, which is Bitcoin's. */
export const bitcoinCash: ChainDefinition = {
  title: 'Bitcoin Cash',
  forms: 'bitcoincash:q… or p…; of its test networks bchtest: or bchreg:',
  uncheckedForm: OLD_FORM,
  coins: { BCH: 8 },
  read: (address) => readCashAddress(address) ?? readLegacy(address),
};

/** 20 bytes, or of a script 32. */
const SHAPE = /^(?:(bitcoincash|bchtest|bchreg):)?([qpzr][02-9ac-hj-np-z]{41}|[pr][02-9ac-hj-np-z]{60})$/;

/** Undefined: it doesn't look like one. The prefix may be left out: the checksum covers it all the same. */
function readCashAddress(address: string): AddressReading | undefined {
  const lower = address.toLowerCase();
  const [, prefix, payload] = SHAPE.exec(lower) ?? [];
  if (payload === undefined) return undefined;
  // "A mixture of lowercase and uppercase must be rejected."
  if (address !== lower && address !== address.toUpperCase()) return 'wrong checksum';
  for (const [name, network] of prefixes) {
    const bytes = prefix === undefined || prefix === name ? cashBytes(name, payload) : undefined;
    if (bytes !== undefined) return destinationIn(bytes, network);
  }
  return 'wrong checksum';
}

/** Type 0 pays a key, 1 a script; 2 and 3 (CHIP-2022-02 CashTokens) are the same accounts, fit to get tokens. */
function destinationIn([type = -1, ...hash]: Uint8Array, network: Network): AddressReading {
  const pays = (['key', 'script', 'key', 'script'] as const)[type >> 3];
  if (pays === undefined || hash.length !== hashLengths[type & 7]) return 'wrong form';
  return { account: `${pays}:${hex.encode(Uint8Array.from(hash))}`, network };
}

const hashLengths = [20, 24, 28, 32, 40, 48, 56, 64];

function readLegacy(address: string): AddressReading {
  const reading = readBase58Address(address, bitcoinVersions, '13mn2');
  if (typeof reading === 'string') return reading;
  return { ...reading, uncheckedBecause: OLD_FORM };
}

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const CHECKSUM_LETTERS = 8;

/** The type byte and the hash in a CashAddr's payload; undefined if its checksum is wrong. */
export function cashBytes(prefix: string, payload: string): Uint8Array | undefined {
  const words = Array.from(payload, (letter) => LETTERS.indexOf(letter));
  const covered = [...Array.from(prefix, (letter) => letter.charCodeAt(0) & 31), 0, ...words];
  if (words.includes(-1) || checksum(covered) !== 0n) return undefined;
  return bech32.fromWordsUnsafe(words.slice(0, -CHECKSUM_LETTERS)) ?? undefined;
}

const GENERATORS = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n];

/** The specification's PolyMod: 40 bits, so beyond what JavaScript's bitwise numbers hold. */
function checksum(words: readonly number[]): bigint {
  let sum = 1n;
  for (const word of words) {
    const top = sum >> 35n;
    sum = ((sum & 0x07ffffffffn) << 5n) ^ BigInt(word);
    GENERATORS.forEach((generator, bit) => {
      if ((top >> BigInt(bit)) & 1n) sum ^= generator;
    });
  }
  return sum ^ 1n;
}

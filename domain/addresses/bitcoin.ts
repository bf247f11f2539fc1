import { base58, hex } from '@scure/base';
import { decodedCheck } from './base58check.js';
import type { AddressForms, Destination, Network, Reading } from './destination.js';
import { readSegwit } from './segwit.js';

/** What a base58 address's first byte says. */
type Versions = ReadonlyMap<number, Omit<Destination, 'account'> & { pays: 'key' | 'script' }>;

/** First bytes as in Bitcoin Core's chainparams.cpp. */
export const bitcoinVersions: Versions = new Map([
  [0x00, { pays: 'key', network: 'main' }],
  [0x05, { pays: 'script', network: 'main' }],
  [0x6f, { pays: 'key', network: 'test' }],
  [0xc4, { pays: 'script', network: 'test' }],
]);

/** As in Litecoin Core: scripts had Bitcoin's first byte (3…) before they got their own (M…). */
const litecoinVersions: Versions = new Map([
  [0x30, { pays: 'key', network: 'main' }],
  [0x32, { pays: 'script', network: 'main' }],
  [0x05, { pays: 'script', network: 'main', doubt: 'is in the old form, which is Bitcoin’s, too: give its M… form' }],
  [0x6f, { pays: 'key', network: 'test' }],
  [0x3a, { pays: 'script', network: 'test' }],
  [0xc4, { pays: 'script', network: 'test' }],
]);

/** As in Dogecoin Core. */
const dogecoinVersions: Versions = new Map([
  [0x1e, { pays: 'key', network: 'main' }],
  [0x16, { pays: 'script', network: 'main' }],
  [0x71, { pays: 'key', network: 'test' }],
  [0xc4, { pays: 'script', network: 'test' }],
]);

export const bitcoin: AddressForms = {
  title: 'Bitcoin',
  looks: 'bc1…, 1… or 3…; of its test networks tb1…, bcrt1…, m…, n… or 2…',
  read: (address) =>
    readWitness(address, { bc: 'main', tb: 'test', bcrt: 'test' }) ?? readBase58(address, bitcoinVersions, '13mn2'),
};

export const litecoin: AddressForms = {
  title: 'Litecoin',
  looks: 'ltc1…, L… or M…; of its test networks tltc1…, rltc1…, m…, n…, Q… or 2…',
  read: (address) =>
    readWitness(address, { ltc: 'main', tltc: 'test', rltc: 'test' }) ??
    readBase58(address, litecoinVersions, 'LM3mnQ2'),
};

/** Dogecoin has no SegWit. */
export const dogecoin: AddressForms = {
  title: 'Dogecoin',
  looks: 'D…, 9… or A…; of its test network n… or 2…',
  read: (address) => readBase58(address, dogecoinVersions, 'DA9n2'),
};

/** Undefined: it has none of these prefixes. */
function readWitness(address: string, prefixes: Record<string, Network>): Reading | undefined {
  const prefix = address.slice(0, Math.max(0, address.lastIndexOf('1'))).toLowerCase();
  const network = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
  return network && readSegwit(address, network);
}

/** `letters`: those that the addresses begin with. */
export function readBase58(address: string, versions: Versions, letters: string): Reading {
  if (!/^[1-9A-HJ-NP-Za-km-z]{26,35}$/.test(address) || !letters.includes(address.charAt(0))) return 'wrong form';
  const bytes = decodedCheck(base58, address);
  if (bytes === undefined) return 'wrong checksum';
  const version = versions.get(bytes[0] ?? -1);
  if (version === undefined || bytes.length !== 21) return 'wrong form';
  const { pays, ...rest } = version;
  return { account: `${pays}:${hex.encode(bytes.subarray(1))}`, ...rest };
}

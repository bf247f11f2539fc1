import { sha256 } from '@noble/hashes/sha2.js';
import type { BytesCoder } from '@scure/base';
import { base58, hex } from '@scure/base';
import type { AddressReading, Destination } from '../chain-definition.js';

const CHECKSUM_BYTES = 4;

/** What the first byte of a Bitcoin-like address says. */
export type Versions = ReadonlyMap<number, Omit<Destination, 'account'> & { pays: 'key' | 'script' }>;

/** Reads an address as Bitcoin writes keys and scripts; `letters`: those that such addresses begin with. */
export function readBase58Address(address: string, versions: Versions, letters: string): AddressReading {
  if (!/^[1-9A-HJ-NP-Za-km-z]{26,35}$/.test(address) || !letters.includes(address.charAt(0))) return 'wrong form';
  const bytes = decodedCheck(base58, address);
  if (bytes === undefined) return 'wrong checksum';
  const version = versions.get(bytes[0] ?? -1);
  if (version === undefined || bytes.length !== 21) return 'wrong form';
  const { pays, ...rest } = version;
  return { account: `${pays}:${hex.encode(bytes.subarray(1))}`, ...rest };
}

/**
 * The bytes in front of the checksum, which is the first four of a double SHA-256, as in Bitcoin's addresses; undefined if it is wrong.
 * The XRP Ledger has its own order of letters.
 */
export function decodedCheck(letters: BytesCoder, text: string): Uint8Array | undefined {
  const bytes = decoded(letters, text) ?? new Uint8Array();
  const [data, sum] = [bytes.subarray(0, -CHECKSUM_BYTES), bytes.subarray(-CHECKSUM_BYTES)];
  const right = sha256(sha256(data));
  return sum.length === CHECKSUM_BYTES && sum.every((byte, place) => byte === right[place]) ? data : undefined;
}

/** The bytes that the text stands for; undefined if it is not of these letters. */
export function decoded(letters: BytesCoder, text: string): Uint8Array | undefined {
  try {
    return letters.decode(text);
  } catch {
    return undefined;
  }
}

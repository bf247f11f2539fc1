import { sha256 } from '@noble/hashes/sha2.js';
import type { BytesCoder } from '@scure/base';

const CHECKSUM_BYTES = 4;

/**
 * The bytes in front of the checksum, which is the first four of a double SHA-256, as Bitcoin and its kin write addresses; undefined if it is
 * wrong. The XRP Ledger has its own order of letters.
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

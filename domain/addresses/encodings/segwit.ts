import { bech32, bech32m, hex } from '@scure/base';
import type { AddressReading, Network } from '../chain-definition.js';

/**
 * Reads a native SegWit address: version 0 in bech32 (BIP-173), 1 to 16 in bech32m (BIP-350). Undefined: it has none of these prefixes.
 * Versions that have no meaning yet are taken, as BIP-350 asks of those who send.
 */
export function readSegwitAddress(address: string, prefixes: Record<string, Network>): AddressReading | undefined {
  const prefix = address.slice(0, Math.max(0, address.lastIndexOf('1'))).toLowerCase();
  const network = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
  return network && readWitness(address, network);
}

function readWitness(address: string, network: Network): AddressReading {
  for (const [coder, isItsVersion] of encodings) {
    const words = coder.decodeUnsafe(address)?.words;
    if (words === undefined) continue;
    const [version, ...rest] = words;
    if (version === undefined || version > 16) return 'wrong form';
    if (!isItsVersion(version)) return 'wrong checksum';
    const program = coder.fromWordsUnsafe(rest);
    if (program === undefined || !isProgramLength(version, program.length)) return 'wrong form';
    return { account: `witness ${version}:${hex.encode(program)}`, network };
  }
  return 'wrong checksum';
}

const encodings = [
  [bech32, (version: number) => version === 0],
  [bech32m, (version: number) => version > 0],
] as const;

/** BIP-141: 2 to 40 bytes; those of version 0 are a key's hash or a script's. */
function isProgramLength(version: number, length: number): boolean {
  return version === 0 ? length === 20 || length === 32 : length >= 2 && length <= 40;
}

import { base32nopad, hex } from '@scure/base';
import { decoded } from '../encodings/base58check.js';
import { crc16 } from '../encodings/crc16.js';
import type { ChainDefinition } from '../chain-definition.js';

/** SEP-23: accounts (G…), and multiplexed ones (M…), which carry a memo id. */
export const stellar: ChainDefinition = {
  title: 'Stellar',
  forms: 'G… with 56 letters, or M… with 69',
  coins: { XLM: 7 },
  read: (address) => {
    if (!/^(G[A-Z2-7]{55}|M[A-Z2-7]{68})$/.test(address)) return 'wrong form';
    const bytes = decoded(base32nopad, address);
    // Unused bits that aren't zero are a wrong character.
    if (bytes === undefined || !isRight(bytes)) return 'wrong checksum';
    const [kind, account, memo] = [bytes[0], bytes.subarray(1, 33), bytes.subarray(33, -2)];
    const destination = { account: hex.encode(account), network: 'both' } as const;
    if (kind === ACCOUNT) return destination;
    if (kind !== MULTIPLEXED) return 'wrong form';
    return { ...destination, tag: memo.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n).toString() };
  },
};

const ACCOUNT = 6 << 3;
const MULTIPLEXED = 12 << 3;

/** The checksum comes last, its less significant byte first. */
function isRight(bytes: Uint8Array): boolean {
  const [low = 0, high = 0] = bytes.subarray(-2);
  return crc16(bytes.subarray(0, -2)) === high * 256 + low;
}

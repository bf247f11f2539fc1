import { base58xrp, hex } from '@scure/base';
import { decodedCheck } from '../encodings/base58check.js';
import type { AddressReading, ChainDefinition } from '../chain-definition.js';

/** The XRP Ledger's classic addresses, and X-addresses (XLS-5), which may carry a destination tag. */
export const ripple: ChainDefinition = {
  title: 'the XRP Ledger',
  forms: 'r…, or X… (T… of its test networks)',
  coins: { XRP: 6 },
  // A destination tag is an unsigned 32-bit integer.
  tags: {
    form: 'a whole number from 0 to 4294967295',
    isRight: (tag) => /^(0|[1-9]\d{0,9})$/.test(tag) && Number(tag) <= 0xffff_ffff,
  },
  read: (address) => {
    if (!/^(r[1-9A-HJ-NP-Za-km-z]{24,34}|[XT][1-9A-HJ-NP-Za-km-z]{46})$/.test(address)) return 'wrong form';
    const bytes = decodedCheck(base58xrp, address);
    if (bytes === undefined) return 'wrong checksum';
    return address.startsWith('r') ? readClassic(bytes) : readTagged(bytes);
  },
};

/** A zero, which is the letter r, and the account. */
function readClassic(bytes: Uint8Array): AddressReading {
  if (bytes.length !== 21) return 'wrong form';
  return { account: hex.encode(bytes.subarray(1)), network: 'both' };
}

/** Two bytes that make the first letter, the account, a flag (1: a tag follows), the tag in 8 bytes, least significant first. */
function readTagged(bytes: Uint8Array): AddressReading {
  const first = hex.encode(bytes.subarray(0, 2));
  const network = first === '0544' ? 'main' : first === '0493' ? 'test' : undefined;
  if (network === undefined || bytes.length !== 31) return 'wrong form';
  const [account, flag, tag] = [bytes.subarray(2, 22), bytes[22], bytes.subarray(23)];
  const number = tag.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  // XLS-5: a tag has 32 bits, and one that isn't flagged is zero.
  if (flag === 0 && number === 0n) return { account: hex.encode(account), network, tag: '' };
  if (flag === 1 && number < 2n ** 32n) return { account: hex.encode(account), network, tag: number.toString() };
  return 'wrong form';
}

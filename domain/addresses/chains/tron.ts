import { base58, hex } from '@scure/base';
import { decodedCheck } from '../encodings/base58check.js';
import type { ChainDefinition } from '../chain-definition.js';

/** The first byte of every account, on the main network and on Shasta and Nile. */
const ACCOUNT = 0x41;

const NO_CHECKSUM = 'is in hexadecimal, without a checksum, so a typo in it can’t be seen: give its T… form';

export const tron: ChainDefinition = {
  title: 'TRON',
  forms: 'T and 33 letters and digits',
  uncheckedForm: NO_CHECKSUM,
  coins: { TRX: 6 },
  tokens: { USDT: 6, USDTT: 6, USDT_TRC20: 6 },
  read: (address) => {
    // The form of TRON's own API: the same 21 bytes, without a checksum.
    if (/^41[0-9a-fA-F]{40}$/.test(address)) {
      return { account: address.slice(2).toLowerCase(), network: 'both', uncheckedBecause: NO_CHECKSUM };
    }
    if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(address)) return 'wrong form';
    const bytes = decodedCheck(base58, address);
    if (bytes === undefined) return 'wrong checksum';
    if (bytes[0] !== ACCOUNT) return 'wrong form'; // 34 such letters are always 21 bytes and the checksum
    return { account: hex.encode(bytes.subarray(1)), network: 'both' };
  },
};

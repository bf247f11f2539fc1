import { base58, hex } from '@scure/base';
import { decoded } from './base58check.js';
import type { AddressForms } from './destination.js';

/** 32 bytes, on every network. Solana has no form with a checksum, so there is none to ask for, and only the length is checked. */
export const solana: AddressForms = {
  title: 'Solana',
  looks: '32 to 44 letters and digits that stand for 32 bytes',
  read: (address) => {
    if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(address)) return 'wrong form';
    const bytes = decoded(base58, address);
    return bytes?.length === 32 ? { account: hex.encode(bytes), network: 'both', hasNoChecksum: true } : 'wrong form';
  },
};

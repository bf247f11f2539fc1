import { base58, hex } from '@scure/base';
import { decoded } from '../encodings/base58check.js';
import type { ChainDefinition } from '../chain-definition.js';

/** 32 bytes, on every network. Solana has no form with a checksum, so there is none to ask for, and only the length is checked. */
export const solana: ChainDefinition = {
  title: 'Solana',
  forms: '32 to 44 letters and digits that stand for 32 bytes',
  uncheckedForm: 'never: no address shows a typing error',
  coins: { SOL: 9 },
  read: (address) => {
    if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(address)) return 'wrong form';
    const bytes = decoded(base58, address);
    return bytes?.length === 32 ? { account: hex.encode(bytes), network: 'both', hasNoChecksum: true } : 'wrong form';
  },
};

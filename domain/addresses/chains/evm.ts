import { keccak_256 } from '@noble/hashes/sha3.js';
import type { ChainDefinition } from '../chain-definition.js';

const NO_CHECKSUM = 'has no checksum, so a typo in it can’t be seen: give it with the capitals of EIP-55';

/** Ethereum and the other EVM networks. The checksum of their addresses, where they have one, is the case of the letters (EIP-55). */
export const evm: ChainDefinition = {
  title: 'Ethereum and other EVM networks',
  forms: '0x and 40 hexadecimal digits',
  uncheckedForm: NO_CHECKSUM,
  coins: { ETH: 18, BNB: 18 },
  tokens: { USDTE: 6, USDT_ERC20: 6 },
  read: (address) => {
    const digits = /^0x([0-9a-fA-F]{40})$/.exec(address)?.[1];
    if (digits === undefined) return 'wrong form';
    const lower = digits.toLowerCase();
    const destination = { account: lower, network: 'both' } as const;
    // By chance a checksum may want letters of one case only: that is a checksum, too. Digits alone carry no checksum at all.
    if (digits === inChecksumCase(lower) && /[a-f]/.test(lower)) return destination;
    const isOfOneCase = digits === lower || digits === digits.toUpperCase();
    return isOfOneCase ? { ...destination, uncheckedBecause: NO_CHECKSUM } : 'wrong checksum';
  },
};

/** EIP-55: a letter is a capital if the hash of the lower-case digits has an 8 or more in its place. */
function inChecksumCase(lower: string): string {
  const hash = keccak_256(Uint8Array.from(lower, (digit) => digit.charCodeAt(0)));
  const nibble = (place: number) => ((hash[place >> 1] ?? 0) >> (place % 2 === 0 ? 4 : 0)) & 15;
  return Array.from(lower, (digit, place) => (nibble(place) >= 8 ? digit.toUpperCase() : digit)).join('');
}

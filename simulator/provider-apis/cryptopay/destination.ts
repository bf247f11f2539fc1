import { looksValid } from '../../currencies/addresses.js';
import type { Chain } from '../../currencies/currencies.js';

/** An address as Cryptopay writes it, taken apart: `rAddress?dt=123`. A tag of 0 means none. */
export interface Destination {
  readonly address: string;
  readonly tag: string | null;
}

/** Null if it is no valid destination on this chain. XRP must name its tag, if only as 0; XLM may. */
export function readDestination(text: string, chain: Chain): Destination | null {
  const [address = '', query, ...more] = text.split('?');
  if (more.length > 0 || !looksValid(address, chain)) return null;
  if (query === undefined) return chain === 'ripple' ? null : { address, tag: null };
  const tag = tagIn(query, chain);
  return tag === null ? null : { address, tag: tag === '0' ? null : tag };
}

function tagIn(query: string, chain: Chain): string | null {
  switch (chain) {
    case 'ripple':
      return /^dt=(\d{1,10})$/.exec(query)?.[1] ?? null;
    case 'stellar': // Two official sources disagree on the name.
      return /^(?:dt|memoId)=([^&=]{1,64})$/.exec(query)?.[1] ?? null;
    default:
      return null;
  }
}

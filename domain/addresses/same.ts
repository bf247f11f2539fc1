import type { Destination } from './chain-definition.js';
import type { Chain } from './chains/index.js';
import { allChains, chains } from './chains/index.js';

/**
 * True if both texts name the same destination on one of these chains (none: on any): in whatever form, but not with two different tags
 * inside. What can't be decoded is compared byte for byte.
 */
export function sameAddress(a: string, b: string, candidates: readonly Chain[] = []): boolean {
  if (a === b) return true;
  return (candidates.length === 0 ? allChains : candidates).some((chain) => {
    const [left, right] = [chains[chain].read(a), chains[chain].read(b)];
    return typeof left !== 'string' && typeof right !== 'string' && isSame(left, right);
  });
}

function isSame(a: Destination, b: Destination): boolean {
  const isOneNetwork = a.network === b.network || a.network === 'both' || b.network === 'both';
  const isOneTag = a.tag === b.tag || a.tag === undefined || b.tag === undefined;
  return a.account === b.account && isOneNetwork && isOneTag;
}

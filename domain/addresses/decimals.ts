import { paidCurrency } from '../request.js';
import type { Chain } from './chains/index.js';
import { chains } from './chains/index.js';
import type { Decimals } from './chain-definition.js';
import type { ChainFields } from './paid-on.js';
import { chainsOf } from './paid-on.js';

/** Digits after the dot of the smallest units on a chain, by the providers' codes. What isn't here is left to the provider. */
export function smallestUnits(chain: Chain): Decimals {
  return { ...chains[chain].coins, ...chains[chain].tokens };
}

/** How many digits after the dot an amount can have that leaves for the chain; undefined: nobody documents it. */
export function decimalsOnChain(request: ChainFields): number | undefined {
  const [chain, ...others] = chainsOf(request);
  if (chain === undefined || others.length > 0) return undefined;
  const [units, code] = [smallestUnits(chain), paidCurrency(request)];
  return Object.hasOwn(units, code) ? units[code] : undefined;
}

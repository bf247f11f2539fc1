import type { Chain } from './chains/index.js';
import { allChains } from './chains/index.js';

/** The chains that a code may stand for; a code that isn't in it stands for none that is documented. */
export type ChainsByCode = ReadonlyMap<string, readonly Chain[]>;

/** Made from the codes of each chain, with spaces between them. A code of several chains stands with each of them. */
export function chainsByCode(codesOf: Partial<Record<Chain, string>>): ChainsByCode {
  const chainsOf = new Map<string, Chain[]>();
  for (const chain of allChains)
    for (const code of codesOf[chain]?.split(' ') ?? []) chainsOf.set(code, [...(chainsOf.get(code) ?? []), chain]);
  return chainsOf;
}

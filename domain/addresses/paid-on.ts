import { capabilities } from '../providers/index.js';
import type { WithdrawalRequest } from '../request.js';
import { paidCurrency } from '../request.js';
import type { TagForm } from './chain-definition.js';
import type { Chain } from './chains/index.js';
import { allChains, chains } from './chains/index.js';

/** The fields of a request that decide on which chain it is paid. */
export type ChainFields = Pick<WithdrawalRequest, 'provider' | 'currency' | 'convertTo' | 'cryptopay'>;

/** The chains that a request may be paid on, by its provider's documents. Empty: they don't say. */
export function chainsOf(request: ChainFields): readonly Chain[] {
  const code = paidCurrency(request);
  const { networks, tokenChains } = capabilities[request.provider];
  return networks?.get(request.cryptopay?.network ?? '') ?? coinChains.get(code) ?? tokenChains(code);
}

/**
 * The provider's networks on which this may be paid, for a provider that has names for them. For a code whose chains are not documented,
 * those of the EVM: any token may be issued there.
 */
export function networksOf(request: ChainFields): { name: string; chain: Chain }[] {
  const documented = chainsOf(request);
  const possible: readonly Chain[] = documented.length > 0 ? documented : ['evm'];
  return [...(capabilities[request.provider].networks ?? [])].flatMap(([name, chains]) =>
    chains.filter((chain) => possible.includes(chain)).map((chain) => ({ name, chain })),
  );
}

/** The form of a coin's tags, where its chain has one. */
export function coinTags(code: string): TagForm | undefined {
  const [chain] = coinChains.get(code) ?? [];
  return chain && chains[chain].tags;
}

/** Coins, whose codes are the same at every provider. */
const coinChains = new Map(
  allChains.flatMap((chain) => Object.keys(chains[chain].coins).map((code): [string, Chain[]] => [code, [chain]])),
);

import type { WithdrawalRequest } from '../request.js';
import type { Destination, Network } from './chain-definition.js';
import type { Chain } from './chains/index.js';
import { allChains, chains } from './chains/index.js';
import type { ChainFields } from './paid-on.js';
import { chainsOf, networksOf } from './paid-on.js';

/** `unchecked`: a typing error in it can't be seen. `problem`: what is wrong and what is right, without the address. */
export type AddressCheck = { network: Network; unchecked: boolean } | { problem: string };

/** Checks an address that must be one of this chain, or of one of these. */
export function checkAddress(candidates: Chain | readonly Chain[], address: string): AddressCheck {
  const possible = typeof candidates === 'string' ? [candidates] : candidates;
  const [destination] = mostCertainFirst(destinationsOn(possible, address));
  if (destination === undefined) return { problem: problemOn(possible, address) };
  const { network, uncheckedBecause, hasNoChecksum = false } = destination;
  return { network, unchecked: uncheckedBecause !== undefined || hasNoChecksum };
}

/** The fields of a request by which its address is judged. */
export type AddressFields = ChainFields & Pick<WithdrawalRequest, 'address' | 'tag' | 'acceptUnchecked'>;

/**
 * What is wrong with the address of a request, and what is right; undefined if nothing is. Where the documents don't say the chain, there
 * is nothing to check it by.
 */
export function addressProblem(request: AddressFields): string | undefined {
  const possible = chainsOf(request);
  if (possible.length === 0) return undefined;
  const [destination] = mostCertainFirst(destinationsOn(possible, request.address));
  if (destination === undefined) return problemOn(possible, request.address);
  if (destination.uncheckedBecause !== undefined && request.acceptUnchecked !== true) {
    return `${destination.uncheckedBecause}, or say acceptUnchecked: true`;
  }
  // Providers take the tag beside the address; none documents whether one inside it counts.
  if (destination.tag && destination.tag !== request.tag) {
    return 'carries a tag: say the same in tag, or give the address without it';
  }
  return undefined;
}

/** The networks between which neither request nor address decides, by the provider's names; empty if there is one, or the provider has no names. */
export function possibleNetworks(request: AddressFields): string[] {
  if (request.cryptopay?.network !== undefined) return [];
  const fitting = networksOf(request).filter(({ chain }) => destinationsOn([chain], request.address).length > 0);
  return fitting.length > 1 ? fitting.map(({ name }) => name) : [];
}

/** No chain has shorter ones. */
const SHORTEST_ADDRESS = 25;

/** The title of a chain of which this text is an address, or a part of it that begins and ends where a word does. */
export function addressHeldIn(text: string): string | undefined {
  const words = [...text.matchAll(/[A-Za-z0-9]+/g)];
  const ends = words.map(({ index, 0: word }) => index + word.length);
  const parts = words.flatMap(({ index }) => ends.map((end) => text.slice(index, end)));
  const long = parts.filter((part) => part.length >= SHORTEST_ADDRESS);
  const held = allChains.find((chain) => long.some((part) => destinationsOn([chain], part).length > 0));
  return held && chains[held].title;
}

/** Is it an address of a test network only? */
export function isTestAddress(request: ChainFields & Pick<WithdrawalRequest, 'address'>): boolean {
  const [destination] = mostCertainFirst(destinationsOn(chainsOf(request), request.address));
  return destination?.network === 'test';
}

/** The tag inside an address of one of these chains (none: of any); empty if it says that there is none, undefined if it says nothing. */
export function tagIn(address: string, possible: readonly Chain[]): string | undefined {
  return destinationsOn(possible.length === 0 ? allChains : possible, address).find(({ tag }) => tag !== undefined)
    ?.tag;
}

/** What the address stands for on each of these chains that can read it. */
function destinationsOn(candidates: readonly Chain[], address: string): Destination[] {
  return candidates.map((chain) => chains[chain].read(address)).filter((reading) => typeof reading !== 'string');
}

function mostCertainFirst(destinations: readonly Destination[]): Destination[] {
  return destinations.toSorted(
    (a, b) => Number(a.uncheckedBecause !== undefined) - Number(b.uncheckedBecause !== undefined),
  );
}

function problemOn(possible: readonly Chain[], address: string): string {
  const right = `must be an address of ${possible.map((chain) => `${chains[chain].title} (${chains[chain].forms})`).join(', or of ')}`;
  if (possible.some((chain) => chains[chain].read(address) === 'wrong checksum')) {
    return `has a wrong checksum: a character of it is missing or mistyped; it ${right}`;
  }
  const other = allChains.find((chain) => destinationsOn([chain], address).length > 0);
  return other === undefined ? right : `${right}, but is one of ${chains[other].title}`;
}

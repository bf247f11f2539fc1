import { bitcoinCash } from './bitcoin-cash.js';
import { bitcoin, dogecoin, litecoin } from './bitcoin.js';
import type { AddressForms, Chain, Destination } from './destination.js';
import { evm } from './evm.js';
import { ripple } from './ripple.js';
import { solana } from './solana.js';
import { stellar } from './stellar.js';
import { ton } from './ton.js';
import { tron } from './tron.js';

export const chains: Record<Chain, AddressForms> = {
  bitcoin,
  litecoin,
  bitcoin_cash: bitcoinCash,
  dogecoin,
  evm,
  tron,
  ripple,
  solana,
  ton,
  stellar,
};

export const allChains = Object.keys(chains) as Chain[];

/** What the address stands for on each of these chains that knows it. */
export function destinationsOn(candidates: readonly Chain[], address: string): Destination[] {
  return candidates.map((chain) => chains[chain].read(address)).filter((reading) => typeof reading !== 'string');
}

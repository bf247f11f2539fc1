import { bitcoinCash } from './bitcoin-cash.js';
import { bitcoin } from './bitcoin.js';
import type { ChainDefinition } from '../chain-definition.js';
import { dogecoin } from './dogecoin.js';
import { evm } from './evm.js';
import { litecoin } from './litecoin.js';
import { ripple } from './ripple.js';
import { solana } from './solana.js';
import { stellar } from './stellar.js';
import { ton } from './ton.js';
import { tron } from './tron.js';

const registry = {
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
} satisfies Record<string, ChainDefinition>;

/** The chains whose addresses can be checked. All EVM networks have one form of addresses, so they are one. */
export type Chain = keyof typeof registry;

export const chains: Readonly<Record<Chain, ChainDefinition>> = registry;

export const allChains: readonly Chain[] = Object.keys(registry).filter(isChain);

function isChain(name: string): name is Chain {
  return Object.hasOwn(registry, name);
}

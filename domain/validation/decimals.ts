import type { Chain } from '../addresses/index.js';
import { chainsOf } from '../addresses/index.js';
import type { ChainFields } from '../addresses/paid-on.js';
import { paidCurrency } from '../request.js';

/**
 * Digits after the dot of a currency's smallest unit, a fact of its chain or of the token's contract there, by the providers' codes. What
 * isn't here is left to the provider: a token may have any number.
 */
export const smallestUnits: Partial<Record<Chain, Readonly<Record<string, number>>>> = {
  bitcoin: { BTC: 8 },
  litecoin: { LTC: 8 },
  bitcoin_cash: { BCH: 8 },
  dogecoin: { DOGE: 8 },
  evm: { ETH: 18, BNB: 18, USDTE: 6, USDT_ERC20: 6 },
  tron: { TRX: 6, USDT: 6, USDTT: 6, USDT_TRC20: 6 },
  ripple: { XRP: 6 },
  solana: { SOL: 9 },
  ton: { TON: 9 },
  stellar: { XLM: 7 },
};

/** How many digits after the dot an amount can have that leaves for the chain; undefined: not known. */
export function decimalsOnChain(request: ChainFields): number | undefined {
  const [chain, ...others] = chainsOf(request);
  const units = chain === undefined || others.length > 0 ? {} : (smallestUnits[chain] ?? {});
  const code = paidCurrency(request);
  return Object.hasOwn(units, code) ? units[code] : undefined;
}

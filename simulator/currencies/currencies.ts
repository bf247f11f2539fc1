import { Money } from './money.js';

export type Chain =
  'bitcoin' | 'litecoin' | 'bitcoin_cash' | 'dogecoin' | 'evm' | 'tron' | 'ripple' | 'solana' | 'ton' | 'stellar';

/** The simulator's fixed rates: euros for one unit. BTC's is the one of Cryptopay's documented sample. */
const fiatRates: Readonly<Record<string, string>> = {
  EUR: '1',
  USD: '0.9',
  GBP: '1.15',
  CHF: '1.05',
  PLN: '0.23',
  CNY: '0.13',
  TRY: '0.03',
  RUB: '0.01',
  KRW: '0.0007',
  NOK: '0.09',
  INR: '0.011',
  JPY: '0.006',
  CAD: '0.65',
  THB: '0.025',
  AUD: '0.6',
  HKD: '0.115',
  MYR: '0.2',
  NZD: '0.55',
  TWD: '0.029',
  MXN: '0.05',
  BRL: '0.16',
  COP: '0.0002',
  SEK: '0.09',
  HUF: '0.0025',
  IDR: '0.00006',
  VND: '0.00004',
};

const coins: Readonly<Record<string, readonly [chain: Chain, euros: string]>> = {
  BTC: ['bitcoin', '9699.0409'],
  LTC: ['litecoin', '75'],
  BCH: ['bitcoin_cash', '300'],
  DOGE: ['dogecoin', '0.1'],
  ETH: ['evm', '2500'],
  BNB: ['evm', '500'],
  'BNB-BSC': ['evm', '500'],
  TRX: ['tron', '0.1'],
  XRP: ['ripple', '0.5'],
  SOL: ['solana', '120'],
  TON: ['ton', '4'],
  XLM: ['stellar', '0.1'],
  USDT: ['evm', '0.9'],
  USDTE: ['evm', '0.9'],
  USDTB: ['evm', '0.9'],
  USDTT: ['tron', '0.9'],
  USDC: ['evm', '0.9'],
};

export function isFiat(code: string): boolean {
  return Object.hasOwn(fiatRates, code);
}

/** The chain of a coin's address; null if the code is no coin. */
export function chainOf(code: string): Chain | null {
  return (Object.hasOwn(coins, code) ? coins[code]?.[0] : null) ?? null;
}

export function isCurrency(code: string): boolean {
  return isFiat(code) || chainOf(code) !== null;
}

export function allCurrencies(): string[] {
  return [...Object.keys(coins), ...Object.keys(fiatRates)];
}

/** Units of `from` for one unit of `to`, with ten decimals at most. */
export function rate(from: string, to: string): Money {
  return euros(to).dividedBy(euros(from)).toDecimalPlaces(10);
}

export function euros(code: string): Money {
  return new Money((Object.hasOwn(fiatRates, code) ? fiatRates[code] : coins[code]?.[1]) ?? 0);
}

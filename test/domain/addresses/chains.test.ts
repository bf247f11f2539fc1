import { describe, expect, test } from '@jest/globals';
import type { Chain } from '../../../domain/addresses/index.js';
import { chainsOf } from '../../../domain/addresses/index.js';
import { capabilities, providerNames } from '../../../domain/providers/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';

const native: Record<string, Chain> = {
  ...{ BTC: 'bitcoin', LTC: 'litecoin', BCH: 'bitcoin_cash', DOGE: 'dogecoin', ETH: 'evm', BNB: 'evm' },
  ...{ TRX: 'tron', XRP: 'ripple', SOL: 'solana', TON: 'ton', XLM: 'stellar' },
};

const chains = (provider: ProviderName, currency: string, network?: string) =>
  chainsOf({ provider, currency, ...(network !== undefined && { cryptopay: { network } }) });

describe.each(providerNames)('%s', (provider) => {
  test.each(Object.entries(native))('%s is paid on %s', (code, chain) => {
    expect(chains(provider, code)).toEqual([chain]);
    expect(chainsOf({ provider, currency: 'EUR', convertTo: code })).toEqual([chain]);
  });

  test.each(['EUR', 'USD', 'ADA', 'BTCLN', 'FTN', 'XMR', 'constructor', 'USDT_'])(
    '%s has no documented chain',
    (code) => {
      expect(chains(provider, code)).toEqual([]);
    },
  );
});

describe.each(['cryptoprocessing', 'alphapo'] as const)('%s’s own codes', (provider) => {
  test.each<[string, Chain]>([
    ['USDTE', 'evm'],
    ['USDTB', 'evm'],
    ['USDTT', 'tron'],
    ['BNB-BSC', 'evm'],
    ['ETHA', 'evm'],
    ['ETHBASE', 'evm'],
    ['USDC', 'evm'],
    ['USDCE', 'evm'],
    ['USDCA', 'evm'],
    ['USDCBASE', 'evm'],
    ['USDCS', 'solana'],
    ['EURS', 'evm'],
    ['EURCE', 'evm'],
    ['EURCBASE', 'evm'],
    ['EURCS', 'solana'],
    ['USDGE', 'evm'],
    ['USDGS', 'solana'],
    ['WBTC', 'evm'],
    ['CSC', 'ripple'],
  ])('%s is paid on %s', (code, chain) => expect(chains(provider, code)).toEqual([chain]));

  test('USDT alone may be on any chain that Tether is on', () => {
    expect(chains(provider, 'USDT')).toEqual(['bitcoin', 'evm', 'tron', 'solana', 'ton']);
  });

  test('a network means nothing to the processing family', () => {
    expect(chains(provider, 'BTC', 'ethereum')).toEqual(['bitcoin']);
  });
});

describe('CryptoCloud', () => {
  const ends: Record<string, Chain> = {
    ...{ ERC20: 'evm', BSC: 'evm', ARB: 'evm', BASE: 'evm', OPT: 'evm', TRC20: 'tron', SOL: 'solana', TON: 'ton' },
  };
  test.each(capabilities.cryptocloud.currencies?.map((code) => [code]) ?? [])('%s has a chain', (code) => {
    const [coin = '', end] = code.split('_');
    expect(chains('cryptocloud', code)).toEqual([end === undefined ? native[coin] : ends[end]]);
  });
});

describe('Cryptopay', () => {
  test.each<[string, Chain[]]>([
    ['USDT', ['evm', 'tron', 'solana']],
    ['USDC', ['evm', 'solana']],
    ['DAI', ['evm']],
    ['POL', ['evm']],
  ])('%s without a network may be on %j', (code, expected) => expect(chains('cryptopay', code)).toEqual(expected));

  test.each<[string, Chain]>([
    ['bitcoin', 'bitcoin'],
    ['litecoin', 'litecoin'],
    ['bitcoin_cash', 'bitcoin_cash'],
    ['dogecoin', 'dogecoin'],
    ['ethereum', 'evm'],
    ['bnb_smart_chain', 'evm'],
    ['polygon', 'evm'],
    ['arbitrum', 'evm'],
    ['tron', 'tron'],
    ['ripple', 'ripple'],
    ['solana', 'solana'],
    ['ton', 'ton'],
    ['stellar', 'stellar'],
  ])('the network %s is %s, whatever is paid on it', (network, chain) => {
    expect(chains('cryptopay', 'USDT', network)).toEqual([chain]);
    expect(chains('cryptopay', 'ADA', network)).toEqual([chain]);
  });

  test('an undocumented network leaves the chain to the currency', () => {
    expect(chains('cryptopay', 'BTC', 'bahamut')).toEqual(['bitcoin']);
    expect(chains('cryptopay', 'FTN', 'bahamut')).toEqual([]);
  });
});

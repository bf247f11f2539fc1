import { chainsByCode } from '../addresses/codes.js';
import type { ProviderCapabilities } from './capabilities.js';

const currencies = (
  'BTC LTC TRX SOL TON BNB ETH ETH_ARB ETH_BASE ETH_OPT USDT_ARB USDT_BSC USDT_ERC20 USDT_OPT USDT_SOL USDT_TON ' +
  'USDT_TRC20 USDC_ARB USDC_BASE USDC_BSC USDC_ERC20 USDC_OPT USDC_SOL DAI_ARB DAI_BASE DAI_BSC DAI_ERC20 DAI_OPT ' +
  'USDD_TRC20 PYUSD_ERC20 PYUSD_SOL XAUT_ERC20 XAUT_TON ARB_ARB OP_OPT PEPE_BSC PEPE_ERC20 SHIB_BSC SHIB_ERC20 TRUMP_SOL'
).split(' ');

/** The ends of its codes, after the last underscore. */
const ends = chainsByCode({ evm: 'ERC20 BSC ARB BASE OPT', tron: 'TRC20', solana: 'SOL', ton: 'TON' });

export const cryptocloud: ProviderCapabilities = {
  title: 'CryptoCloud',
  takesReference: false,
  hasLookUp: false,
  hasRateLimit: true,
  amountToNeedsConvertTo: false,
  tags: {},
  currencies,
  tokenChains: (code) => ends.get(/_([A-Z0-9]+)$/.exec(code)?.[1] ?? '') ?? [],
};

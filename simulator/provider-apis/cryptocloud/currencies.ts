import type { Chain } from '../../currencies/currencies.js';

/** The document's whole list. */
const codes =
  'BTC, LTC, TRX, SOL, TON, BNB, ETH, ETH_ARB, ETH_BASE, ETH_OPT, USDT_ARB, USDT_BSC, USDT_ERC20, USDT_OPT, USDT_SOL, USDT_TON, USDT_TRC20, USDC_ARB, USDC_BASE, USDC_BSC, USDC_ERC20, USDC_OPT, USDC_SOL, DAI_ARB, DAI_BASE, DAI_BSC, DAI_ERC20, DAI_OPT, USDD_TRC20, PYUSD_ERC20, PYUSD_SOL, XAUT_ERC20, XAUT_TON, ARB_ARB, OP_OPT, PEPE_BSC, PEPE_ERC20, SHIB_BSC, SHIB_ERC20, TRUMP_SOL'.split(
    ', ',
  );

const chains: Readonly<Record<string, Chain>> = {
  BTC: 'bitcoin',
  LTC: 'litecoin',
  TRX: 'tron',
  TRC20: 'tron',
  SOL: 'solana',
  TON: 'ton',
};

/** The chain that a code's addresses are on; null if CryptoCloud has no such code. */
export function chainOfCode(code: string): Chain | null {
  if (!codes.includes(code)) return null;
  return chains[code.split('_').at(-1) ?? ''] ?? 'evm';
}

import { chainsByCode } from '../addresses/codes.js';

/**
 * The codes of CryptoProcessing and AlphaPo: CryptoProcessing's page "API currency codes", and its older README. The last letters follow no
 * rule (EURS is on Ethereum, EURCS on Solana), so each is listed. USDT alone was Tether on Bitcoin's Omni layer once; what it is now, the
 * documents don't say.
 */
const tokens = chainsByCode({
  bitcoin: 'USDT',
  evm: 'USDT BNB-BSC ETHA ETHBASE POL USDTE USDTB USDC USDCE USDCA USDCBASE EURCE EURCBASE EURS USDGE WBTC SNACK XED DAI BUSD',
  tron: 'USDT USDTT',
  ripple: 'CSC',
  solana: 'USDT USDCS EURCS USDGS',
  ton: 'USDT',
});

/** What both providers of the processing protocol promise. */
export const processing = {
  takesReference: true,
  hasLookUp: true,
  hasRateLimit: false,
  amountToNeedsConvertTo: true,
  tokenChains: (code: string) => tokens.get(code) ?? [],
};

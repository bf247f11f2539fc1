import { chainsByCode } from '../addresses/codes.js';
import type { CommitCapability, ProviderCapabilities } from './capabilities.js';

/** Tokens of its page "Supported currencies", each with every chain that it may be sent on. */
const tokens = chainsByCode({
  evm: 'USDT USDC DAI SHIB POL ARB IMX',
  tron: 'USDT',
  solana: 'USDT USDC',
});

export const cryptopay = {
  title: 'Cryptopay',
  takesReference: true,
  hasLookUp: true,
  hasRateLimit: false,
  /** "Commit it within 30 seconds, otherwise, your request will expire and no payout will be processed." */
  commit: { windowMs: 30_000 } satisfies CommitCapability,
  amountToNeedsConvertTo: false,
  /** A create has no field for a tag: it stands behind the address, for these two. */
  tags: { onlyFor: ['XRP', 'XLM'], zeroIsNone: true },
  tokenChains: (code: string) => tokens.get(code) ?? [],
  /** Recorded by its official PHP client, or named on the same page. */
  networks: chainsByCode({
    bitcoin: 'bitcoin',
    litecoin: 'litecoin',
    bitcoin_cash: 'bitcoin_cash',
    dogecoin: 'dogecoin',
    evm: 'ethereum bnb_smart_chain polygon arbitrum',
    tron: 'tron',
    ripple: 'ripple',
    solana: 'solana',
    ton: 'ton',
    stellar: 'stellar',
  }),
} satisfies ProviderCapabilities;

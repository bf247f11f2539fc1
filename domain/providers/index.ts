/** The providers that can pay, by the names used in requests, settings, task queues and URLs. */
export const providerNames = ['cryptoprocessing', 'alphapo', 'cryptopay', 'cryptocloud'] as const;
export type ProviderName = (typeof providerNames)[number];

export function isProviderName(value: unknown): value is ProviderName {
  return (providerNames as readonly unknown[]).includes(value);
}

/** The request's fields whose place depends on the provider. */
export const providerFields = [
  'amount',
  'convertTo',
  'amountTo',
  'tag',
  'endUserReference',
  'sender',
  'receiver',
  'cryptopay',
] as const;
export type ProviderField = (typeof providerFields)[number];

/** `oneOf`: exactly one of `amount` and `amountTo` is given. */
export type FieldRule = 'required' | 'optional' | 'oneOf' | 'refused';

/** One provider's column in the request's matrix, and what its documents promise. */
export interface ProviderCapabilities {
  /** The name that people know it by. */
  title: string;
  fields: Record<ProviderField, FieldRule>;
  /** It documents that our reference is unique, and finds a withdrawal by it. */
  takesReference: boolean;
  /** It answers a look-up of a withdrawal. */
  hasLookUp: boolean;
  /** `amountTo` needs `convertTo`; else `convertTo` is `currency` by default. */
  amountToNeedsConvertTo: boolean;
  /** A created withdrawal waits for a commit. */
  hasCommit: boolean;
  /** It takes one create per interval and key: each send waits for its turn at the gate. */
  hasRateLimit: boolean;
  /** The only currencies for which it takes a tag; absent: any. */
  tagOnlyFor?: readonly string[];
  /** Targets for which a payout without a tag may be lost, by its documents. */
  tagRequiredFor: readonly string[];
  /** The currency codes that it lists, where its documents list them all. */
  currencies?: readonly string[];
}

const processingFields = {
  amount: 'oneOf',
  convertTo: 'optional',
  amountTo: 'oneOf',
  tag: 'optional',
  endUserReference: 'required',
} as const;

export const capabilities: Record<ProviderName, ProviderCapabilities> = {
  cryptoprocessing: {
    title: 'CryptoProcessing',
    fields: { ...processingFields, sender: 'required', receiver: 'required', cryptopay: 'refused' },
    takesReference: true,
    hasLookUp: true,
    amountToNeedsConvertTo: true,
    hasCommit: false,
    hasRateLimit: false,
    tagRequiredFor: [],
  },
  alphapo: {
    title: 'AlphaPo',
    fields: { ...processingFields, sender: 'refused', receiver: 'refused', cryptopay: 'refused' },
    takesReference: true,
    hasLookUp: true,
    amountToNeedsConvertTo: true,
    hasCommit: false,
    hasRateLimit: false,
    tagRequiredFor: ['XRP'],
  },
  cryptopay: {
    title: 'Cryptopay',
    fields: {
      amount: 'oneOf',
      convertTo: 'optional',
      amountTo: 'oneOf',
      tag: 'optional',
      endUserReference: 'optional',
      sender: 'refused',
      receiver: 'refused',
      cryptopay: 'optional',
    },
    takesReference: true,
    hasLookUp: true,
    amountToNeedsConvertTo: false,
    hasCommit: true,
    hasRateLimit: false,
    tagOnlyFor: ['XRP', 'XLM'],
    tagRequiredFor: [],
  },
  cryptocloud: {
    title: 'CryptoCloud',
    fields: {
      amount: 'required',
      convertTo: 'refused',
      amountTo: 'refused',
      tag: 'refused',
      endUserReference: 'optional',
      sender: 'refused',
      receiver: 'refused',
      cryptopay: 'refused',
    },
    takesReference: false,
    hasLookUp: false,
    amountToNeedsConvertTo: false,
    hasCommit: false,
    hasRateLimit: true,
    tagRequiredFor: [],
    currencies: (
      'BTC LTC TRX SOL TON BNB ETH ETH_ARB ETH_BASE ETH_OPT USDT_ARB USDT_BSC USDT_ERC20 USDT_OPT USDT_SOL USDT_TON ' +
      'USDT_TRC20 USDC_ARB USDC_BASE USDC_BSC USDC_ERC20 USDC_OPT USDC_SOL DAI_ARB DAI_BASE DAI_BSC DAI_ERC20 DAI_OPT ' +
      'USDD_TRC20 PYUSD_ERC20 PYUSD_SOL XAUT_ERC20 XAUT_TON ARB_ARB OP_OPT PEPE_BSC PEPE_ERC20 SHIB_BSC SHIB_ERC20 TRUMP_SOL'
    ).split(' '),
  },
};

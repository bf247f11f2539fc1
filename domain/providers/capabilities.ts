import type { ChainsByCode } from '../addresses/codes.js';
import type { Chain } from '../addresses/chains/index.js';

/** All that the domain knows of one provider: what its documents promise, and which currencies it pays on which chains. */
export interface ProviderCapabilities {
  /** Its name, as shown. */
  title: string;
  /** It documents that our reference is unique, and finds a withdrawal by it. */
  takesReference: boolean;
  /** It documents a look-up of withdrawals. */
  hasLookUp: boolean;
  /** It takes one create per interval and key: each send waits for a slot of the rate limiter. */
  hasRateLimit: boolean;
  /** A created withdrawal waits for a commit, unless the request asks for one step; absent: it is paid at once. */
  commit?: CommitCapability;
  /** `amountTo` needs `convertTo`; else `convertTo` is `currency` by default. */
  amountToNeedsConvertTo: boolean;
  /** Its rules for tags, by the currency that is paid. */
  tags: TagRules;
  /** The currency codes that it lists, where its documents list them all. */
  currencies?: readonly string[];
  /** The chains on which it may pay one of its own codes, coins apart, whose codes are the same everywhere. Empty: its documents don't say. */
  tokenChains: (code: string) => readonly Chain[];
  /** Its names of networks, where a request can say one. One that isn't here leaves it to the currency. */
  networks?: ChainsByCode;
}

export interface TagRules {
  /** Currencies for which a payout without a tag may be lost, by its documents. */
  requiredFor?: readonly string[];
  /** The only currencies for which it takes one; absent: any. */
  onlyFor?: readonly string[];
  /** The tag 0 stands for no tag. */
  zeroIsNone?: true;
}

export interface CommitCapability {
  /** From the start of the create call, in ms: a withdrawal that isn't committed within it expires, and nothing is paid. */
  windowMs: number;
}

import type { Step } from '../ledger/payout.js';

/** How a provider treats one payout. What is left out is as for any other payout. */
export interface Behaviour {
  /** The create is refused at once, in the provider's documented form. */
  readonly refusal?: 'bad-address' | 'not-enough-balance';
  /** What happens to the payout once it is accepted; at Cryptopay, once it is committed. */
  readonly script?: readonly Step[];
  /** `final-first`: the others follow late. `before-response`: all are sent before the response to the create (or commit). */
  readonly callbacks?: 'none' | 'twice' | 'final-first' | 'before-response';
  /** Look-ups go on showing the status before the final one. */
  readonly lookUp?: 'never-final';
}

export interface CryptopayBehaviour extends Omit<Behaviour, 'refusal'> {
  readonly refusal?: Behaviour['refusal'] | 'high-risk-address';
  /** Times what it would charge. */
  readonly chargeFactor?: number;
  /** Every commit is too late, and the withdrawal expires after a second. */
  readonly commitWindow?: 'closed';
  /** `risk` is not null. */
  readonly risk?: 'shown';
}

/** No callbacks or look-ups are documented. */
export interface CryptocloudBehaviour extends Pick<Behaviour, 'refusal' | 'script'> {
  readonly callbacks?: never;
  readonly lookUp?: never;
  /** An invoice-style postback, in this form, when paid. */
  readonly postback?: 'json' | 'form';
  /** `data` instead of `result`. */
  readonly envelope?: 'old';
}

/** What a magic value can make each provider do. */
export interface Behaviours {
  readonly cryptoprocessing: Behaviour;
  readonly alphapo: Behaviour;
  readonly cryptopay: CryptopayBehaviour;
  readonly cryptocloud: CryptocloudBehaviour;
}

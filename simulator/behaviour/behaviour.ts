import type { Step } from '../ledger/payout.js';

/** How a provider treats one payout. What is left out is as for any other payout. */
export interface Behaviour {
  /** The create is refused at once, in the provider's documented form. */
  readonly refusal?: 'bad-address' | 'not-enough-balance' | 'high-risk-address';
  /** What happens to the payout once it is accepted; at Cryptopay, once it is committed. */
  readonly script?: readonly Step[];
  /** `final-first`: the others follow late. `before-response`: all are sent before the create (or commit) is answered. */
  readonly callbacks?: 'none' | 'twice' | 'final-first' | 'before-response';
  /** Look-ups go on showing the status before the final one. */
  readonly lookUp?: 'never-final';
  /** Cryptopay: times what it would charge. */
  readonly chargeFactor?: number;
  /** Cryptopay: every commit is too late, and the withdrawal expires after a second. */
  readonly commitWindow?: 'closed';
  /** Cryptopay: `risk` is not null. */
  readonly risk?: 'shown';
  /** CryptoCloud: an invoice-style postback, in this form, when paid. */
  readonly postback?: 'json' | 'form';
  /** CryptoCloud: `data` instead of `result`. */
  readonly envelope?: 'old';
}

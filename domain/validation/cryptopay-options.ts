import type { Amount } from '../money.js';
import { cryptopay as capabilities } from '../providers/cryptopay.js';
import type { Check, Violation } from './fields.js';
import { amount, boolean, fieldsOf, object, oneOf, text, violation } from './fields.js';
import type { PersonalKind } from './personal.js';

/** What only Cryptopay takes. */
export interface CryptopayOptions {
  /** Default: the provider's, `average`. */
  networkFeeLevel?: 'slow' | 'average' | 'fast';
  /** True: paid at once, without the 30-second window in which the quoted charge can be refused. Default false. */
  forceCommit?: boolean;
  /** True: fees are taken out of `amount`. Default false: they come on top. */
  feesIncluded?: boolean;
  /** The chain, where the currency is on several: `ethereum`. Required for an address that several have (`0x…`). */
  network?: string;
  /** Cryptopay's id of your customer. */
  customerId?: string;
  /** The most that may be charged, fees included: decimal string in `currency`. Over it, nothing is committed. */
  maxCharge?: Amount;
}

const WINDOW_MS = capabilities.commit.windowMs;

/** One option: each is optional. */
export interface OptionField<Value> {
  check: Check<Value>;
  /** In words, for the documents. */
  meaning: string;
  /** The field of the create that it goes out as, as it is; absent: it isn't sent by itself. */
  sentAs?: string;
  /** It leads to a person. */
  personal?: PersonalKind;
}

/** Every option, one row each. */
export const cryptopayOptions: {
  readonly [Name in keyof CryptopayOptions]-?: OptionField<NonNullable<CryptopayOptions[Name]>>;
} = {
  networkFeeLevel: {
    check: oneOf('slow', 'average', 'fast'),
    meaning: 'Default: Cryptopay’s, `average`.',
    sentAs: 'network_fee_level',
  },
  forceCommit: {
    check: boolean,
    meaning: `True: paid at once, without the ${WINDOW_MS / 1_000} seconds in which the quoted charge can be refused. Default false: Outflow commits it.`,
    sentAs: 'force_commit',
  },
  feesIncluded: {
    check: boolean,
    meaning: 'True: fees are taken out of `amount`, so it needs `amount`. Default false: they come on top.',
  },
  network: {
    check: text(/^[a-z0-9_]{2,40}$/, 'a network name of Cryptopay, such as ethereum'),
    meaning:
      'The chain, where the currency is on several. Required for an address that is the same on several (`0x…`): one sent on the wrong network may be lost.',
    sentAs: 'network',
  },
  customerId: {
    check: text(/^[\x21-\x7e]{1,255}$/, '1 to 255 printable characters without spaces'),
    meaning: 'Cryptopay’s id of your customer.',
    sentAs: 'customer_id',
    personal: 'text',
  },
  maxCharge: {
    check: amount,
    meaning:
      'The most that may be charged, fees included, in `currency`: over it, nothing is committed and the withdrawal ends `expired`. At least `amount`. Not with `forceCommit`.',
  },
};

export const cryptopay = object<CryptopayOptions>(
  Object.fromEntries(Object.entries(cryptopayOptions).map(([name, { check }]) => [name, check])),
  { optional: Object.keys(cryptopayOptions) },
);

/** Options that can't both be meant. */
export function optionViolations(fields: Readonly<Record<string, unknown>>): Violation[] {
  const options = fieldsOf(fields['cryptopay']);
  if (options === undefined) return [];
  const violations: Violation[] = [];
  if (options['forceCommit'] === true && options['maxCharge'] !== undefined) {
    violations.push(
      violation('cryptopay.maxCharge', 'needs the two-step form: with forceCommit the charge can no longer be refused'),
    );
  }
  if (options['feesIncluded'] === true && fields['amount'] === undefined) {
    violations.push(violation('cryptopay.feesIncluded', 'needs amount: with amountTo the fees always come on top'));
  }
  return violations;
}

import type { ChainFields } from '../addresses/index.js';
import { decimalsOnChain } from '../addresses/index.js';
import { decimalsOf, isMoreThan } from '../money.js';
import { paidCurrency } from '../request.js';
import type { Violation } from './fields.js';
import { amount, fieldsOf, passes, violation } from './fields.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What leaves for the chain is a whole number of its smallest units. What is only debited at the provider is in its ledger, which may be
 * finer: an amount that is converted first, or one from which fees are taken.
 */
export function smallestUnitViolations(request: ChainFields & Fields): Violation[] {
  const most = decimalsOnChain(request);
  if (most === undefined) return [];
  const isDebited = paidCurrency(request) !== request.currency || request.cryptopay?.feesIncluded === true;
  return ['amountTo', ...(isDebited ? [] : ['amount'])].flatMap((name) => {
    const value = request[name];
    if (!passes(amount, value) || decimalsOf(value) <= most) return [];
    return [violation(name, `is finer than its currency’s smallest unit: at most ${most} digits after the dot`)];
  });
}

/** Fees come on top of `amount`, or are taken out of it: no charge is ever lower. */
export function maxChargeViolations(fields: Fields): Violation[] {
  const [asked, most] = [fields['amount'], fieldsOf(fields['cryptopay'])?.['maxCharge']];
  if (!passes(amount, asked) || !passes(amount, most) || !isMoreThan(asked, most)) return [];
  return [
    violation('cryptopay.maxCharge', 'must be at least amount: no charge is lower, so nothing would ever be committed'),
  ];
}

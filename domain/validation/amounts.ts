import type { ChainFields } from '../addresses/paid-on.js';
import { decimalsOnChain } from './decimals.js';
import type { Mistake } from './fields.js';
import { amount, fieldsOf, wrong } from './fields.js';
import { decimalsOf, isMoreThan } from '../money.js';
import { paidCurrency } from '../request.js';

type Fields = Record<string, unknown>;

/** The fields that tell on which chain, and in which currency there, a request is paid. */
export const tellsChain: readonly string[] = ['provider', 'currency', 'convertTo', 'cryptopay', 'cryptopay.network'];

/** What is wrong with amounts that are each well formed. */
export function amountMistakes(fields: Fields, others: readonly Mistake[]): Mistake[] {
  const isChainTold = !others.some(({ field }) => tellsChain.includes(field));
  // Every field that it reads was checked.
  return [...(isChainTold ? tooFine(fields, fields as unknown as ChainFields) : []), ...neverCommitted(fields)];
}

/**
 * What leaves for the chain is a whole number of its smallest units. What is only debited at the provider is in its books, which may be
 * finer: an amount that is converted first, or one from which fees are taken.
 */
function tooFine(fields: Fields, request: ChainFields): Mistake[] {
  const most = decimalsOnChain(request);
  if (most === undefined) return [];
  const isDebited = paidCurrency(request) !== request.currency || request.cryptopay?.feesIncluded === true;
  return ['amountTo', ...(isDebited ? [] : ['amount'])].flatMap((name) => {
    const value = amountIn(fields, name);
    if (value === undefined || decimalsOf(value) <= most) return [];
    return [wrong(name, `is finer than its currency’s smallest unit: at most ${most} digits after the dot`)];
  });
}

/** Fees come on top of `amount`, or are taken out of it: no charge is ever lower. */
function neverCommitted(fields: Fields): Mistake[] {
  const [asked, most] = [amountIn(fields, 'amount'), amountIn(fieldsOf(fields['cryptopay']), 'maxCharge')];
  if (asked === undefined || most === undefined || !isMoreThan(asked, most)) return [];
  return [
    wrong('cryptopay.maxCharge', 'must be at least amount: no charge is lower, so nothing would ever be committed'),
  ];
}

function amountIn(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' && amount(value, '').length === 0 ? value : undefined;
}

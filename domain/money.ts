import { Decimal } from 'decimal.js';

/** A decimal number as text, plain digits and at most one dot, never exponent form: `"0.00003000"`. */
export type Amount = string;

/** An amount and the currency it is in. */
export interface Money {
  amount: Amount;
  currency: string;
}

/** Exact at 60 digits. A clone, since `Decimal.set` is global and workflows share one sandbox. */
const Exact = Decimal.clone({ precision: 60, toExpNeg: -9e15, toExpPos: 9e15 });

/** At most 29 digits before the dot and 30 after it: the sum of ten stays within the 60 digits of precision. */
const ASKED_AMOUNT = /^(0|[1-9]\d{0,28})(\.\d{1,30})?$/;

/** True for what a request may ask for: plain digits without leading zeros, greater than zero. */
export function isPositiveAmount(text: string): boolean {
  return ASKED_AMOUNT.test(text) && !new Exact(text).isZero();
}

/** True for anything that a provider may write as a number, exponent form included. */
export function isNumeric(text: string): boolean {
  return /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/.test(text);
}

/** The provider's digits as written; only exponent form is spelled out. Throws on text that is no number. */
export function plainAmount(text: string): Amount {
  return /[eE]/.test(text) ? new Exact(text).toFixed() : text;
}

/** Equal in value: `1.0` and `1.00` are the same amount. */
export function sameAmount(a: Amount, b: Amount): boolean {
  return new Exact(a).equals(b);
}

export function isZero(amount: Amount): boolean {
  return new Exact(amount).isZero();
}

export function isMoreThan(a: Amount, b: Amount): boolean {
  return new Exact(a).greaterThan(b);
}

/** The sum, in plain digits. */
export function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Exact(0)).toFixed();
}

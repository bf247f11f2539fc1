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

/** At most 29 digits before the dot and 30 after it: within the 60 digits of precision. */
export const MOST_DIGITS = { before: 29, after: 30 } as const;
const ASKED_AMOUNT = /^(0|[1-9]\d{0,28})(\.\d{1,30})?$/;

/** True for what a request may ask for: plain digits without leading zeros, greater than zero. */
export function isPositiveAmount(text: string): boolean {
  return ASKED_AMOUNT.test(text) && !new Exact(text).isZero();
}

/** Forms of a number that are not taken, each with what is wrong with it; the first that fits says most. */
const wrongForms: readonly [form: RegExp, problem: string][] = [
  [/^$/, 'it is empty'],
  [/\s/, 'it has a space'],
  [/,/, 'it has a comma: write the decimal point as a dot, and nothing between thousands'],
  [/^[+-]/, 'it has a sign'],
  [/^\d+(\.\d+)?[eE][+-]?\d+$/, 'it is in exponent form: write all of its digits'],
  [/[^\d.]/, 'it has something other than digits and a dot'],
  [/\..*\./, 'it has more than one dot'],
  [/^\./, 'a digit is missing before the dot: write 0 there'],
  [/\.$/, 'a digit is missing after the dot'],
  [/^0\d/, 'it begins with a zero too many'],
  [/^[0.]*$/, 'it is 0'],
];

/** What is wrong with a text as an amount to ask for, without repeating it; undefined if nothing is. */
export function amountProblem(text: string): string | undefined {
  if (isPositiveAmount(text)) return undefined;
  const [, problem] = wrongForms.find(([form]) => form.test(text)) ?? [];
  return (
    problem ?? `it has too many digits: at most ${MOST_DIGITS.before} before the dot and ${MOST_DIGITS.after} after it`
  );
}

/** How many digits after the dot its value takes: the zeros at its end don't count. */
export function decimalsOf(amount: Amount): number {
  return new Exact(amount).decimalPlaces();
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

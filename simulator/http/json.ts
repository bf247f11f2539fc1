import { isLosslessNumber, parse } from 'lossless-json';
import { Money } from '../currencies/money.js';

/** A JSON object whose numbers keep their digits. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses exactly; null if the text is no JSON object. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value = parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

/** What an amount field may be, by the provider's document. */
export type AmountType = 'string' | 'number' | 'string or number';

/** An amount and its digits as they were written. */
export interface Amount {
  readonly value: Money;
  readonly text: string;
}

/** The amount in `value`, or null if it isn't a plain non-negative decimal of the right type. */
export function readAmount(value: unknown, type: AmountType): Amount | null {
  const text = typeof value === 'string' && type !== 'number' ? value : numberText(value, type);
  return text !== null && /^\d{1,30}(\.\d{1,30})?$/.test(text) ? { value: new Money(text), text } : null;
}

function numberText(value: unknown, type: AmountType): string | null {
  if (!isLosslessNumber(value) || type === 'string') return null;
  // JSON allows 1e-8 for a number; it is the same amount.
  return /e/i.test(value.value) ? new Money(value.value).toFixed() : value.value;
}

/** A JSON integer's digits, or null. */
export function readInteger(value: unknown): string | null {
  return isLosslessNumber(value) && /^\d{1,18}$/.test(value.value) ? value.value : null;
}

import type { LosslessNumber } from 'lossless-json';
import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { isNumeric, plainAmount } from '../../domain/money.js';

const jsonNumber = z
  .custom<LosslessNumber>(isLosslessNumber, { error: 'expected a number' })
  .transform(({ value }) => value);

/** An amount, as a string or a number on the wire: its digits as written. */
export const amount = z
  .union([z.string(), jsonNumber])
  .refine(isNumeric, { error: 'expected a decimal number' })
  .transform(plainAmount);

/** A whole number on the wire: its digits. */
export const wholeNumber = jsonNumber.refine((digits) => /^\d{1,30}$/.test(digits), {
  error: 'expected a whole number',
});

/** A provider's id of a withdrawal. Temporal's index takes no endless value: a longer one is no id that we can read. */
export const providerId = z.string().min(1).max(100);

/** A status, as the provider says it. */
export const providerStatus = z.string().min(1).max(64);

/** A number or a text, where the documents' samples disagree. */
export const numberOrText = z.union([z.string(), jsonNumber]);

/** A field that may be absent or null: one as good as the other. */
export function maybe<Value extends z.ZodType>(field: Value) {
  return field.nullish().transform((value) => value ?? undefined);
}

/** Which fields are wrong and how: names and kinds, never values. */
export function problemsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.length === 0 ? 'the body' : path.join('.')}: ${message}`).join('; ');
}

import { z } from 'zod';
import { isLoopback } from './http/loopback.js';

/** Scheme, host and port, without a path: `https://app.cryptoprocessing.com`. */
export const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  context.addIssue('must be an origin without a path, such as https://example.com');
  return z.NEVER;
});

export const text = z.string().regex(/^[\x21-\x7e]+$/, { error: 'must be printable ASCII without spaces' });

/** One secret, or several with commas between them while one replaces another. */
export const secretList = z
  .string()
  .transform((list) => list.split(',').map((secret) => secret.trim()))
  .pipe(z.tuple([text], text, { error: 'must be secrets with a comma between two' }));

export function flag(byDefault: boolean) {
  return z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default(byDefault ? 'true' : 'false')
    .transform((word) => word === 'true');
}

/** Statuses that say something else: credentials, a reference in use, a rate limit. */
const notAbsent = [401, 403, 409, 429];

/** The HTTP status of a look-up's response that says "no such withdrawal". */
export const absentStatus = z
  .string()
  .default('404')
  .transform(Number)
  .refine((status) => Number.isInteger(status) && status >= 400 && status < 500 && !notAbsent.includes(status), {
    error: `must be an HTTP status from 400 to 499, other than ${notAbsent.join(', ')}`,
  });

/** The field that such a response complains of, where the documents don't say its form. */
export const absentField = z
  .string()
  .default('foreign_id')
  .refine((field) => /^[a-z_]{1,40}$/.test(field) && !/key|signature|param/.test(field), {
    error: 'must be the name of a field, in lower case, and none about keys, signatures or parameters',
  });

/** The variables, if each may have its value. */
export function allowed(
  schemas: Record<string, z.ZodType>,
  values: Record<string, string>,
): Record<string, string> | undefined {
  const isAllowed = Object.entries(schemas).every(([name, schema]) => schema.safeParse(values[name]).success);
  return isAllowed ? values : undefined;
}

/** Keys and money travel over plain HTTP only to this very machine, or in a sandbox. */
export function refusePlainHttp(settings: { BASE_URL: string; SANDBOX: boolean }, context: z.RefinementCtx): void {
  const isEncrypted = new URL(settings.BASE_URL).protocol === 'https:';
  if (isEncrypted || isLoopback(settings.BASE_URL) || settings.SANDBOX) return;
  context.addIssue({
    code: 'custom',
    path: ['BASE_URL'],
    message: 'must be https; http is taken only for 127.0.0.1, or with SANDBOX=true',
  });
}

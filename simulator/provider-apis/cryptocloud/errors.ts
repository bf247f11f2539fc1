import { jsonResponse } from '../../http/json-response.js';
import type { HttpResponse } from '../provider.js';

/** The documented error keys of a withdrawal. Their HTTP statuses aren't documented: all are taken to be 400. */
const messages = {
  required_parameter: 'There are no mandatory query parameters',
  currency_code: 'Unsupported or incorrect currency code',
  network: 'Incorrect recipient address format',
  uncorrected_amount: 'The amount is too small, too large, or in the wrong format',
  rate_limit: 'The limit of requests per minute has been exceeded',
  validate_error: 'Internal validation error',
} as const;
export type ErrorKey = keyof typeof messages;

export function errorResponse(...keys: readonly ErrorKey[]): HttpResponse {
  const result = Object.fromEntries(keys.map((key) => [key, messages[key]]));
  return jsonResponse(400, { status: 'error', result });
}

export const unauthorized = jsonResponse(400, { status: 'error', result: { authorization: 'Unauthorized request.' } });

/** Keys are JWTs there; another account's fails its signature check. */
export const wrongKey = jsonResponse(403, { detail: 'Signature verification failed' });

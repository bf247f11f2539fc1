import { jsonResponse } from '../../http/json-response.js';
import type { HttpResponse } from '../provider.js';

/** The five documented responses to a request that isn't authentic, or isn't JSON. */
export const badContentFormat = jsonResponse(400, { error: 'Bad content format', code: 'bad_content_format' });
export const requiredHeaderKey = jsonResponse(403, { error: 'No key header', code: 'required_header_key' });
export const badHeaderKey = jsonResponse(403, { error: 'Bad key header', code: 'bad_header_key' });
export const requiredHeaderSignature = jsonResponse(403, {
  error: 'No signature header',
  code: 'required_header_signature',
});
export const badHeaderSignature = jsonResponse(403, { error: 'Bad signature header', code: 'bad_header_signature' });

/** Field by field, as documented: `{"errors": {field: message}}`. */
export type FieldErrors = Readonly<Record<string, string>>;

export function validationResponse(errors: FieldErrors): HttpResponse {
  return jsonResponse(400, { errors });
}

/** The v1 documents' form with its top-level `error_code`; v2's is not documented. */
export const notEnoughBalance = jsonResponse(400, {
  errors: { amount: 'Not enough amount' },
  error_code: 'not_enough_balance',
});

/** `foreign_id` → `foreign id`, as in the documented messages. */
export function inWords(field: string): string {
  return field.replaceAll('_', ' ');
}

import { jsonAnswer } from '../../http/json-response.js';
import type { Answer } from '../provider.js';

/** The five documented answers to a request that isn't let in. */
export const badContentFormat = jsonAnswer(400, { error: 'Bad content format', code: 'bad_content_format' });
export const requiredHeaderKey = jsonAnswer(403, { error: 'No key header', code: 'required_header_key' });
export const badHeaderKey = jsonAnswer(403, { error: 'Bad key header', code: 'bad_header_key' });
export const requiredHeaderSignature = jsonAnswer(403, {
  error: 'No signature header',
  code: 'required_header_signature',
});
export const badHeaderSignature = jsonAnswer(403, { error: 'Bad signature header', code: 'bad_header_signature' });

/** Field by field, as documented: `{"errors": {field: message}}`. */
export type FieldErrors = Readonly<Record<string, string>>;

export function validationAnswer(errors: FieldErrors): Answer {
  return jsonAnswer(400, { errors });
}

/** The v1 documents' form with its top-level `error_code`; v2's is not documented. */
export const notEnoughBalance = jsonAnswer(400, {
  errors: { amount: 'Not enough amount' },
  error_code: 'not_enough_balance',
});

/** `foreign_id` → `foreign id`, as in the documented messages. */
export function spoken(field: string): string {
  return field.replaceAll('_', ' ');
}

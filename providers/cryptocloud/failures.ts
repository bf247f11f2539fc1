import type { Complaint, FailureRow } from '../failures.js';
import { ownError } from './wire.js';

/** CryptoCloud's error table. The HTTP status of each key is not documented, so the key decides. */
export const failures: readonly FailureRow[] = [
  { code: 'required_parameter', type: 'InvalidRequest', note: 'A required parameter is missing.' },
  { code: 'currency_code', type: 'InvalidCurrency', note: 'No such currency.' },
  { code: 'network', type: 'InvalidAddress', note: 'Bad format of the address.' },
  { code: 'uncorrected_amount', type: 'InvalidAmount', note: 'The amount is refused.' },
  { code: 'rate_limit', type: 'RateLimited', note: 'Less than 12 s since the last withdrawal of this key.' },
  { code: 'validate_error', type: 'InvalidRequest', note: 'Validation.' },
  { code: 'authorization', type: 'BadCredentials', note: '"Unauthorized request.": no valid key.' },
  {
    httpStatus: [401, 403],
    code: 'Invalid header padding',
    type: 'BadCredentials',
    note: 'The gateway’s `detail`: no valid token.',
  },
  {
    httpStatus: [401, 403],
    code: 'Signature verification failed',
    type: 'BadCredentials',
    note: 'The gateway’s `detail`: a token of another account.',
  },
];

/** What the response complains of; undefined if it is not in the provider's own error shape. */
export function complaintsIn(json: unknown): Complaint[] | undefined {
  const parsed = ownError.safeParse(json);
  return parsed.success ? Object.entries(parsed.data).map(([code, message]) => ({ code, message })) : undefined;
}

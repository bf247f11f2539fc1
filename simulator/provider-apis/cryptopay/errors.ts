import { randomBytes } from 'node:crypto';
import { jsonResponse } from '../../http/json-response.js';
import type { HttpResponse } from '../provider.js';

/** One error of one field, in Cryptopay's documented form. */
export interface Detail {
  readonly code: string;
  readonly target: string;
  readonly message: string;
  readonly args: Readonly<Record<string, unknown>>;
}

function errorResponse(status: number, code: string, message: string, details: readonly Detail[] = []): HttpResponse {
  return jsonResponse(status, {
    error: { code, message, details },
    meta: { request_id: randomBytes(16).toString('hex') },
  });
}

export function unauthenticated(): HttpResponse {
  return errorResponse(401, 'unauthenticated', 'unauthenticated');
}

export function notFound(): HttpResponse {
  return errorResponse(404, 'not_found', 'not found');
}

/** The status is documented for a used custom_id, the code is an official client's mock data's; the message is our invention. */
export function customIdTaken(): HttpResponse {
  return errorResponse(409, 'duplicate_custom_id', 'custom_id has already been taken');
}

/** The response to a second and to a late commit is not documented; an official client's mock has this one. */
export function notCommittable(): HttpResponse {
  return { status: 409, contentType: 'application/json', body: '' };
}

/** Only the status is documented for what can't be read; the body is our invention. */
export function malformed(message: string): HttpResponse {
  return errorResponse(400, 'bad_request', message);
}

export function invalid(details: readonly Detail[]): HttpResponse {
  return errorResponse(422, 'invalid', 'invalid', details);
}

export function highRiskAddress(): HttpResponse {
  return errorResponse(
    422,
    'high_risk_address',
    'We were unable to process your request as the address of the recipient may be associated with resource primarily used for unlawful activities',
  );
}

export function mustBeAtMost(target: string, value: string): Detail {
  return {
    code: 'must_be_less_than_or_equal',
    target,
    message: `must be less than or equal to ${value}`,
    args: { value },
  };
}

export function mustBeAtLeast(target: string, value: string): Detail {
  return {
    code: 'must_be_greater_than_or_equal',
    target,
    message: `must be greater than or equal to ${value}`,
    args: { value },
  };
}

export function mustBeOneOf(target: string, list: readonly string[]): Detail {
  return { code: 'must_be_included_in', target, message: `must be one of: ${list.join(', ')}`, args: { list } };
}

export function invalidCoinAddress(currency: string): Detail {
  return {
    code: 'invalid_coin_address',
    target: 'address',
    message: `must be a valid ${currency} address`,
    args: { currency },
  };
}

/** Not documented, so invented: a code that no documented one can be mistaken for. */
export function undocumented(code: string, target: string, message: string): Detail {
  return { code, target, message, args: {} };
}

import { z } from 'zod';
import type { Complaint, FailureRow } from '../failures.js';
import { codedError, validationError } from './wire.js';

/** Validation errors: 400 in version 2 of the API, 422 in version 1. */
const invalid = { call: 'create', httpStatus: [400, 422] } as const;

/** The error table of the protocol: every field of its requests, and every code. Messages are never matched. */
export const processingFailures: readonly FailureRow[] = [
  {
    httpStatus: [400],
    code: 'bad_content_format',
    type: 'InvalidRequest',
    note: 'Malformed JSON or no Content-Type.',
  },
  {
    httpStatus: [403],
    code: 'required_header_key',
    type: 'BadCredentials',
    note: 'No key header; also a wrong URL.',
  },
  { httpStatus: [403], code: 'bad_header_key', type: 'BadCredentials', note: 'The key is wrong.' },
  { httpStatus: [403], code: 'required_header_signature', type: 'BadCredentials', note: 'No signature.' },
  { httpStatus: [403], code: 'bad_header_signature', type: 'BadCredentials', note: 'Wrong signature.' },
  { ...invalid, code: 'not_enough_balance', type: 'NotEnoughFunds', note: 'error_code of version 1.' },
  { ...invalid, code: 'forbidden_currency', type: 'InvalidCurrency', note: 'error_code of version 1.' },
  {
    call: 'create',
    fields: ['foreign_id'],
    type: 'ReferenceInUse',
    note: '"The foreign id has already been taken.", whatever the status: messages can’t be told apart, so any complaint about it is looked up.',
  },
  { ...invalid, fields: ['address', 'tag'], type: 'InvalidAddress', note: 'Validation of this field.' },
  {
    ...invalid,
    fields: ['amount', 'amount_to'],
    type: 'InvalidAmount',
    note: 'Below the minimum; version 1 also says "Not enough amount" here, for the same field.',
  },
  {
    ...invalid,
    fields: ['currency', 'convert_to', 'sender_currency'],
    type: 'InvalidCurrency',
    note: '"The selected currency is invalid.", "Exchange is unavailable for given currencies".',
  },
  { ...invalid, fields: ['end_user_reference'], type: 'InvalidRequest', note: 'Validation of this field.' },
];

const ownError = z.union([codedError, validationError]);

/** What the response complains of; undefined if it is in neither of the provider's own error shapes. */
export function complaintsIn(json: unknown): Complaint[] | undefined {
  const parsed = ownError.safeParse(json);
  if (!parsed.success) return undefined;
  if ('code' in parsed.data) return [{ code: parsed.data.code, message: parsed.data.error }];
  const { errors, error_code: code } = parsed.data;
  const complaints = Object.entries(errors).map(([field, message]) => ({ field, message }));
  if (code === undefined) return complaints;
  // The code wins over the fields, but a reference in use is evidence that it never overrules.
  return [
    { code, message: Object.values(errors).join(' ') },
    ...complaints.filter(({ field }) => field === 'foreign_id'),
  ];
}

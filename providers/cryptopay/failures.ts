import type { Complaint, FailureRow } from '../failures.js';
import { ownError } from './wire.js';

const amounts = ['charged_amount', 'charged_amount_to_send', 'received_amount'];
/** Validation of a create: each detail has a code, and the request's field as its target. */
const invalid = { call: 'create', httpStatus: [422], code: 'invalid' } as const;

/** Cryptopay's error table (its pages on errors and on coin withdrawals). */
export const failures: readonly FailureRow[] = [
  {
    httpStatus: [401],
    code: 'unauthenticated',
    type: 'BadCredentials',
    note: 'Bad signature, or a Date over 15 minutes off.',
  },
  {
    httpStatus: [403],
    code: 'unauthorized',
    type: 'BadCredentials',
    note: 'The key’s permissions or IP allow-list.',
  },
  {
    httpStatus: [403, 422],
    code: 'ip_not_allowed',
    type: 'BadCredentials',
    note: 'The IP allow-list; an official client’s tests pair it with 422.',
  },
  {
    httpStatus: [404],
    code: 'not_found',
    type: 'UndocumentedError',
    note: 'As a look-up’s response it means absent (CRYPTOPAY_ABSENT_STATUS); as the response to a create or a commit it is not documented.',
  },
  {
    call: 'create',
    code: 'duplicate_custom_id',
    type: 'ReferenceInUse',
    note: 'custom_id already used: an official client’s mock data, with 409; the code decides.',
  },
  {
    call: 'create',
    httpStatus: [409],
    type: 'ReferenceInUse',
    note: 'custom_id already used; the body is not documented, so the status decides.',
  },
  {
    call: 'commit',
    httpStatus: [409],
    type: 'UndocumentedError',
    note: 'A late or a second commit, by an official client’s mock data alone: settled by reading the withdrawal.',
  },
  {
    httpStatus: [429],
    type: 'RateLimited',
    note: 'Over 200 requests per minute and key; in the provider’s own shape only.',
  },
  {
    call: 'create',
    fields: ['custom_id'],
    type: 'ReferenceInUse',
    note: 'Any complaint about our reference is looked up, whatever the status.',
  },
  {
    ...invalid,
    detail: 'must_be_less_than_or_equal',
    fields: amounts,
    type: 'NotEnoughFunds',
    note: '"in case you exceed your account balance": the documents’ sample complains of charged_amount and received_amount together. The same code comes above a maximum.',
  },
  {
    ...invalid,
    detail: 'must_be_greater_than_or_equal',
    fields: amounts,
    type: 'InvalidAmount',
    note: '"in case a payout amount is less than 5 EUR".',
  },
  {
    ...invalid,
    detail: 'invalid_coin_address',
    fields: ['address'],
    type: 'InvalidAddress',
    note: '"in case the address format is not valid".',
  },
  {
    ...invalid,
    detail: 'must_be_included_in',
    fields: ['charged_currency', 'received_currency'],
    type: 'InvalidCurrency',
    note: '"in case you specified currency that is not valid".',
  },
  {
    ...invalid,
    detail: 'must_be_included_in',
    fields: ['network', 'network_fee_level'],
    type: 'InvalidRequest',
    note: 'The same documented code, for the other choices of our request.',
  },
  {
    ...invalid,
    detail: 'must_be_uuid',
    fields: [
      ...amounts,
      'charged_currency',
      'received_currency',
      'address',
      'customer_id',
      'network',
      'network_fee_level',
    ],
    type: 'InvalidRequest',
    note: 'An id of another form than Cryptopay’s own ids: customer_id, above all.',
  },
  {
    call: 'create',
    httpStatus: [422],
    code: 'high_risk_address',
    type: 'HighRiskAddress',
    note: '"the address of the recipient may be associated with resource primarily used for unlawful activities". It may keep a record.',
  },
  {
    httpStatus: [422],
    type: 'UndocumentedError',
    note: '"Bad precision" and "Limit exceeded" are known by their titles only.',
  },
  { httpStatus: [400], type: 'UndocumentedError', note: 'Malformed: no code is documented.' },
];

/** What the response complains of; undefined if it is not in the provider's own error shape. */
export function complaintsIn(json: unknown, httpStatus: number): Complaint[] | undefined {
  const parsed = ownError.safeParse(json);
  // A 409 is known by its status alone.
  if (!parsed.success) return httpStatus === 409 ? [{}] : undefined;
  const { error, meta } = parsed.data;
  const whole: Complaint = {
    code: error.code,
    ...(error.message !== undefined && { message: error.message }),
    ...(meta?.request_id !== undefined && { requestId: meta.request_id }),
  };
  const details = (error.details ?? []).map(({ code, target, message }) => ({
    ...whole,
    detail: code,
    ...(target !== undefined && { field: target }),
    ...(message !== undefined && { message }),
  }));
  return details.length > 0 ? details : [whole];
}

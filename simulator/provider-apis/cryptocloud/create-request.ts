import { looksValid } from '../../currencies/addresses.js';
import { readAmount, type Amount, type JsonObject } from '../../http/json.js';
import { chainOfCode } from './currencies.js';
import type { ErrorKey } from './errors.js';

/** A valid create request. */
export interface CreateRequest {
  readonly currency: string;
  readonly address: string;
  readonly asked: Amount;
}

const fields = ['currency_code', 'to_address', 'amount'];
const minimum = '0.00000001';

export function readCreateRequest(body: JsonObject): { request: CreateRequest | null; errors: readonly ErrorKey[] } {
  if (fields.some((field) => body[field] === undefined)) return { request: null, errors: ['required_parameter'] };
  const errors: ErrorKey[] = [];
  if (Object.keys(body).some((field) => !fields.includes(field))) errors.push('validate_error');
  const { currency_code: currency, to_address: address, amount } = body;
  const chain = typeof currency === 'string' ? chainOfCode(currency) : null;
  if (!chain) errors.push('currency_code');
  if (typeof address !== 'string' || (chain && !looksValid(address, chain))) errors.push('network');
  // The document's type is a float: a string is the wrong format.
  const asked = readAmount(amount, 'number');
  if (!asked || asked.value.lessThan(minimum)) errors.push('uncorrected_amount');
  if (errors.length > 0 || typeof currency !== 'string' || typeof address !== 'string' || !asked) {
    return { request: null, errors };
  }
  return { request: { currency, address, asked }, errors };
}

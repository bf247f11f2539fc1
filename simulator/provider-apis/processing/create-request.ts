import type { Modes } from '../../behaviour/modes.js';
import { looksValid } from '../../currencies/addresses.js';
import { chainOf, isCurrency, isFiat } from '../../currencies/currencies.js';
import { Money } from '../../currencies/money.js';
import { readAmount, readInteger, type Amount, type AmountType, type JsonObject } from '../../http/json.js';
import type { Dialect } from './dialect.js';
import { inWords, type FieldErrors } from './errors.js';
import { checkPersons, personFields } from './persons.js';

/** A valid create request. Exactly one of `amount` (in `currency`) and `amountTo` (in `convertTo`) is asked. */
export interface CreateRequest {
  readonly currency: string;
  readonly convertTo: string | null;
  readonly asked: Amount & { readonly field: 'amount' | 'amount_to' };
  readonly address: string;
  readonly tag: string | null;
  readonly foreignId: string;
  readonly endUserReference: string;
}

const minimum = new Money('0.00000001');
const longestReference = 255;

const fields = ['currency', 'address', 'amount', 'amount_to', 'foreign_id', 'end_user_reference', 'convert_to', 'tag'];

/** Checks every field, as the provider's validation does, and names all errors at once. */
export function readCreateRequest(
  body: JsonObject,
  dialect: Dialect,
  { values }: Modes,
): { request: CreateRequest | null; errors: FieldErrors } {
  const errors: Record<string, string> = {};
  const documented = dialect.namesPersons ? [...fields, ...personFields] : fields;
  for (const field of Object.keys(body)) {
    if (!documented.includes(field)) errors[field] = `The ${inWords(field)} field is not documented.`;
  }
  const text = (field: string): string | null => {
    const value = body[field];
    if (value === undefined || value === '') errors[field] = `The ${inWords(field)} field is required.`;
    else if (typeof value !== 'string') errors[field] = `The ${inWords(field)} must be a string.`;
    else return value;
    return null;
  };
  const currency = text('currency');
  const address = text('address');
  const endUserReference = text('end_user_reference');
  const foreignId = readInteger(body['foreign_id']) ?? text('foreign_id');
  const convertTo = body['convert_to'] === undefined ? null : text('convert_to');
  if (endUserReference !== null && endUserReference.length > longestReference) {
    errors['end_user_reference'] = `The end user reference may not be greater than ${longestReference} characters.`;
  }
  const tag = dialect.tagMayBeNull && body['tag'] === null ? null : (body['tag'] ?? null);
  if ((tag !== null && typeof tag !== 'string') || (body['tag'] === null && !dialect.tagMayBeNull)) {
    errors['tag'] = 'The tag must be a string.';
  }
  const asked = readAsked(body, values['amounts-as-strings'] ? 'string or number' : dialect.amounts, errors);
  if (asked?.field === 'amount_to' && convertTo === null) {
    errors['convert_to'] = 'The convert to field is required when amount to is present.';
  }
  // A fiat balance can only leave as a coin.
  if (currency !== null && (!isCurrency(currency) || (isFiat(currency) && body['convert_to'] === undefined))) {
    errors['currency'] = 'The selected currency is invalid.';
  }
  if (convertTo !== null && chainOf(convertTo) === null) errors['convert_to'] = 'The selected convert to is invalid.';
  if (convertTo !== null && convertTo === currency) {
    errors['sender_currency'] = 'Exchange is unavailable for given currencies';
  }
  const paid = convertTo ?? currency ?? '';
  if (paid === 'XRP' && (tag ?? '') === '' && values['xrp-tag-required']) errors['tag'] = 'The tag field is required.';
  const chain = chainOf(paid);
  if (address !== null && chain !== null && !looksValid(address, chain)) errors['address'] = 'The address is invalid.';
  if (dialect.namesPersons) checkPersons(body, errors);

  if (Object.keys(errors).length > 0) return { request: null, errors };
  if (currency === null || address === null || endUserReference === null || foreignId === null || !asked) {
    return { request: null, errors };
  }
  const request = { currency, convertTo, asked, address, foreignId, endUserReference };
  return { request: { ...request, tag: typeof tag === 'string' ? tag : null }, errors };
}

function readAsked(body: JsonObject, type: AmountType, errors: Record<string, string>): CreateRequest['asked'] | null {
  const field = body['amount_to'] === undefined ? 'amount' : 'amount_to';
  if (body['amount'] !== undefined && body['amount_to'] !== undefined) {
    errors['amount_to'] = 'You can only specify either amount_to or amount.';
    return null;
  }
  if (body[field] === undefined) {
    errors['amount'] = 'The amount field is required.';
    return null;
  }
  const amount = readAmount(body[field], type);
  if (!amount) {
    errors[field] = `The ${inWords(field)} must be a number.`;
    return null;
  }
  if (amount.value.lessThan(minimum)) {
    errors[field] = `The ${inWords(field)} must be at least ${minimum.toFixed()}.`;
    return null;
  }
  return { field, ...amount };
}

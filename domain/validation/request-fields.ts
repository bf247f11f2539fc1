import { isWithdrawalId } from '../request.js';
import type { CryptopayOptions, WithdrawalRequest } from '../request.js';
import { providerNames } from '../providers/index.js';
import type { Check, Checks, Mistake } from './fields.js';
import { amount, boolean, check, fieldsOf, isoDate, isoTime, object, oneOf, text, wrong } from './fields.js';

const CURRENCY_CODE = /^[A-Z0-9][A-Z0-9_-]{1,19}$/;

const currencyCode = text(CURRENCY_CODE, 'a currency code of the provider, such as BTC or USDT_TRC20', (value) =>
  CURRENCY_CODE.test(value.toUpperCase()) ? 'codes are in capitals' : undefined,
);
const personName = text(/^(?=.*\S)[^\p{Cc}]{1,255}$/u, '1 to 255 characters, not blank');
const email = text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an e-mail address');
const country = text(/^[A-Z]{3}$/, 'a country code of three capital letters (ISO 3166-1 alpha-3), such as DEU');

/** The two kinds of persons. A sender may have an e-mail address as well. */
export const persons = {
  natural: { type: oneOf('natural'), firstName: personName, lastName: personName, dateOfBirth: isoDate },
  legal: { type: oneOf('legal'), legalName: personName, countryOfRegistration: country },
} satisfies Record<string, Checks>;

export const senders = {
  natural: { ...persons.natural, email },
  legal: { ...persons.legal, email },
} satisfies Record<string, Checks>;

export const receivers = { ...persons, self: { type: oneOf('self') } } satisfies Record<string, Checks>;

/** What only Cryptopay takes; each is optional. */
export const cryptopayOptions: Record<keyof CryptopayOptions, Check> = {
  networkFeeLevel: oneOf('slow', 'average', 'fast'),
  forceCommit: boolean,
  feesIncluded: boolean,
  network: text(/^[a-z0-9_]{2,40}$/, 'a network name of Cryptopay, such as ethereum'),
  customerId: text(/^[\x21-\x7e]{1,255}$/, '1 to 255 printable characters without spaces'),
  maxCharge: amount,
};

/** Every field of a request, with the rules that hold whoever pays. */
export const requestFields: Record<keyof WithdrawalRequest, Check> = {
  withdrawalId: text(isWithdrawalId, '1 to 64 of A-Z a-z 0-9 . _ -, first and last a letter or digit'),
  provider: oneOf(...providerNames),
  requestedAt: isoTime,
  sendBy: isoTime,
  currency: currencyCode,
  amount,
  convertTo: currencyCode,
  amountTo: amount,
  address: text(/^[A-Za-z0-9:_+/-]{10,128}$/, '10 to 128 letters, digits, or : _ - + /, without spaces'),
  tag: text(/^[\x21-\x7e]{1,64}$/, '1 to 64 printable characters without spaces'),
  endUserReference: text(
    /^(?=\S)[^@\p{Cc}]{0,254}[^@\p{Cc}\s]$/u,
    '1 to 255 characters without personal data (so no e-mail address), no spaces around it',
  ),
  sender: person(senders),
  receiver: person(receivers),
  acceptUnchecked: check('true, or absent', (value, path) =>
    value === true ? [] : [wrong(path, 'must be true, or absent')],
  ),
  cryptopay: object(cryptopayOptions, { optional: Object.keys(cryptopayOptions) }),
};

/** The fields that every request has, whoever pays. */
export const alwaysRequired: readonly string[] = [
  'withdrawalId',
  'provider',
  'requestedAt',
  'currency',
  'address',
] satisfies (keyof WithdrawalRequest)[];

function person(kinds: Record<string, Checks>): Check {
  const types = Object.keys(kinds).join(' or ');
  return check(`a person whose type is ${types}`, (value, path): Mistake[] => {
    const fields = fieldsOf(value);
    if (fields === undefined) return [wrong(path, 'must be an object')];
    const kind = Object.entries(kinds).find(([name]) => name === fields['type']);
    if (kind === undefined) return [wrong(`${path}.type`, `must be ${types}`)];
    return object(kind[1], { optional: ['email'] })(fields, path);
  });
}

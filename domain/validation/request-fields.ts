import type { Amount } from '../money.js';
import type { ProviderName } from '../providers/index.js';
import { providerNames } from '../providers/index.js';
import type { CryptopayOptions } from './cryptopay-options.js';
import { cryptopay } from './cryptopay-options.js';
import type { Check } from './fields.js';
import { amount, check, isoTime, oneOf, text, violation } from './fields.js';
import type { PersonalKind } from './personal.js';
import type { Receiver, Sender } from './persons.js';
import { receiver, sender } from './persons.js';
import { withdrawalId } from './public-names.js';

/** What an app asks for: one payout. Each field's rule at each provider: `requestFields`, below. */
export interface WithdrawalRequest {
  /** Your own unique id, 1–64 of `A-Z a-z 0-9 . _ -`, first and last alphanumeric, no address. Public: readable in Temporal without a key. The same id is the same payout. */
  withdrawalId: string;
  provider: ProviderName;
  /** When your own record of it was made; ISO 8601 with a time zone. Never "now" at the time of sending. */
  requestedAt: string;
  /** Nothing is sent after this time; ISO 8601. Default: 24 h after `requestedAt`, less where retention is short. */
  sendBy?: string;
  /** The debited currency, in the provider's own code: `BTC`, `USDTT`, `USDT_TRC20`. */
  currency: string;
  /** Decimal string in `currency`. */
  amount?: Amount;
  /** The currency to convert into before sending. */
  convertTo?: string;
  /** Decimal string in `convertTo`: the exact amount that shall arrive. */
  amountTo?: Amount;
  /** Destination on the chain. */
  address: string;
  /** Destination tag or memo. */
  tag?: string;
  /** Your permanent id of the end user, at most 255 characters, without personal data. */
  endUserReference?: string;
  sender?: Sender;
  receiver?: Receiver;
  /** True: pay to an address whose typing errors can't be seen. */
  acceptUnchecked?: true;
  cryptopay?: CryptopayOptions;
}

/** `either`: exactly one of the fields with this rule is given. `refused`: a request that has it is refused. */
export type FieldRule = 'required' | 'optional' | 'either' | 'refused';

/** Where a field goes that is not sent as it is: the fields of the create that it shows in, and how, in words. */
export interface SentIn {
  fields: readonly string[];
  how: string;
}

/** One field of a request. Its check and its documents are made from this row, and a test holds the bodies of creates against it. */
export interface RequestField<Value = unknown, Rule = FieldRule | Readonly<Record<ProviderName, FieldRule>>> {
  /** The form that it has everywhere. */
  check: Check<Value>;
  /** One for all providers, or one for each. */
  rule: Rule;
  /** In words, for the documents. */
  meaning: string;
  /** The field of each provider's create that it goes out as; absent: it isn't sent there. */
  sentAs?: Readonly<Partial<Record<ProviderName, string | SentIn>>>;
  /** Another value of it, submitted again, makes no other withdrawal: the first one's stands. */
  firstStands?: true;
  /** It is personal data, or leads to a person: masked for who may not see it. Of an object, its fields say it. */
  personal?: PersonalKind;
}

/** The compiler holds each row against the request's type: the check's value, and that what a request must have is required everywhere. */
type RequestFields = {
  readonly [Name in keyof WithdrawalRequest]-?: RequestField<
    NonNullable<WithdrawalRequest[Name]>,
    object extends Pick<WithdrawalRequest, Name> ? 'optional' | Readonly<Record<ProviderName, FieldRule>> : 'required'
  >;
};

const CURRENCY_CODE = /^[A-Z0-9][A-Z0-9_-]{1,19}$/;
const currencyCode = text(CURRENCY_CODE, 'a currency code of the provider, such as BTC or USDT_TRC20', (value) =>
  CURRENCY_CODE.test(value.toUpperCase()) ? 'codes are in capitals' : undefined,
);

/** Every field of a request, one row each. */
export const requestFields: RequestFields = {
  withdrawalId: {
    check: withdrawalId,
    rule: 'required',
    meaning:
      'Your own unique id of the payout. The same id is always the same payout. The provider gets it as its reference (not CryptoCloud, which takes none). It is public: readable in Temporal without a key. So it holds no personal data and no address.',
    sentAs: { cryptoprocessing: 'foreign_id', alphapo: 'foreign_id', cryptopay: 'custom_id' },
  },
  provider: { check: oneOf(...providerNames), rule: 'required', meaning: 'Who pays.' },
  requestedAt: {
    check: isoTime,
    rule: 'required',
    meaning: 'When your own record of it was made. Never defaulted: see [Times](#times).',
    firstStands: true,
  },
  sendBy: {
    check: isoTime,
    rule: 'optional',
    meaning: 'Nothing is sent after this time: see [Times](#times).',
    firstStands: true,
  },
  currency: {
    check: currencyCode,
    rule: 'required',
    meaning: 'The currency that is debited, by the provider’s own code: see [Currencies](#currencies).',
    sentAs: {
      cryptoprocessing: 'currency',
      alphapo: 'currency',
      cryptopay: 'charged_currency',
      cryptocloud: 'currency_code',
    },
  },
  amount: {
    check: amount,
    rule: { cryptoprocessing: 'either', alphapo: 'either', cryptopay: 'either', cryptocloud: 'required' },
    meaning: 'How much, in `currency`.',
    sentAs: {
      cryptoprocessing: 'amount',
      alphapo: 'amount',
      cryptopay: { fields: ['charged_amount_to_send', 'charged_amount'], how: 'the latter with `feesIncluded`' },
      cryptocloud: 'amount',
    },
  },
  convertTo: {
    check: currencyCode,
    rule: { cryptoprocessing: 'optional', alphapo: 'optional', cryptopay: 'optional', cryptocloud: 'refused' },
    meaning: 'The currency to convert into before sending. At Cryptopay the default is `currency`: no conversion.',
    sentAs: {
      cryptoprocessing: 'convert_to',
      alphapo: 'convert_to',
      cryptopay: { fields: ['received_currency'], how: 'by default `currency`' },
    },
  },
  amountTo: {
    check: amount,
    rule: { cryptoprocessing: 'either', alphapo: 'either', cryptopay: 'either', cryptocloud: 'refused' },
    meaning: 'How much shall arrive exactly, in `convertTo`.',
    sentAs: { cryptoprocessing: 'amount_to', alphapo: 'amount_to', cryptopay: 'received_amount' },
  },
  address: {
    check: text(/^[A-Za-z0-9:_+/-]{10,128}$/, '10 to 128 letters, digits, or : _ - + /, without spaces'),
    rule: 'required',
    meaning: 'Where to. It is decoded as one of its chain, checksum and all: see [Addresses](#addresses).',
    sentAs: {
      cryptoprocessing: 'address',
      alphapo: 'address',
      cryptopay: { fields: ['address'], how: 'with the tag behind it' },
      cryptocloud: 'to_address',
    },
    personal: 'address',
  },
  tag: {
    check: text(/^[\x21-\x7e]{1,64}$/, '1 to 64 printable characters without spaces'),
    rule: { cryptoprocessing: 'optional', alphapo: 'optional', cryptopay: 'optional', cryptocloud: 'refused' },
    meaning:
      'Destination tag or memo. For XRP a whole number from 0 to 4294967295. Wallets of exchanges mostly need one: without it the money may be lost.',
    sentAs: {
      cryptoprocessing: 'tag',
      alphapo: 'tag',
      cryptopay: { fields: ['address'], how: 'after `?dt=`; for XRP 0 where there is none' },
    },
    personal: 'text',
  },
  endUserReference: {
    check: text(
      /^(?=\S)[^@\p{Cc}]{0,254}[^@\p{Cc}\s]$/u,
      '1 to 255 characters without personal data (so no e-mail address), no spaces around it',
    ),
    rule: { cryptoprocessing: 'required', alphapo: 'required', cryptopay: 'optional', cryptocloud: 'optional' },
    meaning: 'Your permanent id of the end user. No personal data. Cryptopay and CryptoCloud don’t get it.',
    sentAs: { cryptoprocessing: 'end_user_reference', alphapo: 'end_user_reference' },
    personal: 'text',
  },
  sender: {
    check: sender,
    rule: { cryptoprocessing: 'required', alphapo: 'refused', cryptopay: 'refused', cryptocloud: 'refused' },
    meaning: 'Who sends: your end user, as the provider must know them. Personal data: see [Persons](#persons).',
    sentAs: { cryptoprocessing: { fields: ['sender_type', 'sender_data'], how: 'see [Persons](#persons)' } },
    personal: 'text',
  },
  receiver: {
    check: receiver,
    rule: { cryptoprocessing: 'required', alphapo: 'refused', cryptopay: 'refused', cryptocloud: 'refused' },
    meaning: 'Who receives it. Personal data: see [Persons](#persons).',
    sentAs: { cryptoprocessing: { fields: ['receiver_type', 'receiver_data'], how: 'see [Persons](#persons)' } },
    personal: 'text',
  },
  acceptUnchecked: {
    check: check('true, or absent', (value, path) =>
      value === true ? [] : [violation(path, 'must be true, or absent')],
    ),
    rule: 'optional',
    meaning: 'Take an address whose typing errors can’t be seen: see [Addresses](#addresses).',
  },
  cryptopay: {
    check: cryptopay,
    rule: { cryptoprocessing: 'refused', alphapo: 'refused', cryptopay: 'optional', cryptocloud: 'refused' },
    meaning: 'See [Options of Cryptopay](#options-of-cryptopay).',
  },
};

/** The same rows by name, for code that goes through all of them. */
export const requestFieldRows: readonly (readonly [name: string, field: RequestField])[] =
  Object.entries(requestFields);

export function ruleFor({ rule }: Pick<RequestField, 'rule'>, provider: ProviderName): FieldRule {
  return typeof rule === 'string' ? rule : rule[provider];
}

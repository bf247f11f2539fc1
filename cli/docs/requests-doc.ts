import { chains } from '../../domain/addresses/chains.js';
import type { Chain } from '../../domain/addresses/index.js';
import { smallestUnits } from '../../domain/validation/decimals.js';
import {
  alwaysRequired,
  cryptopayOptions,
  receivers,
  requestFields,
  senders,
} from '../../domain/validation/request-fields.js';
import type { FieldRule, ProviderCapabilities, ProviderField } from '../../domain/providers/index.js';
import { capabilities, providerFields, providerNames } from '../../domain/providers/index.js';
import { MOST_DIGITS } from '../../domain/money.js';
import type { CryptopayOptions, LegalEntity, NaturalPerson, Sender, WithdrawalRequest } from '../../domain/request.js';
import { notContent } from '../../domain/request.js';
import { inCode, table } from './markdown.js';

const meanings: Record<keyof WithdrawalRequest, string> = {
  withdrawalId:
    'Your own unique id of the payout. The same id is the same payout, for ever. The provider gets it as its reference (not CryptoCloud, which takes none). Stored as plain text: no personal data.',
  provider: 'Who pays.',
  requestedAt: 'When your own record of it was made. Never defaulted: see [Times](#times).',
  sendBy: 'Nothing is sent after this time: see [Times](#times).',
  currency: 'The currency that is debited, by the provider’s own code: see [Currencies](#currencies).',
  amount: 'How much, in `currency`.',
  convertTo: 'The currency to convert into before sending. At Cryptopay the default is `currency`: no conversion.',
  amountTo: 'How much shall arrive exactly, in `convertTo`.',
  address: 'Where to. It is decoded as one of its chain, checksum and all: see [Addresses](#addresses).',
  tag: 'Destination tag or memo. For XRP a whole number from 0 to 4294967295. Wallets of exchanges mostly need one: without it the money may be lost.',
  endUserReference: 'Your permanent id of the end user. No personal data. Cryptopay and CryptoCloud don’t get it.',
  sender: 'Who sends: your end user, as the provider must know them. Personal data: see [Persons](#persons).',
  receiver: 'Who receives it. Personal data: see [Persons](#persons).',
  acceptUnchecked: 'Take an address whose typing errors can’t be seen: see [Addresses](#addresses).',
  cryptopay: 'See [Options of Cryptopay](#options-of-cryptopay).',
};

const personMeanings: Record<keyof (NaturalPerson & LegalEntity & Required<Sender>), string> = {
  type: 'A natural person or a legal entity; for a receiver also `self`: the sender’s own address. `self` has no other field.',
  firstName: 'Of a natural person.',
  lastName: 'Of a natural person.',
  dateOfBirth: 'Of a natural person; from 1900-01-01 to today.',
  legalName: 'Of a legal entity.',
  countryOfRegistration: 'Of a legal entity. Only its form is checked.',
  email: 'Of a sender only; optional.',
};

const personForms: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries({ ...senders.natural, ...senders.legal }).map(([name, { form }]) => [name, form]),
  ),
  type: Object.keys(receivers).join(' or '),
};

const optionMeanings: Record<keyof CryptopayOptions, string> = {
  networkFeeLevel: 'Default: Cryptopay’s, `average`.',
  forceCommit:
    'True: paid at once, without the 30 seconds in which the quoted charge can be refused. Default false: Outflow commits it.',
  feesIncluded: 'True: fees are taken out of `amount`, so it needs `amount`. Default false: they come on top.',
  network:
    'The chain, where the currency lives on several. Required for an address that is the same on several (`0x…`): one sent on the wrong network may be lost.',
  customerId: 'Cryptopay’s id of your customer.',
  maxCharge:
    'The most that may be charged, fees included, in `currency`: over it, nothing is committed and the withdrawal ends `expired`. At least `amount`. Not with `forceCommit`.',
};

/** Right addresses in the forms that show no typing error. */
const doubtful: Partial<Record<Chain, string>> = {
  litecoin: '3MSvaVbVFFLML86rt5eqgA9SvW23upaXdY',
  bitcoin_cash: '1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu',
  evm: '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
  tron: '41a614f803b6fd780986a42c78ec9c7f77e6ded13c',
  ton: '0:ca6e321c7cce9ecedf0a8ca2492ec8592494aa5fb5ce0387dff96ef6af982a3e',
};

/** `docs/requests.md`: what a request may say, made from the rules that the code goes by. */
export function requestsDoc(): string {
  const titles = providerNames.map((name) => capabilities[name].title);
  return [
    '# Requests',
    'What a request may say, and what becomes of it. Made from the code by `npm run docs`; a test fails when it is stale.',
    '',
    'A request is checked before anything is started. If it breaks a rule, `submit` throws an `InvalidRequestError` whose `mistakes` name',
    'every field and what is right, never a value; `outflow submit` prints them and ends with 2. A field that is unknown, or that this provider',
    'does not take, is a mistake, too: nothing is dropped in silence.',
    '',
    '## Fields',
    '',
    table(
      ['field', 'meaning', 'form', ...titles],
      Object.entries(requestFields).map(([name, { form }]) => [
        inCode(name),
        meanings[name as keyof WithdrawalRequest],
        formOf(name, form),
        ...providerNames.map((provider) => placeOf(name, capabilities[provider])),
      ]),
    ),
    '',
    '## Amounts',
    '',
    `Texts, never JSON numbers: plain digits and a dot, greater than 0, at most ${MOST_DIGITS.before} digits before the dot and ${MOST_DIGITS.after} after it. What is asked is sent digit for digit.`,
    'What leaves for the chain can’t be finer than the currency’s smallest unit, where that is a fact of a known chain (see [Addresses](#addresses);',
    'zeros at the end don’t count). What is only debited, before a conversion or with fees taken out of it, is left to the provider.',
    '',
    'To convert and send what comes of it: `amount` with `convertTo`. To have an exact sum arrive: `amountTo` with `convertTo`.',
    '',
    '## Persons',
    '',
    `Only ${titlesWhere(({ fields }) => fields.sender === 'required')} asks for \`sender\` and \`receiver\`.`,
    '',
    table(
      ['field', 'meaning', 'form'],
      Object.entries(personMeanings).map(([name, meaning]) => [inCode(name), meaning, personForms[name] ?? '']),
    ),
    '',
    '## Options of Cryptopay',
    '',
    'Fields of `cryptopay`, each optional, but for `network` as said there.',
    '',
    table(
      ['field', 'meaning', 'form'],
      Object.entries(cryptopayOptions).map(([name, { form }]) => [
        inCode(name),
        optionMeanings[name as keyof CryptopayOptions],
        form,
      ]),
    ),
    '',
    '## Currencies',
    '',
    'Codes are the provider’s own, in capitals: TRON’s USDT is `USDTT` at CryptoProcessing and AlphaPo, `USDT_TRC20` at CryptoCloud, `USDT` with `network`',
    '`tron` at Cryptopay.',
    '',
    ...providerNames.flatMap((name) => currenciesOf(capabilities[name])),
    `- ${titlesWhere(({ currencies }) => currencies === undefined)}: Outflow has no full list, so any code of the right form is sent. One that the provider`,
    '  doesn’t have it refuses (`InvalidCurrency`), and nothing is paid.',
    '',
    '## Addresses',
    '',
    'An address must be one of a chain on which the provider pays the currency. Some forms of addresses have no checksum, so a typing error in',
    'them can’t be seen: those are refused, unless the request says `acceptUnchecked: true`. That excuses no wrong checksum and no other chain.',
    'Where the documents don’t tell a currency’s chain, only the form of the address is checked: look at it twice.',
    '',
    table(
      ['chain', 'its addresses', 'digits after the dot', 'needs `acceptUnchecked` if it'],
      (Object.keys(chains) as Chain[]).map((chain) => [
        chains[chain].title,
        chains[chain].looks,
        Object.entries(smallestUnits[chain] ?? {})
          .map(([currency, digits]) => `${currency} ${digits}`)
          .join(', '),
        doubtOn(chain),
      ]),
    ),
    '',
    'Addresses of test networks are taken only by a worker whose `*_SANDBOX` is true.',
    '',
    '## Times',
    '',
    '- **`requestedAt`** is when your own record of the payout was made: the time of creation in your database’s row, the same at every',
    '  submission. It is never defaulted: "now" would make a request that is repeated after Temporal forgot the first one look new, and it would',
    '  be paid twice. It may be at most 5 minutes ahead of the clock.',
    '- **`sendBy`** is by default 24 hours after `requestedAt`, or the namespace’s retention less an hour where that is sooner. Give it yourself if',
    '  a payout may wait longer, for funds or over a weekend: at most the retention less an hour after `requestedAt` (with a retention of 30 days,',
    '  29 days and 23 hours). When it passes and nothing can have been accepted, the withdrawal ends `expired`, nothing paid. It stops',
    '  sending, never waiting: what may have been accepted is followed to its end.',
    '- **`StaleRequestError`** from `submit`: it is past its `sendBy`, and Temporal holds no record of it. Nothing was started. From `get` or',
    '  `wait`: a run was started after `sendBy`, not by this client; it sent nothing.',
    '- **`AbandonedError`** from `submit`, `get`, `wait` or an act: its workflow was closed by force (terminated, say), so nobody follows its',
    '  money, which may have moved. `known` is what Temporal still tells of it. It stands in `outflow inbox`;',
    '  `outflow recover` goes on with it under the same id.',
    '',
    '**A queue that stood still**, over a weekend, meets `StaleRequestError`. For each request in it:',
    '',
    '1. Leave `requestedAt` as it is. A later one takes the protection away.',
    '2. Submit it with a later `sendBy`, up to the retention less an hour after `requestedAt`. So long Temporal remembers an earlier submission, so',
    '   this pays nothing twice.',
    '3. Only if it is older than that: look for it at the provider, by its reference (at CryptoCloud by amount and address). If it was paid, record',
    '   that. If it was not, make a new record, with a new `withdrawalId` and its own `requestedAt`.',
    '',
    '## The same request again',
    '',
    'Submit it again after any failure, as often as you like: it is the same withdrawal, paid once, and `created` is false.',
    '',
    `- Another ${[...notContent].map(inCode).join(' or ')} makes it no other withdrawal: the first one’s stands. Nor does \`1.0\` for \`1.00\`, or an option that is \`false\` for one left out.`,
    '- Any other difference under the same `withdrawalId` is a `ConflictError`, whose `fields` name the differences. The first request stands, and',
    '  nothing is started: find out which of your records is wrong. Another payout needs another `withdrawalId`.',
    '',
  ].join('\n');
}

function formOf(name: string, form: string): string {
  return name === 'sender' || name === 'receiver' || name === 'cryptopay' ? 'an object' : form;
}

const placeNames: Record<FieldRule, string> = {
  required: 'required',
  optional: 'optional',
  oneOf: 'exactly one of the two',
  refused: 'refused',
};

function placeOf(name: string, column: ProviderCapabilities): string {
  if (!isProviderField(name)) {
    if (name === 'currency' && column.currencies !== undefined) return 'required, of its list';
    return alwaysRequired.includes(name) ? 'required' : 'optional';
  }
  const notes = [
    ...(name === 'tag' && column.tagRequiredFor.length > 0 ? [`required for ${column.tagRequiredFor.join(', ')}`] : []),
    ...(name === 'tag' && column.tagOnlyFor !== undefined
      ? [`for ${column.tagOnlyFor.join(' and ')} only, not 0`]
      : []),
    ...(name === 'convertTo' && column.amountToNeedsConvertTo
      ? ['required with `amountTo`, not `currency` itself']
      : []),
  ];
  return [placeNames[column.fields[name]], ...notes].join('; ');
}

function isProviderField(name: string): name is ProviderField {
  return providerFields.some((field) => field === name);
}

function currenciesOf({ title, currencies }: ProviderCapabilities): string[] {
  if (currencies === undefined) return [];
  return [`- ${title}: ${currencies.map(inCode).join(' ')}. Any other is refused before anything is started.`];
}

function titlesWhere(holds: (column: ProviderCapabilities) => boolean): string {
  const columns = providerNames.map((name) => capabilities[name]).filter(holds);
  return columns.map(({ title }) => title).join(', ');
}

function doubtOn(chain: Chain): string {
  const reading = chains[chain].read(doubtful[chain] ?? '');
  if (typeof reading !== 'string') return reading.doubt ?? '';
  return chain === 'solana' ? 'never: no address shows a typing error' : '';
}

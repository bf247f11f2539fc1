import type { Chain } from '../../domain/addresses/index.js';
import { smallestUnits } from '../../domain/addresses/index.js';
import { allChains, chains } from '../../domain/addresses/chains/index.js';
import { MOST_DIGITS } from '../../domain/money.js';
import type { ProviderCapabilities, ProviderName } from '../../domain/providers/index.js';
import { capabilities, providerNames } from '../../domain/providers/index.js';
import { cryptopayOptions } from '../../domain/validation/cryptopay-options.js';
import { firstStands } from '../../domain/validation/differences.js';
import { personFields } from '../../domain/validation/persons.js';
import type { FieldRule, RequestField } from '../../domain/validation/request-fields.js';
import { requestFieldRows, requestFields, ruleFor } from '../../domain/validation/request-fields.js';
import { durations } from '../../domain/timeouts/durations.js';
import { inCode, table } from './markdown.js';

/** `docs/requests.md`: what a request may say, made from the rules that the code goes by. */
export function requestsDoc(): string {
  const titles = providerNames.map((name) => capabilities[name].title);
  return [
    '# Requests',
    'What a request may say, and what becomes of it. Made from the code by `npm run docs`; a test fails when it is stale.',
    '',
    'A request is checked before anything is started. If it breaks a rule, `submit` throws an `InvalidRequestError` whose `violations` name',
    'every field and what is right, never a value; `outflow submit` prints them and ends with 2. A field that is unknown, or that this provider',
    'does not take, is refused, too: nothing is dropped in silence.',
    '',
    '## Fields',
    '',
    table(
      ['field', 'meaning', 'form', ...titles],
      requestFieldRows.map(([name, field]) => [
        inCode(name),
        field.meaning,
        formOf(field),
        ...providerNames.map((provider) => placeOf(name, field, provider)),
      ]),
    ),
    '',
    'The field of each provider’s create that it goes out as; where nothing stands, the provider doesn’t get it:',
    '',
    table(
      ['field', ...titles],
      requestFieldRows
        .filter(([, { sentAs }]) => sentAs !== undefined)
        .map(([name, field]) => [inCode(name), ...providerNames.map((provider) => wireOf(field, provider))]),
    ),
    '',
    '## Public names',
    '',
    'Everybody who reaches Temporal reads a `withdrawalId` and the name of a `batch` (`submit`’s option, 1 to 200 letters, digits, spaces, or',
    '`_ . : / -`), without a key, as everybody reads the provider, the currency, the status and the times. Make them of nothing that says who is',
    'paid: a row’s number, not a name, an e-mail or a customer’s reference. One that is an address of a known chain, or holds one, is refused,',
    'whoever is paid; also by the workflow, where another than this client started it.',
    '',
    '## Amounts',
    '',
    `Texts, never JSON numbers: plain digits and a dot, greater than 0, at most ${MOST_DIGITS.before} digits before the dot and ${MOST_DIGITS.after} after it. What is asked is sent digit for digit.`,
    'What leaves for the chain can’t be finer than the currency’s smallest unit, where its chain decides that (see [Addresses](#addresses);',
    'zeros at the end don’t count). What is only debited, before a conversion or with fees taken out of it, is left to the provider.',
    '',
    'To convert and send what comes of it: `amount` with `convertTo`. To have an exact sum arrive: `amountTo` with `convertTo`.',
    '',
    '## Persons',
    '',
    `Only ${titlesWhere((name) => ruleFor(requestFields.sender, name) === 'required')} asks for \`sender\` and \`receiver\`.`,
    '',
    table(
      ['field', 'meaning', 'form', 'in `sender_data`, `receiver_data`'],
      Object.entries(personFields).map(([name, { check, meaning, sentAs }]) => [
        inCode(name),
        meaning,
        check.form,
        codeOrNothing(sentAs),
      ]),
    ),
    '',
    '## Options of Cryptopay',
    '',
    'Fields of `cryptopay`, each optional, but for `network` as said there.',
    '',
    table(
      ['field', 'meaning', 'form', 'goes out as'],
      Object.entries(cryptopayOptions).map(([name, { check, meaning, sentAs }]) => [
        inCode(name),
        meaning,
        check.form,
        codeOrNothing(sentAs),
      ]),
    ),
    '',
    '## Currencies',
    '',
    'Codes are the provider’s own, in capitals: TRON’s USDT is `USDTT` at CryptoProcessing and AlphaPo, `USDT_TRC20` at CryptoCloud, `USDT` with `network`',
    '`tron` at Cryptopay.',
    '',
    ...providerNames.flatMap((name) => currenciesOf(capabilities[name])),
    `- ${titlesWhere((name) => capabilities[name].currencies === undefined)}: Outflow has no full list, so any code of the right form is sent. One that the provider`,
    '  doesn’t have it refuses (`InvalidCurrency`), and nothing is paid.',
    '',
    '## Addresses',
    '',
    'An address must be one of a chain on which the provider pays the currency. Some forms of addresses have no checksum, so a typing error in',
    'them can’t be seen: those are refused, unless the request says `acceptUnchecked: true`. It allows no wrong checksum, and no address of another chain.',
    'Where the documents don’t say a currency’s chain, only the form of the address is checked: look at it twice.',
    '',
    table(
      ['chain', 'its addresses', 'digits after the dot', 'needs `acceptUnchecked` if it'],
      allChains.map((chain) => [
        chains[chain].title,
        chains[chain].forms,
        digitsOn(chain),
        chains[chain].uncheckedForm ?? '',
      ]),
    ),
    '',
    'Addresses of test networks are taken only by a worker whose `*_SANDBOX` is true.',
    '',
    '## Times',
    '',
    '- **`requestedAt`** is when your own record of the payout was made: the time of creation in your database’s row, the same at every',
    '  submission. It is never defaulted: "now" would make a request that is repeated after Temporal forgot the first one look new, and it would',
    `  be paid twice. It may be at most ${durations.send.requestedAhead.ms / 60_000} minutes ahead of the clock.`,
    '- **`sendBy`** is by default 24 hours after `requestedAt`, or the namespace’s retention less an hour where that is sooner. Give it yourself if',
    '  a payout may wait longer, for funds or over a weekend: at most the retention less an hour after `requestedAt` (with a retention of 30 days,',
    '  29 days and 23 hours). When it passes and nothing can have been accepted, the withdrawal ends `expired`, nothing paid. It stops',
    '  sending, never waiting: what may have been accepted is followed to its end.',
    '- **`StaleRequestError`** from `submit`: it is past its `sendBy`, and Temporal holds no record of it. Nothing was started. From `get` or',
    '  `wait`: a run was started after `sendBy`, not by this client; it sent nothing.',
    '- **`UnreadableWithdrawalError`** from `submit` or `recover`: somebody without the key started a workflow under this id. Nothing of it is sent, and',
    '  nothing was started now. The message says how to free the id; then submit the request again.',
    '- **`AbandonedError`** from `submit`, `get`, `wait` or an operator’s action: its workflow was closed by force (terminated, say), so nobody follows its',
    '  money, which may have moved. `known` is what Temporal still holds of it. It stands in `outflow inbox`;',
    '  `outflow recover` goes on with it under the same id.',
    '',
    '**A queue that stopped**, over a weekend, meets `StaleRequestError`. For each request in it:',
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
    `- Another ${firstStands.map(inCode).join(' or ')} makes it no other withdrawal: the first one’s stands. Nor does \`1.0\` for \`1.00\`, or an option that is \`false\` for one left out.`,
    '- Any other difference under the same `withdrawalId` is a `ConflictError`, whose `fields` name the differences. The first request stands, and',
    '  nothing is started: find out which of your records is wrong. Another payout needs another `withdrawalId`.',
    '',
  ].join('\n');
}

/** An object has a table of its own. */
function formOf({ check }: RequestField): string {
  return /^(an object|a person)/.test(check.form) ? 'an object' : check.form;
}

const ruleNames: Record<FieldRule, string> = {
  required: 'required',
  optional: 'optional',
  either: 'exactly one of the two',
  refused: 'refused',
};

function placeOf(name: string, field: RequestField, provider: ProviderName): string {
  const { currencies, tags, amountToNeedsConvertTo } = capabilities[provider];
  const rule = ruleFor(field, provider);
  if (name === 'currency' && currencies !== undefined) return 'required, of its list';
  const notes = [
    ...(name === 'tag' && tags.requiredFor !== undefined ? [`required for ${tags.requiredFor.join(', ')}`] : []),
    ...(name === 'tag' && tags.onlyFor !== undefined ? [`for ${tags.onlyFor.join(' and ')} only, not 0`] : []),
    ...(name === 'convertTo' && amountToNeedsConvertTo ? ['required with `amountTo`, not `currency` itself'] : []),
  ];
  return [ruleNames[rule], ...notes].join('; ');
}

function wireOf({ sentAs }: RequestField, provider: ProviderName): string {
  const sent = sentAs?.[provider];
  if (sent === undefined) return '';
  return typeof sent === 'string' ? inCode(sent) : `${sent.fields.map(inCode).join(', ')}: ${sent.how}`;
}

function codeOrNothing(name: string | undefined): string {
  return name === undefined ? '' : inCode(name);
}

function currenciesOf({ title, currencies }: ProviderCapabilities): string[] {
  if (currencies === undefined) return [];
  return [`- ${title}: ${currencies.map(inCode).join(' ')}. Any other is refused before anything is started.`];
}

function titlesWhere(holds: (name: ProviderName) => boolean): string {
  return providerNames
    .filter(holds)
    .map((name) => capabilities[name].title)
    .join(', ');
}

function digitsOn(chain: Chain): string {
  return Object.entries(smallestUnits(chain))
    .map(([currency, digits]) => `${currency} ${digits}`)
    .join(', ');
}

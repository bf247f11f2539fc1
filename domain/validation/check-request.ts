import type { WithdrawalRequest } from '../request.js';
import type { Payee } from '../addresses/index.js';
import { addressProblem, untoldNetworks } from '../addresses/index.js';
import { alwaysRequired, requestFields } from './request-fields.js';
import type { Mistake } from './fields.js';
import { fieldsOf, isoDate, isoTime, object, wrong } from './fields.js';
import type { FieldRule, ProviderCapabilities } from '../providers/index.js';
import { isProviderName, capabilities, providerFields } from '../providers/index.js';
import { durations } from '../timeouts.js';
import { amountMistakes, tellsChain } from './amounts.js';

export interface CheckOptions {
  /** The time of the check, in ms since 1970. */
  now: number;
  /** The longest time from `requestedAt` to `sendBy`: Temporal's retention less an hour. */
  longestMs?: number;
}

export type Checked = { ok: true; request: WithdrawalRequest } | { ok: false; mistakes: Mistake[] };

/** Checks a request of unknown origin against every rule, and lists every mistake. */
export function checkRequest(input: unknown, options: CheckOptions): Checked {
  const mistakes = mistakesIn(input, options);
  // The one place where an unknown value becomes a request: every field was checked above.
  return mistakes.length === 0 ? { ok: true, request: input as WithdrawalRequest } : { ok: false, mistakes };
}

/** When `sendBy` is not given: a day after `requestedAt`, or sooner where Temporal forgets sooner. */
export function latestSend(request: WithdrawalRequest, longestMs = Number.POSITIVE_INFINITY): string {
  if (request.sendBy !== undefined) return request.sendBy;
  return new Date(Date.parse(request.requestedAt) + Math.min(durations.send.byDefault.ms, longestMs)).toISOString();
}

function mistakesIn(input: unknown, { now, longestMs }: CheckOptions): Mistake[] {
  const fields = fieldsOf(input);
  if (fields === undefined) return [wrong('request', 'must be an object with the fields of a withdrawal request')];
  const mistakes = asRequest(fields, '');
  const { provider } = fields;
  if (isProviderName(provider)) mistakes.push(...misplaced(fields, capabilities[provider]));
  return [
    ...mistakes,
    ...addressMistakes(fields, mistakes),
    ...amountMistakes(fields, mistakes),
    ...timing(fields, now, longestMs),
    ...births(fields, now),
  ];
}

const asRequest = object(requestFields, {
  optional: Object.keys(requestFields).filter((name) => !alwaysRequired.includes(name)),
});

/** An address, and whether it tells the network, can be judged once all that tells its chain is right. */
function addressMistakes(fields: Fields, others: readonly Mistake[]): Mistake[] {
  if (others.some(({ field }) => field === 'address' || tellsChain.includes(field))) return [];
  // Every field that it reads was checked; a wrong `tag` or `acceptUnchecked` only fails to excuse the address.
  const payee = fields as unknown as Payee;
  const problem = addressProblem(payee);
  const networks = untoldNetworks(payee);
  return [
    ...(problem === undefined ? [] : [wrong('address', problem)]),
    ...(networks.length === 0 ? [] : [wrong('cryptopay.network', untold(networks))]),
  ];
}

function untold(networks: readonly string[]): string {
  const choices = `${networks.slice(0, -1).join(', ')} or ${networks.at(-1) ?? ''}`;
  return `is required, since several networks have addresses of this form, and what goes to the wrong one may be lost: give ${choices}, or another of Cryptopay’s`;
}

type Fields = Record<string, unknown>;

/** What this provider's column of the matrix says. */
function misplaced(fields: Fields, column: ProviderCapabilities): Mistake[] {
  const { title } = column;
  const mistakes = providerFields.flatMap((name) => placement(name, column.fields[name], fields, title));
  if (column.amountToNeedsConvertTo && fields['amountTo'] !== undefined && fields['convertTo'] === undefined) {
    mistakes.push(wrong('convertTo', 'is required with amountTo: it names the currency of amountTo'));
  }
  if (
    column.amountToNeedsConvertTo &&
    fields['convertTo'] !== undefined &&
    fields['convertTo'] === fields['currency']
  ) {
    mistakes.push(
      wrong(
        'convertTo',
        'must not be currency itself: for no conversion give amount, and leave convertTo and amountTo out',
      ),
    );
  }
  if (column.fields.amountTo === 'oneOf' && (fields['amount'] === undefined) === (fields['amountTo'] === undefined)) {
    mistakes.push(wrong('amount', 'give exactly one of amount (in currency) and amountTo (in convertTo)'));
  }
  const paid = fields['convertTo'] ?? fields['currency'];
  if (column.tagRequiredFor.some((currency) => currency === paid) && fields['tag'] === undefined) {
    mistakes.push(
      wrong('tag', `is required by ${title} for ${column.tagRequiredFor.join(', ')}: without it the funds may be lost`),
    );
  }
  if (column.tagOnlyFor !== undefined && fields['tag'] !== undefined) {
    const takesTag = column.tagOnlyFor.some((currency) => currency === paid);
    if (!takesTag)
      mistakes.push(wrong('tag', `is taken by ${title} for ${column.tagOnlyFor.join(' and ')} only: leave it out`));
    else if (fields['tag'] === '0') mistakes.push(wrong('tag', `must not be 0: at ${title} that stands for no tag`));
  }
  if (paid === 'XRP' && typeof fields['tag'] === 'string' && !isDestinationTag(fields['tag'])) {
    mistakes.push(wrong('tag', 'must be a whole number from 0 to 4294967295 for XRP'));
  }
  if (column.currencies !== undefined && !column.currencies.some((currency) => currency === fields['currency'])) {
    mistakes.push(wrong('currency', `must be one of ${title}'s codes: ${column.currencies.join(', ')}`));
  }
  return [...mistakes, ...contradictions(fields)];
}

function placement(name: string, rule: FieldRule, fields: Fields, title: string): Mistake[] {
  const given = fields[name] !== undefined;
  if (rule === 'refused' && given) return [wrong(name, `is not taken by ${title}: leave it out`)];
  if (rule === 'required' && !given) return [wrong(name, `is required by ${title}`)];
  return [];
}

/** Options of Cryptopay that can't both be meant. */
function contradictions(fields: Fields): Mistake[] {
  const options = fieldsOf(fields['cryptopay']);
  if (options === undefined) return [];
  const mistakes: Mistake[] = [];
  if (options['forceCommit'] === true && options['maxCharge'] !== undefined) {
    mistakes.push(
      wrong('cryptopay.maxCharge', 'needs the two-step form: with forceCommit the charge can no longer be refused'),
    );
  }
  if (options['feesIncluded'] === true && fields['amount'] === undefined) {
    mistakes.push(wrong('cryptopay.feesIncluded', 'needs amount: with amountTo the fees always come on top'));
  }
  return mistakes;
}

/** XRP Ledger: a destination tag is an unsigned 32-bit integer. */
function isDestinationTag(tag: string): boolean {
  return /^(0|[1-9]\d{0,9})$/.test(tag) && Number(tag) <= 0xffff_ffff;
}

function timing(fields: Fields, now: number, longestMs: number | undefined): Mistake[] {
  const requestedAt = timeOf(fields['requestedAt']);
  const mistakes: Mistake[] = [];
  if (requestedAt > now + durations.send.requestedAhead.ms) {
    mistakes.push(wrong('requestedAt', 'must not be in the future: give the time at which your own record was made'));
  }
  const wait = timeOf(fields['sendBy']) - requestedAt;
  if (wait <= 0) mistakes.push(wrong('sendBy', 'must be after requestedAt'));
  if (longestMs !== undefined && wait > longestMs) {
    const hours = Math.floor(longestMs / 3_600_000);
    mistakes.push(wrong('sendBy', `must be at most ${hours} h after requestedAt: Temporal's retention less an hour`));
  }
  return mistakes;
}

/** Nobody alive was born before it. */
const EARLIEST_BIRTH = '1900-01-01';

function births(fields: Fields, now: number): Mistake[] {
  return ['sender', 'receiver'].flatMap((name) => {
    const born = fieldsOf(fields[name])?.['dateOfBirth'];
    if (typeof born !== 'string' || isoDate(born, '').length > 0) return [];
    if (born >= EARLIEST_BIRTH && Date.parse(born) <= now) return [];
    return [wrong(`${name}.dateOfBirth`, `must be a day from ${EARLIEST_BIRTH} to today`)];
  });
}

/** The time in ms since 1970; of what is no time, NaN, which is neither before nor after any other. */
function timeOf(value: unknown): number {
  return typeof value === 'string' && isoTime(value, '').length === 0 ? Date.parse(value) : Number.NaN;
}

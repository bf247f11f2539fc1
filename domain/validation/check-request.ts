import type { AddressFields, ChainFields } from '../addresses/index.js';
import { addressProblem, possibleNetworks } from '../addresses/index.js';
import { isProviderName } from '../providers/index.js';
import { durations } from '../timeouts/durations.js';
import { maxChargeViolations, smallestUnitViolations } from './amounts.js';
import type { Violation } from './fields.js';
import { fieldsOf, isoTime, object, passes, violation } from './fields.js';
import { dateOfBirthViolations } from './persons.js';
import { providerViolations } from './provider-rules.js';
import type { WithdrawalRequest } from './request-fields.js';
import { requestFieldRows } from './request-fields.js';

const { byDefault, requestedAhead } = durations.send;

export interface CheckOptions {
  /** The time of the check, in ms since 1970. */
  now: number;
  /** The longest time from `requestedAt` to `sendBy`: Temporal's retention less an hour. */
  longestMs?: number;
}

export type Checked = { ok: true; request: WithdrawalRequest } | { ok: false; violations: Violation[] };

/** Checks a request of unknown origin against every rule, and lists every violation. */
export function checkRequest(input: unknown, options: CheckOptions): Checked {
  const violations = violationsIn(input, options);
  // The one place where an unknown value becomes a request: every field was checked above.
  return violations.length === 0 ? { ok: true, request: input as WithdrawalRequest } : { ok: false, violations };
}

/** When `sendBy` is not given: a day after `requestedAt`, or sooner where Temporal forgets sooner. */
export function latestSend(request: WithdrawalRequest, longestMs = byDefault.ms): string {
  if (request.sendBy !== undefined) return request.sendBy;
  return new Date(Date.parse(request.requestedAt) + Math.min(byDefault.ms, longestMs)).toISOString();
}

type Fields = Readonly<Record<string, unknown>>;

function violationsIn(input: unknown, { now, longestMs }: CheckOptions): Violation[] {
  const fields = fieldsOf(input);
  if (fields === undefined) return [violation('request', 'must be an object with the fields of a withdrawal request')];
  const { provider } = fields;
  const violations = [
    ...asRequest(fields, ''),
    ...(isProviderName(provider) ? providerViolations(fields, provider) : []),
  ];
  return [
    ...violations,
    ...(hasAddress(fields, violations) ? addressViolations(fields) : []),
    ...(hasChain(fields, violations) ? smallestUnitViolations(fields) : []),
    ...maxChargeViolations(fields),
    ...timeViolations(fields, now, longestMs),
    ...['sender', 'receiver'].flatMap((name) => dateOfBirthViolations(fields[name], name, now)),
  ];
}

const asRequest = object(Object.fromEntries(requestFieldRows.map(([name, { check }]) => [name, check])), {
  optional: requestFieldRows.filter(([, { rule }]) => rule !== 'required').map(([name]) => name),
});

/** The fields that decide on which chain, and in which currency there, a request is paid. */
const chainFields: readonly string[] = ['provider', 'currency', 'convertTo', 'cryptopay', 'cryptopay.network'];

/** Is all right that decides on the chain? Each of its fields was checked. */
function hasChain(fields: Fields, violations: readonly Violation[]): fields is Fields & ChainFields {
  return isProviderName(fields['provider']) && !violations.some(({ field }) => chainFields.includes(field));
}

/** An address can be judged once its chain can. A wrong `tag` or `acceptUnchecked` makes no address right. */
function hasAddress(fields: Fields, violations: readonly Violation[]): fields is Fields & AddressFields {
  return hasChain(fields, violations) && !violations.some(({ field }) => field === 'address');
}

function addressViolations(request: AddressFields): Violation[] {
  const problem = addressProblem(request);
  const networks = possibleNetworks(request);
  return [
    ...(problem === undefined ? [] : [violation('address', problem)]),
    ...(networks.length === 0 ? [] : [violation('cryptopay.network', networkProblem(networks))]),
  ];
}

function networkProblem(networks: readonly string[]): string {
  const choices = `${networks.slice(0, -1).join(', ')} or ${networks.at(-1) ?? ''}`;
  return `is required, since several networks have addresses of this form, and what goes to the wrong one may be lost: give ${choices}, or another of Cryptopay’s`;
}

function timeViolations(fields: Fields, now: number, longestMs: number | undefined): Violation[] {
  const requestedAt = timeOf(fields['requestedAt']);
  const violations: Violation[] = [];
  if (requestedAt > now + requestedAhead.ms) {
    violations.push(
      violation('requestedAt', 'must not be in the future: give the time at which your own record was made'),
    );
  }
  const wait = timeOf(fields['sendBy']) - requestedAt;
  if (wait <= 0) violations.push(violation('sendBy', 'must be after requestedAt'));
  if (longestMs !== undefined && wait > longestMs) {
    const hours = Math.floor(longestMs / 3_600_000);
    violations.push(
      violation('sendBy', `must be at most ${hours} h after requestedAt: Temporal's retention less an hour`),
    );
  }
  return violations;
}

/** The time in ms since 1970; of what is no time, NaN, which is neither before nor after any other. */
function timeOf(value: unknown): number {
  return passes(isoTime, value) ? Date.parse(value) : Number.NaN;
}

import { describe, expect, test } from '@jest/globals';
import type { Violation } from '../../../domain/validation/fields.js';
import { checkRequest, latestSend } from '../../../domain/validation/check-request.js';
import { isWithdrawalId } from '../../../domain/request.js';
import { workflowIdOf } from '../../../contract/ids.js';
import { changed, NOW, samples } from '../requests.js';

function violationsOf(changes: Record<string, unknown>, longestMs?: number): Violation[] {
  const options = { now: NOW, ...(longestMs !== undefined && { longestMs }) };
  const checked = checkRequest(changed(samples.cryptoprocessing, changes), options);
  return checked.ok ? [] : checked.violations;
}

const natural = { type: 'natural', firstName: 'Ana', lastName: 'Li', dateOfBirth: '1990-02-28' };
const legal = { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' };
const HOUR = 3_600_000;

describe('each single mistake is named by its field, with what is right', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['withdrawalId', { withdrawalId: '-a' }, /1 to 64 of A-Z a-z 0-9 \. _ -, first and last/],
    ['withdrawalId', { withdrawalId: 148 }, /got a number/],
    ['requestedAt', { requestedAt: '21.11.2026' }, /ISO 8601 time with a time zone/],
    ['requestedAt', { requestedAt: '2026-11-21T09:30:00' }, /time zone/],
    ['requestedAt', { requestedAt: '2026-02-30T09:30:00Z' }, /ISO 8601/],
    ['requestedAt', { requestedAt: '2026-11-21T25:30:00Z' }, /ISO 8601/],
    ['requestedAt', { requestedAt: NOW }, /got a number/],
    ['sendBy', { sendBy: 'tomorrow' }, /ISO 8601/],
    ['currency', { currency: 'btc' }, /such as BTC or USDT_TRC20: codes are in capitals$/],
    ['currency', { currency: 'B' }, /such as BTC/],
    ['amount', { amount: '0' }, /greater than 0/],
    ['amount', { amount: '-1' }, /decimal string/],
    ['amount', { amount: '1e-3' }, /decimal string/],
    ['amount', { amount: 0.003 }, /decimal string.*got a number/],
    ['convertTo', { convertTo: '' }, /currency code .* USDT_TRC20$/],
    ['convertTo', { convertTo: 'ltc' }, /capitals/],
    ['address', { address: 'short' }, /10 to 128/],
    ['address', { address: 'tb1q fdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc' }, /without spaces/],
    ['address', { address: 'rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH?dt=1' }, /10 to 128/],
    ['tag', { tag: '' }, /1 to 64 printable/],
    ['tag', { tag: 'two words' }, /without spaces/],
    ['tag', { tag: 7 }, /got a number/],
    ['endUserReference', { endUserReference: 'ana@example.com' }, /without personal data/],
    ['endUserReference', { endUserReference: ' padded' }, /no spaces around/],
    ['endUserReference', { endUserReference: 'x'.repeat(256) }, /1 to 255/],
    ['sender', { sender: 'Ana Li' }, /must be an object/],
    ['sender.type', { sender: { ...natural, type: 'self' } }, /natural or legal/],
    ['sender.firstName', { sender: { ...natural, firstName: '  ' } }, /not blank/],
    ['sender.lastName', { sender: { type: 'natural', firstName: 'A', dateOfBirth: '1990-02-28' } }, /is required/],
    ['sender.dateOfBirth', { sender: { ...natural, dateOfBirth: '28.02.1990' } }, /YYYY-MM-DD/],
    ['sender.dateOfBirth', { sender: { ...natural, dateOfBirth: '1990-02-29' } }, /YYYY-MM-DD/],
    ['sender.dateOfBirth', { sender: { ...natural, dateOfBirth: '1899-12-31' } }, /from 1900-01-01 to today/],
    ['sender.dateOfBirth', { sender: { ...natural, dateOfBirth: '2026-11-22' } }, /from 1900-01-01 to today/],
    ['receiver.dateOfBirth', { receiver: { ...natural, dateOfBirth: '9999-01-01' } }, /from 1900-01-01 to today/],
    ['sender.email', { sender: { ...natural, email: 'ana at example' } }, /e-mail address/],
    ['sender.legalName', { sender: { ...legal, legalName: '' } }, /not blank/],
    ['sender.countryOfRegistration', { sender: { ...legal, countryOfRegistration: 'DE' } }, /alpha-3.*DEU/],
    ['sender.firstName', { sender: { ...legal, firstName: 'Ana' } }, /is unknown/],
    ['receiver.type', { receiver: { firstName: 'Ana' } }, /natural or legal or self/],
    ['receiver.email', { receiver: { ...natural, email: 'ana@example.com' } }, /is unknown/],
    ['receiver.firstName', { receiver: { type: 'self', firstName: 'Ana' } }, /is unknown; the fields here are type/],
    ['acceptUnchecked', { acceptUnchecked: false }, /true, or absent/],
    ['acceptUnchecked', { acceptUnchecked: 'true' }, /true, or absent/],
    ['foreign_id', { foreign_id: '1' }, /is unknown; the fields here are withdrawalId, provider/],
  ])('%s: %j', (field, changes, problem) => {
    expect(violationsOf(changes)).toEqual([{ field, problem: expect.stringMatching(problem) }]);
  });

  test('a wrong provider is named, with the four names', () => {
    expect(violationsOf({ provider: 'coinspaid' })).toEqual([
      { field: 'provider', problem: 'must be cryptoprocessing or alphapo or cryptopay or cryptocloud' },
    ]);
  });
});

describe('what is right is taken', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a natural sender with e-mail', { sender: { ...natural, email: 'ana@example.com' } }],
    ['a legal receiver', { receiver: legal }],
    ['a transfer to oneself', { receiver: { type: 'self' } }],
    ['a name in any script', { sender: { ...natural, firstName: 'Нгуен-阮', lastName: 'O’Дąб' } }],
    ['a date of birth in 1900', { sender: { ...natural, dateOfBirth: '1900-01-01' } }],
    ['a date of birth of today', { sender: { ...natural, dateOfBirth: '2026-11-21' } }],
    ['February 29th of a leap year', { sender: { ...natural, dateOfBirth: '1992-02-29' } }],
    ['a time with an offset and fractions', { requestedAt: '2026-11-21T11:30:00.123+02:00' }],
    ['a reference of 255', { endUserReference: 'x'.repeat(255) }],
    ['a memo', { tag: 'memo_1-2' }],
    [
      'an address with a prefix',
      { currency: 'BCH', address: 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a' },
    ],
  ])('%s', (_name, changes) => expect(violationsOf(changes)).toEqual([]));
});

describe('several violations are all listed', () => {
  const fieldsOf = (violations: Violation[]) => violations.map(({ field }) => field).sort();

  test('violations of form, of the provider’s rules and of nested fields are listed at once', () => {
    const violations = violationsOf({
      ...{ amount: 1, amountTo: '2', address: '', cryptopay: {}, endUserReference: undefined, note: 'x' },
      sender: { ...natural, dateOfBirth: '', email: '' },
    });
    expect(new Set(fieldsOf(violations))).toEqual(
      new Set([
        ...['address', 'amount', 'convertTo', 'cryptopay', 'endUserReference', 'note'],
        ...['sender.dateOfBirth', 'sender.email'],
      ]),
    );
  });

  test('violations of the times are listed beside any other', () => {
    const late = { requestedAt: '2026-11-22T00:00:00Z', sendBy: '2026-11-21T00:00:00Z', amount: 'x' };
    expect(fieldsOf(violationsOf(late))).toEqual(['amount', 'requestedAt', 'sendBy']);
  });
});

describe('requestedAt and sendBy', () => {
  const requestedAt = '2026-11-21T09:30:00Z';
  const future = { field: 'requestedAt', problem: expect.stringMatching(/must not be in the future/) };

  test('requestedAt may be five minutes ahead of our clock, and no more', () => {
    const ahead = (ms: number) => violationsOf({ requestedAt: new Date(NOW + ms).toISOString() });
    expect(ahead(5 * 60_000)).toEqual([]);
    expect(ahead(5 * 60_000 + 1)).toEqual([future]);
  });

  test('requestedAt may be long ago: whether it is stale is not the form’s business', () => {
    expect(violationsOf({ requestedAt: '2020-01-01T00:00:00Z' })).toEqual([]);
  });

  test('sendBy is after requestedAt', () => {
    expect(violationsOf({ requestedAt, sendBy: '2026-11-21T09:30:00.001Z' })).toEqual([]);
    for (const sendBy of [requestedAt, '2026-11-21T10:30:00+01:00', '2026-11-20T09:30:00Z'])
      expect(violationsOf({ requestedAt, sendBy })).toEqual([
        { field: 'sendBy', problem: 'must be after requestedAt' },
      ]);
  });

  test('sendBy is at most the retention less an hour after requestedAt', () => {
    const problem = "must be at most 71 h after requestedAt: Temporal's retention less an hour";
    expect(violationsOf({ requestedAt, sendBy: '2026-11-24T08:30:00Z' }, 71 * HOUR)).toEqual([]);
    expect(violationsOf({ requestedAt, sendBy: '2026-11-24T08:30:00.001Z' }, 71 * HOUR)).toEqual([
      { field: 'sendBy', problem },
    ]);
  });

  test('sendBy is by default a day after requestedAt, or sooner where the retention is short', () => {
    const request = samples.cryptoprocessing;
    expect(latestSend(request)).toBe('2026-11-22T09:30:00.000Z');
    expect(latestSend(request, 71 * HOUR)).toBe('2026-11-22T09:30:00.000Z');
    expect(latestSend(request, 23 * HOUR)).toBe('2026-11-22T08:30:00.000Z');
    expect(latestSend({ ...request, sendBy: '2026-11-25T00:00:00Z' }, 23 * HOUR)).toBe('2026-11-25T00:00:00Z');
  });
});

test.each([
  ...['a', 'A1', 'a.b_c-d', '0', 'x'.repeat(64)].map((id) => [id, true] as const),
  ...['', '.a', 'a.', '-a', 'a_', 'a b', 'a/b', 'ä', 'a\n', '\na', 'x'.repeat(65)].map((id) => [id, false] as const),
])('%j as withdrawalId: %s', (id, right) => {
  expect(isWithdrawalId(id)).toBe(right);
  expect(violationsOf({ withdrawalId: id })).toHaveLength(right ? 0 : 1);
  expect(workflowIdOf(id)).toBe(`withdrawal/${id}`);
});

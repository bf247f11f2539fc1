import { describe, expect, test } from '@jest/globals';
import type { FailureType } from '../../domain/failures.js';
import { kindOf } from '../../domain/failures.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { providerNames } from '../../domain/providers/index.js';
import type { FailureRow } from '../../providers/failures.js';
import type { HttpResponse } from '../../providers/provider.js';
import { registry } from '../../providers/registry.js';
import { answer, failureOf, providerOf, requests, sample } from './support.js';

/** What a create's answer of this provider fails with. */
function failure(name: ProviderName, status: number, body: string, headers?: HttpResponse['headers']) {
  return failureOf(providerOf(name).create.read(answer(status, body, headers), requests[name]));
}

type Case = [status: number, body: string, type: FailureType, more: Record<string, unknown>];

const coded = (code: string) => JSON.stringify({ error: 'What happened', code });
const invalid = (errors: Record<string, string>, more = {}) => JSON.stringify({ errors, ...more });

const processing: Case[] = [
  [400, coded('bad_content_format'), 'InvalidRequest', { code: 'bad_content_format', message: 'What happened' }],
  [403, coded('required_header_key'), 'BadCredentials', { code: 'required_header_key' }],
  [403, coded('bad_header_key'), 'BadCredentials', { code: 'bad_header_key' }],
  [403, coded('required_header_signature'), 'BadCredentials', { code: 'required_header_signature' }],
  [403, coded('bad_header_signature'), 'BadCredentials', { code: 'bad_header_signature' }],
  [400, invalid({ amount: 'The amount must be at least 0.001.' }), 'InvalidAmount', { field: 'amount' }],
  [400, invalid({ amount_to: '…' }), 'InvalidAmount', { field: 'amount_to' }],
  [422, invalid({ amount: 'Not enough amount' }), 'InvalidAmount', { field: 'amount', message: 'Not enough amount' }],
  [400, invalid({ currency: 'The selected currency is invalid.' }), 'InvalidCurrency', { field: 'currency' }],
  [400, invalid({ convert_to: '…' }), 'InvalidCurrency', { field: 'convert_to' }],
  [400, invalid({ sender_currency: 'Exchange is unavailable for given currencies' }), 'InvalidCurrency', {}],
  [422, invalid({ currency: 'Invalid balance.' }), 'InvalidCurrency', { field: 'currency' }],
  [400, invalid({ address: '…' }), 'InvalidAddress', { field: 'address' }],
  [400, invalid({ tag: '…' }), 'InvalidAddress', { field: 'tag' }],
  [400, invalid({ end_user_reference: '…' }), 'InvalidRequest', { field: 'end_user_reference' }],
  [400, invalid({ foreign_id: 'The foreign id has already been taken.' }), 'ReferenceInUse', { field: 'foreign_id' }],
  [422, invalid({ foreign_id: 'The Foreign ID has already been taken.' }), 'ReferenceInUse', { field: 'foreign_id' }],
  [409, invalid({ foreign_id: 'in any other words' }), 'ReferenceInUse', { field: 'foreign_id' }],
  // The code wins over the fields.
  [
    400,
    invalid({ amount: '…' }, { error_code: 'not_enough_balance' }),
    'NotEnoughFunds',
    { code: 'not_enough_balance' },
  ],
  [
    422,
    invalid({ currency: '…' }, { error_code: 'forbidden_currency' }),
    'InvalidCurrency',
    { code: 'forbidden_currency' },
  ],
  [400, invalid({ amount: '…' }, { error_code: 'new_code' }), 'UndocumentedError', { code: 'new_code' }],
  // … but never over a reference in use.
  [400, invalid({ foreign_id: '…' }, { error_code: 'not_enough_balance' }), 'ReferenceInUse', { field: 'foreign_id' }],
  // Of several the least certain wins, then the most permanent.
  [400, invalid({ address: '…', foreign_id: '…' }), 'ReferenceInUse', {}],
  [400, invalid({ address: '…', fresh_field: '…' }), 'UndocumentedError', { field: 'fresh_field' }],
  [400, invalid({ fresh_field: '…' }), 'UndocumentedError', { field: 'fresh_field' }],
  [400, invalid({ constructor: '…' }), 'UndocumentedError', { field: 'constructor' }],
  [400, invalid({}), 'UndocumentedError', {}],
  // Documented codes and fields with a status that isn't.
  [400, coded('bad_header_key'), 'UndocumentedError', { code: 'bad_header_key' }],
  [404, invalid({ address: '…' }), 'UndocumentedError', { field: 'address' }],
  [200, invalid({ address: '…' }), 'UndocumentedError', { field: 'address' }],
  [429, coded('too_many'), 'UndocumentedError', { code: 'too_many' }],
];

const detailed = (code: string, target: string | null) =>
  JSON.stringify({
    error: { code: 'invalid', message: 'invalid', details: [{ code, target, message: 'must be …', args: {} }] },
    meta: { request_id: 'r-1' },
  });
const simple = (code: string) => JSON.stringify({ error: { code, message: 'Why' }, meta: { request_id: 'r-1' } });

const cases: Record<ProviderName, Case[]> = {
  cryptoprocessing: [
    ...processing,
    [400, invalid({ sender_type: '…' }), 'InvalidRequest', { field: 'sender_type' }],
    [400, invalid({ sender_data: '…' }), 'InvalidRequest', { field: 'sender_data' }],
    [400, invalid({ 'sender_data.first_name': '…' }), 'InvalidRequest', { field: 'sender_data.first_name' }],
    [400, invalid({ receiver_type: '…' }), 'InvalidRequest', { field: 'receiver_type' }],
    [400, invalid({ 'receiver_data.date_of_birth': '…' }), 'InvalidRequest', { field: 'receiver_data.date_of_birth' }],
  ],
  alphapo: [
    ...processing,
    [400, invalid({ sender_data: '…' }), 'InvalidRequest', { field: 'sender_data' }],
    [422, invalid({ 'sender_data.email': '…' }), 'InvalidRequest', { field: 'sender_data.email' }],
    [400, invalid({ sender_data: '…', foreign_id: '…' }), 'ReferenceInUse', {}],
  ],
  cryptopay: [
    [
      422,
      sample('cryptopay/error-exceeds-balance'),
      'NotEnoughFunds',
      {
        code: 'must_be_less_than_or_equal',
        field: 'charged_amount',
        message: 'must be less than or equal to 167.75222297',
        requestId: '0919053f1c2675f62824bc3aabed3697',
      },
    ],
    [
      422,
      sample('cryptopay/error-below-minimum'),
      'InvalidAmount',
      {
        code: 'must_be_greater_than_or_equal',
        field: 'charged_amount_to_send',
        message: 'must be greater than or equal to 5.0',
        requestId: '6fd8b3b615f1fca80e1b29f7f102e090',
      },
    ],
    [
      422,
      sample('cryptopay/error-bad-address'),
      'InvalidAddress',
      { code: 'invalid_coin_address', field: 'address', requestId: '1ea0414b9b9bc9a558f9a31a392e9778' },
    ],
    [
      422,
      sample('cryptopay/error-high-risk'),
      'HighRiskAddress',
      {
        code: 'high_risk_address',
        message: expect.stringMatching(/^We were unable to process your request/),
        requestId: 'e1327567dc4189901aa2463e85b96b93',
      },
    ],
    [
      422,
      sample('cryptopay/error-bad-currency'),
      'InvalidCurrency',
      { code: 'must_be_included_in', field: 'charged_currency', requestId: '1cdd48b0d123f5445991e25eb1ce6f50' },
    ],
    [401, simple('unauthenticated'), 'BadCredentials', { code: 'unauthenticated', requestId: 'r-1' }],
    [403, simple('unauthorized'), 'BadCredentials', { code: 'unauthorized' }],
    [403, simple('ip_not_allowed'), 'BadCredentials', { code: 'ip_not_allowed' }],
    [422, simple('ip_not_allowed'), 'BadCredentials', { code: 'ip_not_allowed' }],
    [404, simple('ip_not_allowed'), 'UndocumentedError', { code: 'ip_not_allowed' }],
    [404, simple('not_found'), 'UndocumentedError', { code: 'not_found' }],
    ...[400, 403, 404, 409, 422, 429].map((status): Case => [
      status,
      simple('duplicate_custom_id'),
      'ReferenceInUse',
      { code: 'duplicate_custom_id' },
    ]),
    [429, simple('whatever'), 'RateLimited', { code: 'whatever' }],
    [409, simple('whatever'), 'ReferenceInUse', { code: 'whatever', requestId: 'r-1' }],
    [409, 'custom_id has been taken', 'ReferenceInUse', {}],
    [409, '', 'ReferenceInUse', {}],
    [422, detailed('must_be_less_than_or_equal', 'charged_amount_to_send'), 'NotEnoughFunds', {}],
    [422, detailed('must_be_less_than_or_equal', 'received_amount'), 'NotEnoughFunds', {}],
    [422, detailed('must_be_greater_than_or_equal', 'charged_amount'), 'InvalidAmount', {}],
    [422, detailed('must_be_greater_than_or_equal', 'received_amount'), 'InvalidAmount', {}],
    [422, detailed('must_be_included_in', 'received_currency'), 'InvalidCurrency', { field: 'received_currency' }],
    [422, detailed('must_be_included_in', 'network'), 'InvalidRequest', { field: 'network' }],
    [422, detailed('must_be_included_in', 'network_fee_level'), 'InvalidRequest', { field: 'network_fee_level' }],
    [422, detailed('taken', 'custom_id'), 'ReferenceInUse', { code: 'taken', field: 'custom_id' }],
    [422, detailed('invalid_coin_address', 'custom_id'), 'ReferenceInUse', {}],
    [400, detailed('taken', 'custom_id'), 'ReferenceInUse', { field: 'custom_id' }],
    [422, detailed('must_be_uuid', 'customer_id'), 'InvalidRequest', { code: 'must_be_uuid', field: 'customer_id' }],
    [422, detailed('must_be_uuid', 'network'), 'InvalidRequest', { field: 'network' }],
    [422, detailed('must_be_uuid', 'custom_id'), 'ReferenceInUse', { field: 'custom_id' }],
    [422, detailed('must_be_uuid', 'project_id'), 'UndocumentedError', { field: 'project_id' }],
    [400, detailed('must_be_uuid', 'customer_id'), 'UndocumentedError', { field: 'customer_id' }],
    [422, detailed('invalid_coin_address', 'beneficiary'), 'UndocumentedError', { field: 'beneficiary' }],
    [422, detailed('must_be_less_than_or_equal', 'address'), 'UndocumentedError', {}],
    [422, detailed('bad_precision', 'charged_amount'), 'UndocumentedError', { code: 'bad_precision' }],
    [422, detailed('must_be_less_than_or_equal', null), 'UndocumentedError', {}],
    [422, simple('limit_exceeded'), 'UndocumentedError', { code: 'limit_exceeded' }],
    [400, simple('malformed'), 'UndocumentedError', { code: 'malformed' }],
    [400, sample('cryptopay/error-bad-address'), 'UndocumentedError', {}],
    [403, simple('unauthenticated'), 'UndocumentedError', {}],
  ],
  cryptocloud: [200, 400, 403, 422, 429]
    .flatMap((status): Case[] => [
      [
        status,
        '{"status":"error","result":{"required_parameter":"m"}}',
        'InvalidRequest',
        { code: 'required_parameter' },
      ],
      [status, '{"status":"error","result":{"currency_code":"m"}}', 'InvalidCurrency', { code: 'currency_code' }],
      [status, '{"status":"error","result":{"network":"m"}}', 'InvalidAddress', { code: 'network', message: 'm' }],
      [status, '{"status":"error","data":{"uncorrected_amount":"m"}}', 'InvalidAmount', { code: 'uncorrected_amount' }],
      [status, '{"status":"error","result":{"rate_limit":"m"}}', 'RateLimited', { retryAfterMs: 12_000 }],
      [status, '{"status":"error","result":{"validate_error":"m"}}', 'InvalidRequest', { code: 'validate_error' }],
      [status, '{"status":"error","result":{"authorization":"Unauthorized request."}}', 'BadCredentials', {}],
      [status, '{"status":"error","result":{"not_enough":"m"}}', 'UndocumentedError', { code: 'not_enough' }],
      [status, '{"status":"error","result":{"network":"m","not_enough":"m"}}', 'UndocumentedError', {}],
      [status, '{"status":"error","result":{"network":"m","rate_limit":"m"}}', 'InvalidAddress', {}],
      [status, '{"status":"error","result":{}}', 'UndocumentedError', {}],
      [status, '{"detail":"Not found."}', 'UndocumentedError', {}],
    ])
    .concat([
      [403, '{"detail":"Invalid header padding"}', 'BadCredentials', {}],
      [403, '{"detail":"Signature verification failed"}', 'BadCredentials', {}],
      [401, '{"detail":"Invalid header padding"}', 'BadCredentials', {}],
      [400, '{"detail":"Signature verification failed"}', 'UndocumentedError', {}],
    ]),
};

/** What a commit's answer fails with: it is settled by reading, whatever it says. */
const commits: Partial<Record<ProviderName, Case[]>> = {
  cryptopay: [
    [409, '', 'UndocumentedError', {}],
    [409, '<html>', 'UndocumentedError', {}],
    [409, simple('whatever'), 'UndocumentedError', { code: 'whatever' }],
    [409, simple('duplicate_custom_id'), 'UndocumentedError', { code: 'duplicate_custom_id' }],
    [422, detailed('must_be_uuid', 'customer_id'), 'UndocumentedError', {}],
  ],
};

function commitFailure(name: ProviderName, status: number, body: string) {
  const { commit } = providerOf(name);
  if (commit === undefined) throw new Error(`${name} has no commit`);
  return failureOf(commit.read(answer(status, body), 'f04d'));
}

describe('Cryptopay: a commit', () => {
  test.each(commits.cryptopay ?? [])('answered with %d %s: %s', (status, body, type, more) => {
    expect(commitFailure('cryptopay', status, body)).toMatchObject({ type, httpStatus: status, ...more });
    expect(kindOf(type).certainty).toBe('unknown');
  });

  test('has a line for 409 of its own, so that the documents say what becomes of it', () => {
    const lines = registry.cryptopay.failures.filter(
      ({ call, httpStatus }) => call === 'commit' && httpStatus?.includes(409),
    );
    expect(lines).toMatchObject([{ type: 'UndocumentedError', note: expect.stringContaining('settled by reading') }]);
  });
});

describe.each(providerNames)('%s', (name) => {
  test.each(cases[name])('answers a create with %d %s: %s', (status, body, type, more) => {
    expect(failure(name, status, body)).toMatchObject({ type, httpStatus: status, ...more });
  });

  test('every line of its table is tried above', () => {
    const documented = [
      ...cases[name].map(([status, body]) => failure(name, status, body)),
      ...(commits[name] ?? []).map(([status, body]) => commitFailure(name, status, body)),
    ];
    const isTried = (row: FailureRow) =>
      documented.some(
        ({ type, httpStatus, code, field }) =>
          type === row.type &&
          (row.httpStatus === undefined || row.httpStatus.includes(httpStatus ?? 0)) &&
          [row.detail ?? row.code, undefined, code].includes(row.detail ?? row.code ?? code) &&
          (row.fields === undefined || row.fields.includes(field?.split('.')[0] ?? '')),
      );
    expect(registry[name].failures.filter((row) => !isTried(row))).toEqual([]);
  });

  test('every line of its table says what it means', () => {
    for (const { note } of registry[name].failures) expect(note).toMatch(/^.{10}.*\.$/);
  });
});

describe.each(providerNames)('%s: unknown is the default', (name) => {
  test.each([
    ['a proxy’s 403', 403, '<html>403 Forbidden</html>', 'UnreadableAnswer'],
    ['a proxy’s 404 in JSON', 404, '{"message":"no Route matched with those values"}', 'UnreadableAnswer'],
    ['Cloudflare’s 429', 429, 'error code: 1015', 'UnreadableAnswer'],
    ['a redirect', 302, '', 'UnreadableAnswer'],
    ['an empty 400', 400, '', 'UnreadableAnswer'],
    ['an error that is a list', 400, '[]', 'UnreadableAnswer'],
    ['an error that is a text', 400, '"no"', 'UnreadableAnswer'],
    ['an error with a list of messages', 400, '{"errors":{"address":["no"]}}', 'UnreadableAnswer'],
    ['an error without a code', 400, '{"error":"no"}', 'UnreadableAnswer'],
    ['an empty 201', 201, '', 'UnreadableAnswer'],
    ['a 200 cut short', 200, '{"data":{"id":1,', 'UnreadableAnswer'],
    ['a 200 with HTML', 200, '<html>', 'UnreadableAnswer'],
    ['a 200 in another shape', 200, '{"data":{}}', 'UnreadableAnswer'],
    ['a 200 with null', 200, 'null', 'UnreadableAnswer'],
    ['a 200 nested too deep', 200, '['.repeat(200_000), 'UnreadableAnswer'],
    ['a 200 with the same name twice', 200, '{"status":"success","status":"error"}', 'UnreadableAnswer'],
    ['a 500', 500, '', 'ProviderFault'],
    ['a 502 with HTML', 502, '<html>Bad gateway</html>', 'ProviderFault'],
    ['a 503 in JSON', 503, '{}', 'ProviderFault'],
    ['a 500 with a documented refusal', 500, cases[name][0]?.[1] ?? '', 'ProviderFault'],
    ['a 599', 599, '{"data":{}}', 'ProviderFault'],
  ])('%s', (_case, status, body, type) => {
    const given = failure(name, status, body);
    expect(given).toMatchObject({ type, httpStatus: status });
    expect(kindOf(given.type).certainty).toBe('unknown');
  });
});

test.each([
  [400, 'UnreadableAnswer'],
  [302, 'UnreadableAnswer'],
  [500, 'ProviderFault'],
])('a success that comes with %d is none', (status, type) => {
  expect(failure('cryptoprocessing', status, sample('cryptoprocessing/create-response')).type).toBe(type);
});

test('a fault names the request’s id, for the provider’s support', () => {
  expect(failure('cryptopay', 503, simple('unavailable'))).toMatchObject({ code: 'unavailable', requestId: 'r-1' });
});

describe('a rate limit', () => {
  const date = 'Sat, 21 Nov 2026 09:30:00 GMT';

  test.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date, read against the answer’s own', { 'retry-after': 'Sat, 21 Nov 2026 09:30:20 GMT', date }, 20_000],
    ['a date that is past', { 'retry-after': 'Sat, 21 Nov 2026 09:29:00 GMT', date }, 0],
    ['a date without the answer’s own', { 'retry-after': date }, undefined],
    ['nonsense', { 'retry-after': 'soon', date }, undefined],
    ['nothing', {}, undefined],
  ])('with %s', (_case, headers, retryAfterMs) => {
    expect(failure('cryptopay', 429, simple('limit'), headers).retryAfterMs).toBe(retryAfterMs);
  });

  test('CryptoCloud: its interval, as configured', () => {
    const { create } = providerOf('cryptocloud', { MIN_INTERVAL: '15.5' });
    const reading = create.read(answer(400, '{"status":"error","result":{"rate_limit":"m"}}'), requests.cryptocloud);
    expect(failureOf(reading).retryAfterMs).toBe(15_500);
  });
});

test('what an unreadable answer says names fields, and no values', () => {
  const body = '{"data":{"id":"Friedrich Müller","foreign_id":"w-1","type":"secret"}}';
  const { message } = failure('cryptoprocessing', 201, body);
  expect(message).toMatch(/data\.id: .*data\.type: /);
  expect(message).not.toMatch(/Friedrich|secret/);
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { failuresDoc } from '../../cli/docs/failures-doc.js';
import { attentions } from '../../domain/attention.js';
import type { FailureType } from '../../domain/failures.js';
import { failures } from '../../domain/failures.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { providerNames } from '../../domain/providers/index.js';
import { generalFailures } from '../../providers/failures.js';
import { registry } from '../../providers/registry.js';
import { answer, providerOf, requests } from './support.js';

test('docs/failures.md is what the tables say (else: npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/failures.md', import.meta.url), 'utf8')).toBe(failuresDoc());
});

interface Documented {
  httpStatus?: number;
  code?: string;
  detail?: string;
  field?: string;
}

/** The error sections of the providers' documents, row by row. */
const processing: [Documented, FailureType][] = [
  [{ httpStatus: 400, code: 'bad_content_format' }, 'InvalidRequest'],
  [{ httpStatus: 403, code: 'required_header_key' }, 'BadCredentials'],
  [{ httpStatus: 403, code: 'bad_header_key' }, 'BadCredentials'],
  [{ httpStatus: 403, code: 'required_header_signature' }, 'BadCredentials'],
  [{ httpStatus: 403, code: 'bad_header_signature' }, 'BadCredentials'],
  [{ httpStatus: 400, field: 'amount' }, 'InvalidAmount'],
  [{ httpStatus: 400, field: 'currency' }, 'InvalidCurrency'],
  [{ httpStatus: 400, field: 'foreign_id' }, 'ReferenceInUse'],
  [{ httpStatus: 422, field: 'foreign_id' }, 'ReferenceInUse'],
  [{ httpStatus: 400, field: 'sender_currency' }, 'InvalidCurrency'],
  [{ httpStatus: 400, code: 'not_enough_balance' }, 'NotEnoughFunds'],
  [{ httpStatus: 422, code: 'not_enough_balance' }, 'NotEnoughFunds'],
  [{ httpStatus: 400, code: 'forbidden_currency' }, 'InvalidCurrency'],
  [{ httpStatus: 422, code: 'forbidden_currency' }, 'InvalidCurrency'],
  [{ httpStatus: 422, field: 'amount' }, 'InvalidAmount'], // "Not enough amount": its field is the minimum's, too
  [{ httpStatus: 422, field: 'currency' }, 'InvalidCurrency'], // "Invalid balance."
];
const documented: Record<ProviderName, [Documented, FailureType][]> = {
  cryptoprocessing: processing,
  alphapo: processing,
  cryptopay: [
    [{ httpStatus: 400 }, 'UndocumentedError'],
    [{ httpStatus: 401, code: 'unauthenticated' }, 'BadCredentials'],
    [{ httpStatus: 403, code: 'unauthorized' }, 'BadCredentials'],
    [{ httpStatus: 404, code: 'not_found' }, 'UndocumentedError'],
    [{ httpStatus: 403, code: 'ip_not_allowed' }, 'BadCredentials'],
    [{ httpStatus: 422, code: 'ip_not_allowed' }, 'BadCredentials'],
    [{ httpStatus: 409 }, 'ReferenceInUse'],
    [{ httpStatus: 409, code: 'duplicate_custom_id' }, 'ReferenceInUse'],
    [
      { httpStatus: 422, code: 'invalid', detail: 'must_be_less_than_or_equal', field: 'charged_amount' },
      'NotEnoughFunds',
    ],
    [
      { httpStatus: 422, code: 'invalid', detail: 'must_be_less_than_or_equal', field: 'received_amount' },
      'NotEnoughFunds',
    ],
    [
      { httpStatus: 422, code: 'invalid', detail: 'must_be_greater_than_or_equal', field: 'charged_amount_to_send' },
      'InvalidAmount',
    ],
    [{ httpStatus: 422, code: 'invalid', detail: 'invalid_coin_address', field: 'address' }, 'InvalidAddress'],
    [{ httpStatus: 422, code: 'invalid', detail: 'must_be_included_in', field: 'charged_currency' }, 'InvalidCurrency'],
    [{ httpStatus: 422, code: 'high_risk_address' }, 'HighRiskAddress'],
    [{ httpStatus: 422 }, 'UndocumentedError'], // "Bad precision", "Limit exceeded": titles only
    [{ httpStatus: 429 }, 'RateLimited'],
  ],
  cryptocloud: [
    [{ code: 'required_parameter' }, 'InvalidRequest'],
    [{ code: 'currency_code' }, 'InvalidCurrency'],
    [{ code: 'network' }, 'InvalidAddress'],
    [{ code: 'uncorrected_amount' }, 'InvalidAmount'],
    [{ code: 'rate_limit' }, 'RateLimited'],
    [{ code: 'validate_error' }, 'InvalidRequest'],
    [{ code: 'authorization' }, 'BadCredentials'],
    [{ httpStatus: 403, code: 'Invalid header padding' }, 'BadCredentials'],
    [{ httpStatus: 403, code: 'Signature verification failed' }, 'BadCredentials'],
  ],
};
const rows = Object.entries(documented).flatMap(([provider, all]) =>
  all.map(([row, type]) => ({ provider: provider as ProviderName, row, type, name: JSON.stringify(row) })),
);

describe('every documented error is in a table', () => {
  test.each(rows)('$provider: $name is $type', ({ provider, row, type }) => {
    const line = registry[provider].failures.find(
      ({ httpStatus, code, detail, fields }) =>
        (row.httpStatus === undefined || (httpStatus?.includes(row.httpStatus) ?? true)) &&
        (code === undefined || code === row.code) &&
        (detail === undefined || detail === row.detail) &&
        (fields === undefined || (row.field !== undefined && fields.includes(row.field))),
    );
    expect(line?.type).toBe(type);
  });
});

/** What holds at every provider: rows that no table of one provider repeats. */
const everywhere: [row: string, status: number, body: string, FailureType][] = [
  ['Cryptopay 500', 500, '{"error":{"code":"internal"}}', 'ProviderFault'],
  ['Cryptopay 503', 503, '', 'ProviderFault'],
  ['Cryptopay 502, not JSON', 502, '<html>Bad gateway</html>', 'ProviderFault'],
  ['CryptoProcessing 429 of Cloudflare', 429, 'error code: 1015', 'UnreadableAnswer'],
  ['a code in no table', 418, '{"error":"?","code":"new"}', 'UndocumentedError'],
];

describe('every documented error that is no provider’s own', () => {
  test.each(everywhere)('%s is in the general table, and means so', (_row, status, body, type) => {
    expect(generalFailures.map((general) => general.type)).toContain(type);
    const provider = providerOf(body.startsWith('{"error":{') ? 'cryptopay' : 'cryptoprocessing');
    const reading = provider.create.read(answer(status, body), requests[provider.name]);
    expect(reading).toMatchObject({ ok: false, failure: { type } });
  });
});

describe('docs/failures.md', () => {
  test('names every failure type and every attention, and for each provider every line of its table', () => {
    const doc = failuresDoc();
    for (const name of [...Object.keys(failures), ...Object.keys(attentions)]) expect(doc).toContain(`| \`${name}\` |`);
    const lines = doc.split('\n').filter((line) => line.startsWith('| '));
    const expected = providerNames.reduce((sum, name) => sum + registry[name].failures.length + 2, 0);
    const others = Object.keys(failures).length + Object.keys(attentions).length + generalFailures.length + 6;
    expect(lines).toHaveLength(expected + others);
  });

  test('says of every unknown that money may have moved, and of nothing else', () => {
    for (const [type, { certainty }] of Object.entries(failures)) {
      const line =
        failuresDoc()
          .split('\n')
          .find((row) => row.startsWith(`| \`${type}\` |`)) ?? '';
      expect([type, line.includes('**Money may have moved.**')]).toEqual([type, certainty === 'unknown']);
    }
  });
});

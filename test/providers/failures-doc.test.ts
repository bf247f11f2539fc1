import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { failuresDoc } from '../../cli/failures-doc.js';
import type { ProviderName } from '../../domain/matrix.js';
import type { FailureType } from '../../domain/failures.js';
import { registry } from '../../providers/registry.js';

test('docs/failures.md is what the tables say (else: npm run docs)', async () => {
  expect(await readFile(new URL('../../docs/failures.md', import.meta.url), 'utf8')).toBe(failuresDoc());
});

interface Documented {
  httpStatus?: number;
  code?: string;
  detail?: string;
  field?: string;
}

/** The error sections of the providers' documents, row by row (processing §1.6 and §2, Cryptopay §3.7, CryptoCloud §4). */
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
];
const documented: Record<ProviderName, [Documented, FailureType][]> = {
  cryptoprocessing: processing,
  alphapo: processing,
  cryptopay: [
    [{ httpStatus: 400 }, 'UndocumentedError'],
    [{ httpStatus: 401, code: 'unauthenticated' }, 'BadCredentials'],
    [{ httpStatus: 403, code: 'unauthorized' }, 'BadCredentials'],
    [{ httpStatus: 404, code: 'not_found' }, 'UndocumentedError'],
    [{ httpStatus: 409 }, 'ReferenceInUse'],
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

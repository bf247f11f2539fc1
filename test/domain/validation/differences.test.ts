import { describe, expect, test } from '@jest/globals';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { paidCurrency } from '../../../domain/request.js';
import { differingFields } from '../../../domain/validation/differences.js';
import { samples, without } from '../requests.js';

const first: WithdrawalRequest = {
  ...samples.cryptoprocessing,
  sendBy: '2026-11-21T10:30:00Z',
  sender: { type: 'natural', firstName: 'Ana', lastName: 'Li', dateOfBirth: '1990-02-28', email: 'ana@example.com' },
};
const quoted: WithdrawalRequest = { ...samples.cryptopay, cryptopay: { maxCharge: '11.50', networkFeeLevel: 'fast' } };

describe('two requests under one id ask for the same', () => {
  test.each<[string, WithdrawalRequest, WithdrawalRequest]>([
    ['if nothing differs', first, structuredClone(first)],
    ['if amounts differ in zeros only', { ...first, amount: '1.0' }, { ...first, amount: '1.00' }],
    ['if amounts to arrive differ in zeros only', { ...first, amountTo: '2' }, { ...first, amountTo: '2.000' }],
    [
      'if maxCharge differs in zeros only',
      quoted,
      { ...quoted, cryptopay: { ...quoted.cryptopay, maxCharge: '11.5' } },
    ],
    ['if requestedAt differs: the first one stands', first, { ...first, requestedAt: '2026-11-21T09:30:01Z' }],
    ['if sendBy differs: the first one stands', first, { ...first, sendBy: '2026-11-21T10:31:00Z' }],
    ['if sendBy is left out', first, without(first, 'sendBy')],
    [
      'in whatever order the fields come',
      first,
      Object.fromEntries(Object.entries(first).reverse()) as unknown as WithdrawalRequest,
    ],
  ])('%s', (_name, a, b) => {
    expect(differingFields(a, b)).toEqual([]);
    expect(differingFields(b, a)).toEqual([]);
  });
});

describe('other content is a conflict that names the fields', () => {
  test.each<[string, WithdrawalRequest, string[]]>([
    ['the amount, by its last digit', { ...first, amount: '0.000030000000000000000001' }, ['amount']],
    ['the address, by its case', { ...first, address: first.address.toUpperCase() }, ['address']],
    ['the provider', { ...first, provider: 'alphapo' }, ['provider']],
    ['a tag', { ...first, tag: '1' }, ['tag']],
    [
      'the currency and the reference',
      { ...first, currency: 'LTC', endUserReference: 'x' },
      ['currency', 'endUserReference'],
    ],
    ['acceptUnchecked', { ...first, acceptUnchecked: true }, ['acceptUnchecked']],
    ['a conversion', { ...first, convertTo: 'LTC' }, ['convertTo']],
    [
      'the receiver’s kind',
      { ...first, receiver: { type: 'self' } },
      ['receiver.type', 'receiver.firstName', 'receiver.lastName', 'receiver.dateOfBirth'],
    ],
    [
      'a nested field that is gone',
      { ...first, sender: { type: 'natural', firstName: 'Ana', lastName: 'Li', dateOfBirth: '1990-02-28' } },
      ['sender.email'],
    ],
    ['a whole object that is gone', without(first, 'sender'), ['sender']],
  ])('%s', (_name, other, fields) => {
    expect(differingFields(first, other).sort()).toEqual(fields.sort());
    expect(differingFields(other, first).sort()).toEqual(fields.sort());
  });

  test('another option of Cryptopay is a conflict that names it', () => {
    const other: WithdrawalRequest = { ...quoted, cryptopay: { maxCharge: '11.51', networkFeeLevel: 'slow' } };
    expect(differingFields(quoted, other)).toEqual(['cryptopay.maxCharge', 'cryptopay.networkFeeLevel']);
  });

  test('a conflict names no value: the fields may hold personal data', () => {
    const other: WithdrawalRequest = {
      ...first,
      sender: { type: 'legal', legalName: 'Secret AG', countryOfRegistration: 'CHE' },
    };
    expect(differingFields(first, other).join()).not.toMatch(/Secret|CHE|Ana|Li|1990/);
  });
});

test('what leaves for the chain is the target currency, or the debited one', () => {
  expect([paidCurrency(samples.alphapo), paidCurrency(samples.cryptoprocessing)]).toEqual(['BTC', 'BTC']);
  expect(paidCurrency({ ...samples.alphapo, convertTo: 'XRP' })).toBe('XRP');
});

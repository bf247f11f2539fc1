import { describe, expect, it, test } from '@jest/globals';
import type { CaseStart } from '../../contract/case.js';
import { caseDetails, caseOptions } from '../../contract/case.js';
import { indexedCurrency, indexedProviderId } from '../../contract/search-attributes.js';
import { addressOf } from './addresses/vectors.js';

const canary = 'Ana Canary, ana@example.com';
const record = { provider: 'cryptopay', providerId: 'a1', providerStatus: 'completed', meaning: 'confirmed' } as const;
const start: CaseStart = { provider: 'cryptopay', reason: 'unknown withdrawal', withdrawalId: 'w-1', record };

/** Whoever may signal or start workflows can put anything into any field; so may a provider into its words. */
const strange = (fields: object): CaseStart => ({ ...start, ...fields });

/** All of a case that needs no key to be read. */
function readable(of: CaseStart): string {
  const { staticSummary, typedSearchAttributes } = caseOptions(of, 'ID');
  return JSON.stringify([caseDetails(of), staticSummary, typedSearchAttributes.map(({ value }) => value)]);
}

describe('what everybody reads of a case', () => {
  it('says whose callback it is, why it is a case, which withdrawal it names, and what the provider’s word means', () => {
    expect(readable(start)).toMatch(/Cryptopay: unknown withdrawal.*Withdrawal: w-1\..*means: confirmed\..*"a1"/);
  });

  it.each<[string, CaseStart]>([
    ['the status is in no table', strange({ record: { ...record, providerStatus: canary, meaning: 'unrecognised' } })],
    ['a status of ours is claimed for any word', strange({ record: { ...record, providerStatus: canary } })],
    ['the meaning is none', strange({ record: { ...record, meaning: canary } })],
    ['why it can’t be read is free text', strange({ record: undefined, problem: canary, body: canary })],
    ['the reference is none of ours', strange({ withdrawalId: canary })],
    ['the provider’s id is none', strange({ record: { ...record, providerId: canary } })],
    ['the provider is none', strange({ provider: canary })],
    ['the reason is none', strange({ reason: canary })],
  ])('holds no free text where %s', (_, of) => {
    expect(readable(of)).not.toMatch(/Canary|example/);
  });

  it('holds no address in place of an id', () => {
    const address = addressOf.tron;
    const of = strange({ withdrawalId: address, record: { ...record, providerId: address } });
    expect(readable(of)).not.toContain(address);
  });
});

test.each([
  ['134702815', true],
  ['6d7ad2b3-8d9c-4a2e-9c8f-0f7b6a4f3c1d', true],
  ['INV-A1B2C3', true],
  [canary, false],
  ['ana@example.com', false],
  [addressOf.evm, false],
  [42, false],
  [undefined, false],
])('%j is indexed as a provider’s id: %s', (value, isIndexed) => {
  expect(indexedProviderId(value)).toBe(isIndexed ? value : undefined);
});

test.each([
  ['USDT_TRC20', true],
  ['btc', false],
  ['ANA CANARY', false],
  [undefined, false],
])('%j is indexed as a currency: %s', (value, isIndexed) => {
  expect(indexedCurrency(value)).toBe(isIndexed ? value : undefined);
});

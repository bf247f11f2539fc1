import { describe, expect, test } from '@jest/globals';
import { parse } from 'lossless-json';
import type { ProviderName } from '../../domain/providers/index.js';
import { providerNames } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import { cryptopayOptions } from '../../domain/validation/cryptopay-options.js';
import { personFields } from '../../domain/validation/persons.js';
import { requestFieldRows } from '../../domain/validation/request-fields.js';
import { providerOf, requests } from './support.js';

const natural = { type: 'natural', firstName: 'Ana', lastName: 'Li', dateOfBirth: '1990-02-28' } as const;
const legal = { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' } as const;
const all = {
  convertTo: 'XRP',
  tag: '1',
  endUserReference: 'user-17',
  acceptUnchecked: true,
  sendBy: '2026-11-21T10:30:00Z',
} as const;
const cryptopay = {
  networkFeeLevel: 'fast',
  forceCommit: false,
  network: 'ripple',
  customerId: 'c',
  maxCharge: '9',
} as const;

/** Requests that have every field between them, whether or not the provider takes it. */
const changes: readonly Partial<WithdrawalRequest>[] = [
  { ...all, amount: '1', sender: { ...natural, email: 'ana@example.com' }, receiver: legal, cryptopay },
  { ...all, amount: '1', sender: legal, receiver: natural, cryptopay: { feesIncluded: true } },
  { ...all, amountTo: '1', sender: legal, receiver: { type: 'self' } },
];

function bodyOf(
  provider: ProviderName,
  { amount, amountTo, ...change }: Partial<WithdrawalRequest>,
): Record<string, unknown> {
  const { withdrawalId, requestedAt, currency, address } = requests[provider];
  const amounts = amountTo === undefined || provider === 'cryptocloud' ? { amount: amount ?? '1' } : { amountTo };
  const request: WithdrawalRequest = { withdrawalId, provider, requestedAt, currency, address, ...amounts, ...change };
  const { body = '' } = providerOf(provider).create.write(request, new Date());
  return { ...(parse(body) as object) };
}

const namesIn = (bodies: readonly unknown[]) => [...new Set(bodies.flatMap((body) => Object.keys(body ?? {})))].sort();

describe.each(providerNames)('the body of a create at %s', (provider) => {
  test('has exactly the fields that the rows of a request’s fields name', () => {
    const fields = requestFieldRows.flatMap(([, { sentAs }]) => {
      const sent = sentAs?.[provider];
      return sent === undefined ? [] : typeof sent === 'string' ? [sent] : sent.fields;
    });
    const options = provider === 'cryptopay' ? Object.values(cryptopayOptions).map(({ sentAs }) => sentAs) : [];
    const named = [...fields, ...options].filter((name) => name !== undefined);
    expect(namesIn(changes.map((change) => bodyOf(provider, change)))).toEqual([...new Set(named)].sort());
  });
});

test('the persons at CryptoProcessing have exactly the fields that the rows of a person’s fields name', () => {
  const bodies = changes.map((change) => bodyOf('cryptoprocessing', change));
  const named = Object.values(personFields).flatMap(({ sentAs }) => sentAs ?? []);
  expect(namesIn(bodies.flatMap((body) => [body['sender_data'], body['receiver_data']]))).toEqual(named.sort());
});

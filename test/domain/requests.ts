import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';

/** The time of every check in these tests, shortly after the requests below were made. */
export const NOW = Date.parse('2026-11-21T09:31:00Z');

const requestedAt = '2026-11-21T09:30:00Z';
export const bitcoinAddress = 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc';

/** The four documents' own samples as our request; where a document has only a placeholder, a value of its kind. */
export const samples = {
  cryptoprocessing: {
    withdrawalId: 'test_foreign_id_0148',
    provider: 'cryptoprocessing',
    requestedAt,
    currency: 'BTC',
    amount: '0.00003000',
    address: bitcoinAddress,
    endUserReference: 'test_end_user_reference',
    sender: { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' },
    receiver: { type: 'natural', firstName: 'Friedrich', lastName: 'Müller', dateOfBirth: '1995-08-17' },
  },
  alphapo: {
    withdrawalId: 'user_2317',
    provider: 'alphapo',
    requestedAt,
    currency: 'EUR',
    amount: '25.00000000',
    convertTo: 'BTC',
    address: bitcoinAddress,
    endUserReference: 'guest_user17',
  },
  cryptopay: {
    withdrawalId: '113562013',
    provider: 'cryptopay',
    requestedAt,
    currency: 'EUR',
    amount: '10',
    convertTo: 'BTC',
    address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
  },
  cryptocloud: {
    withdrawalId: 'eth-payout-1',
    provider: 'cryptocloud',
    requestedAt,
    currency: 'ETH',
    amount: '0.003',
    address: '0x396343362be2A4dA1cE0C1C210945346fb82Aa49',
  },
} as const satisfies Record<ProviderName, WithdrawalRequest>;

/** An object without some of its fields. */
export function without<T extends object, Name extends keyof T>(object: T, ...names: Name[]): Omit<T, Name> {
  const fields = Object.entries(object).filter(([name]) => !names.some((left) => left === name));
  return Object.fromEntries(fields) as Omit<T, Name>;
}

/** The fields of `request` with some changed; `undefined` leaves one out. */
export function changed(request: WithdrawalRequest, changes: Record<string, unknown>): Record<string, unknown> {
  const fields: [string, unknown][] = Object.entries({ ...request, ...changes });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

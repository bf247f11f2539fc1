import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';

const addresses = { btc: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc' };

/** The documents' own request to CryptoProcessing: a legal sender, a natural receiver. */
export function cryptoprocessingRequest(changes: Partial<WithdrawalRequest> = {}): WithdrawalRequest {
  return {
    withdrawalId: 'test_foreign_id_0148',
    provider: 'cryptoprocessing',
    requestedAt: new Date().toISOString(),
    currency: 'BTC',
    amount: '0.00003000',
    address: addresses.btc,
    endUserReference: 'test_end_user_reference',
    sender: { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' },
    receiver: { type: 'natural', firstName: 'Friedrich', lastName: 'Müller', dateOfBirth: '1995-08-17' },
    ...changes,
  };
}

/** The same payout through AlphaPo, which asks for neither party. */
export function alphapoRequest(changes: Partial<WithdrawalRequest> = {}): WithdrawalRequest {
  return {
    withdrawalId: 'test_foreign_id_0148',
    provider: 'alphapo',
    requestedAt: new Date().toISOString(),
    currency: 'BTC',
    amount: '0.00003000',
    address: addresses.btc,
    endUserReference: 'test_end_user_reference',
    ...changes,
  };
}

/** The documents' own request to Cryptopay: 10 EUR, received in BTC, in two steps. */
export function cryptopayRequest(changes: Partial<WithdrawalRequest> = {}): WithdrawalRequest {
  return {
    withdrawalId: 'test_custom_id_0148',
    provider: 'cryptopay',
    requestedAt: new Date().toISOString(),
    currency: 'EUR',
    amount: '10',
    convertTo: 'BTC',
    address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
    ...changes,
  };
}

/** CryptoCloud takes no reference: the provider sees the currency, the amount and the address. */
export function cryptocloudRequest(changes: Partial<WithdrawalRequest> = {}): WithdrawalRequest {
  return {
    withdrawalId: 'test_own_id_0148',
    provider: 'cryptocloud',
    requestedAt: new Date().toISOString(),
    currency: 'USDT_TRC20',
    amount: '15',
    address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
    ...changes,
  };
}

/** A request to each provider. */
export const requestTo = {
  cryptoprocessing: cryptoprocessingRequest,
  alphapo: alphapoRequest,
  cryptopay: cryptopayRequest,
  cryptocloud: cryptocloudRequest,
} satisfies Record<ProviderName, (changes?: Partial<WithdrawalRequest>) => WithdrawalRequest>;

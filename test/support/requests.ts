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

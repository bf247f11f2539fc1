import type { WithdrawalRequest } from './validation/request-fields.js';

export type { CryptopayOptions } from './validation/cryptopay-options.js';
export type { LegalEntity, NaturalPerson, Receiver, Sender } from './validation/persons.js';
export type { WithdrawalRequest } from './validation/request-fields.js';

/** The form of a `withdrawalId`. */
export function isWithdrawalId(text: string): boolean {
  return /^(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text);
}

/** The currency that leaves for the chain. */
export function paidCurrency(request: Pick<WithdrawalRequest, 'currency' | 'convertTo'>): string {
  return request.convertTo ?? request.currency;
}

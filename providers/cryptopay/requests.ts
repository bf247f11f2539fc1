import type { WithdrawalRequest } from '../../domain/request.js';
import { paidCurrency } from '../../domain/request.js';
import type { LookUpKey } from '../provider.js';
import type { WithdrawalBody } from './wire.js';

export const WITHDRAWALS_PATH = '/api/coin_withdrawals';

export function commitPath(providerId: string): string {
  return `${WITHDRAWALS_PATH}/${encodeURIComponent(providerId)}/commit`;
}

/** By the provider's id once it is known, else by our reference. */
export function lookUpPath({ providerId, withdrawalId }: LookUpKey): string {
  return providerId === undefined
    ? `${WITHDRAWALS_PATH}/custom_id/${encodeURIComponent(withdrawalId)}`
    : `${WITHDRAWALS_PATH}/${encodeURIComponent(providerId)}`;
}

/** The body of a create. */
export function createBody(request: WithdrawalRequest): WithdrawalBody {
  const { networkFeeLevel, forceCommit, network, customerId } = request.cryptopay ?? {};
  return {
    charged_currency: request.currency,
    received_currency: paidCurrency(request),
    ...amountOf(request),
    address: addressWithTag(request),
    custom_id: request.withdrawalId,
    ...(customerId !== undefined && { customer_id: customerId }),
    ...(network !== undefined && { network }),
    ...(networkFeeLevel !== undefined && { network_fee_level: networkFeeLevel }),
    ...(forceCommit !== undefined && { force_commit: forceCommit }),
  };
}

function amountOf({ amount, amountTo, cryptopay }: WithdrawalRequest): Partial<WithdrawalBody> {
  return {
    ...(amount !== undefined &&
      (cryptopay?.feesIncluded ? { charged_amount: amount } : { charged_amount_to_send: amount })),
    ...(amountTo !== undefined && { received_amount: amountTo }),
  };
}

/**
 * "address + '?dt=' + '123'. If there is no destination tag to specify, leave it as 0." A tag is never left out: where this
 * currency takes none, the provider refuses the address, and nothing is lost.
 */
function addressWithTag(request: WithdrawalRequest): string {
  const tag = request.tag ?? (paidCurrency(request) === 'XRP' ? '0' : undefined);
  return tag === undefined ? request.address : `${request.address}?dt=${encodeURIComponent(tag)}`;
}

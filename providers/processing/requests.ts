import type { LosslessNumber } from 'lossless-json';
import type { Amount } from '../../domain/money.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { WithdrawalBody } from './wire.js';

export const CREATE_PATH = '/api/v2/withdrawal/crypto';
export const LOOK_UP_PATH = '/api/v2/transactions/info';

/** What both providers are asked, with amounts as this one takes them. */
export function withdrawalBody(
  request: WithdrawalRequest,
  onWire: (amount: Amount) => string | LosslessNumber,
): WithdrawalBody {
  const { currency, withdrawalId, endUserReference, convertTo, address, tag, amount, amountTo } = request;
  if (endUserReference === undefined) throw new Error('endUserReference is required: the request was not checked');
  return {
    currency,
    foreign_id: withdrawalId,
    end_user_reference: endUserReference,
    ...(convertTo !== undefined && { convert_to: convertTo }),
    address,
    ...(tag !== undefined && { tag }),
    ...(amount !== undefined && { amount: onWire(amount) }),
    ...(amountTo !== undefined && { amount_to: onWire(amountTo) }),
  };
}

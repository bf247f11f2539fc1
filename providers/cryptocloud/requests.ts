import { LosslessNumber } from 'lossless-json';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { WithdrawalBody } from './wire.js';

export const CREATE_PATH = '/v2/invoice/api/out/create';

/** The body of a create: the amount as a JSON number, with the digits as asked. There is no place for our reference. */
export function createBody({ currency, address, amount }: WithdrawalRequest): WithdrawalBody {
  if (amount === undefined) throw new Error('amount is required: the request was not checked');
  return { currency_code: currency, to_address: address, amount: new LosslessNumber(amount) };
}

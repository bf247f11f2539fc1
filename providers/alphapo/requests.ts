import { LosslessNumber } from 'lossless-json';
import type { WithdrawalRequest } from '../../domain/request.js';
import { withdrawalBody } from '../processing/requests.js';
import type { WithdrawalBody } from '../processing/wire.js';

/** The body of a create: amounts as JSON numbers, with the digits as asked; no sender, no receiver. */
export function createBody(request: WithdrawalRequest): WithdrawalBody {
  return withdrawalBody(request, (amount) => new LosslessNumber(amount));
}

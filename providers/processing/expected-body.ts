import type { WithdrawalRequest } from '../../domain/request.js';
import type { BodyFields } from '../provider.js';

/** What the body of a create must carry, field by field. Written apart from `requests.ts`: a mistake in one of the two shows. */
export function expectedBody(request: WithdrawalRequest): BodyFields {
  return {
    currency: request.currency,
    foreign_id: request.withdrawalId,
    end_user_reference: request.endUserReference,
    convert_to: request.convertTo,
    address: request.address,
    tag: request.tag,
    amount: request.amount,
    amount_to: request.amountTo,
  };
}

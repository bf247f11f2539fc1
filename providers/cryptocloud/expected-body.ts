import type { WithdrawalRequest } from '../../domain/request.js';
import type { BodyFields } from '../provider.js';

/** What the body of a create must carry, field by field. Written apart from `requests.ts`: a mistake in one of the two shows. */
export function expectedBody({ currency, address, amount }: WithdrawalRequest): BodyFields {
  return { currency_code: currency, to_address: address, amount };
}

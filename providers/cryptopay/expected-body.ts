import type { WithdrawalRequest } from '../../domain/request.js';
import type { BodyFields } from '../provider.js';

/** What the body of a create must carry, field by field. Written apart from `requests.ts`: a mistake in one of the two shows. */
export function expectedBody({ cryptopay: options = {}, ...request }: WithdrawalRequest): BodyFields {
  const received = request.convertTo ?? request.currency;
  const tag = request.tag ?? (received === 'XRP' ? '0' : undefined);
  return {
    charged_currency: request.currency,
    received_currency: received,
    charged_amount: options.feesIncluded === true ? request.amount : undefined,
    charged_amount_to_send: options.feesIncluded === true ? undefined : request.amount,
    received_amount: request.amountTo,
    address: request.address + (tag === undefined ? '' : `?dt=${encodeURIComponent(tag)}`),
    custom_id: request.withdrawalId,
    customer_id: options.customerId,
    network: options.network,
    network_fee_level: options.networkFeeLevel,
    force_commit: options.forceCommit?.toString(),
  };
}

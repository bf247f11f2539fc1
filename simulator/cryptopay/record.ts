import { Money, oneDecimal } from '../money.js';
import type { CryptopayDetails, Moment, Payout } from '../payout.js';

/** Details of a Cryptopay payout; any other payout here is a bug. */
export function detailsOf(row: Payout): CryptopayDetails {
  if (row.details.family !== 'cryptopay') throw new Error(`${row.provider} ${row.providerId}: not Cryptopay's`);
  return row.details;
}

/** On chain from `sent` on. */
const broadcast: readonly string[] = ['sent', 'completed'];

const riskDetails = {
  score: 0.42,
  level: 'medium',
  resource_name: 'Example Exchange',
  resource_category: 'exchange',
};

/** A withdrawal as every answer and callback shows it, with the keys of the documented sample. */
export function recordOf(row: Payout, moment: Moment): object {
  const { customerId, addressAsSent, networkFee, networkFeeLevel, exchange, risky } = detailsOf(row);
  return {
    id: row.providerId,
    custom_id: row.reference,
    customer_id: customerId,
    address: addressAsSent,
    txid: broadcast.includes(moment.status) ? row.txid : null,
    status: moment.status,
    charged_amount: oneDecimal(new Money(row.charged.amount)),
    charged_currency: row.charged.currency,
    received_amount: oneDecimal(new Money(row.received.amount)),
    received_currency: row.received.currency,
    network_fee: networkFee,
    network_fee_level: networkFeeLevel,
    fee: '0.0',
    fee_currency: row.received.currency,
    ...(exchange && { exchange }),
    risk: risky ? riskDetails : null,
    created_at: row.createdAt,
  };
}

import type { Modes } from '../../behaviour/modes.js';
import { Money, oneDecimal } from '../../currencies/money.js';
import { jsonResponse } from '../../http/json-response.js';
import type { CryptopayDetails, StatusChange, Payout } from '../../ledger/payout.js';
import type { HttpResponse } from '../provider.js';

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

/** A response with a withdrawal: in `data`, as the official clients expect it, or bare, as in the documents' sample. */
export function recordResponse(status: number, row: Payout, change: StatusChange, modes: Modes): HttpResponse {
  const record = recordOf(row, change, modes);
  return jsonResponse(status, modes.values['bare-envelope'] ? record : { data: record });
}

/** A withdrawal as every response and callback has it: the keys of the documented sample, and `network`, which recorded responses have. */
export function recordOf(row: Payout, change: StatusChange, { values }: Modes): object {
  const { customerId, addressAsSent, network, networkFee, networkFeeLevel, exchange, risky } = detailsOf(row);
  return {
    id: row.providerId,
    custom_id: row.reference,
    customer_id: customerId,
    address: addressAsSent,
    ...(network !== undefined && { network }),
    txid: broadcast.includes(change.status) ? row.txid : null,
    status: change.status,
    charged_amount: oneDecimal(new Money(row.charged.amount)),
    charged_currency: row.charged.currency,
    received_amount: oneDecimal(new Money(row.received.amount)),
    received_currency: row.received.currency,
    network_fee: networkFee,
    network_fee_level: networkFeeLevel,
    fee: '0.0',
    fee_currency: row.received.currency,
    ...(exchange && {
      exchange: values['exchange-without-fee'] ? { pair: exchange.pair, rate: exchange.rate } : exchange,
    }),
    risk: risky ? riskDetails : null,
    created_at: row.createdAt,
  };
}

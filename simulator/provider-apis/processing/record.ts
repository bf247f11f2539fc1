import { eightDecimals, Money, plain } from '../../currencies/money.js';
import type { StatusChange, Payout, ProcessingDetails } from '../../ledger/payout.js';

/** Details of a payout of this family; any other payout here is a bug. */
export function detailsOf(row: Payout): ProcessingDetails {
  if (row.details.family !== 'processing')
    throw new Error(`${row.provider} ${row.providerId}: not of the processing family`);
  return row.details;
}

const zero = '0.00000000';

/** A payout as callbacks and /transactions/info show it, shaped as each documented sample. */
export function recordOf(row: Payout, change: StatusChange, status: string): object {
  const details = detailsOf(row);
  const { charged, received, address, tag } = row;
  const exchanged = details.type === 'withdrawal_exchange';
  const moves = change.status === 'confirmed' || change.status === 'processing';
  const sent = eightDecimals(new Money(charged.amount));
  // The documented pending conversion has nothing exchanged yet.
  const arriving = exchanged && !moves ? zero : eightDecimals(new Money(received.amount));
  const withdrawal = {
    id: details.transactionId,
    currency: received.currency,
    transaction_type: 'blockchain',
    type: 'withdrawal',
    address,
    tag,
    amount: arriving,
    txid: change.status === 'confirmed' ? row.txid : null,
    ...(exchanged && !moves && { riskscore: null }),
    confirmations: '0',
  };
  const exchange = {
    id: details.transactionId + 1,
    currency: charged.currency,
    currency_to: received.currency,
    transaction_type: 'exchange',
    type: 'exchange',
    amount: sent,
    amount_to: arriving,
  };
  const fee = { type: 'fee_crypto_withdrawal_from_fiat', currency: received.currency, amount: details.fee };
  return {
    id: Number(row.providerId),
    foreign_id: row.reference,
    end_user_reference: details.endUserReference,
    type: details.type,
    crypto_address: { id: details.addressId, currency: received.currency, address, tag },
    ...(exchanged &&
      moves && {
        currency_sent: { currency: charged.currency, amount: sent },
        currency_received: { currency: received.currency, amount: arriving },
      }),
    transactions: exchanged ? [withdrawal, exchange] : [withdrawal],
    fees: exchanged && moves ? [fee] : [],
    error: change.error,
    status,
  };
}

/** The response to a create: always `processing`. */
export function createdRecord(row: Payout): object {
  const { charged, received } = row;
  const details = detailsOf(row);
  const sent = eightDecimals(new Money(charged.amount));
  const arriving = new Money(received.amount);
  return {
    id: Number(row.providerId),
    foreign_id: row.reference,
    end_user_reference: details.endUserReference,
    type: details.type,
    status: 'processing',
    amount: sent,
    sender_amount: sent,
    sender_currency: charged.currency,
    receiver_currency: received.currency,
    receiver_amount: details.type === 'withdrawal' ? eightDecimals(arriving) : plain(arriving),
  };
}

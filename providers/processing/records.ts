import type { Amount, Money } from '../../domain/money.js';
import { isZero } from '../../domain/money.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import type { ProviderName } from '../../domain/providers/index.js';
import type { Fee, Meaning, ProviderRecord } from '../../domain/record.js';
import { meansUnpaid } from '../../domain/record.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { CreateResponse, WireWithdrawal } from './wire.js';

/** The protocol's statuses. */
export const processingStatuses: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['processing', 'processing'],
  ['not_confirmed', 'processing'],
  ['pending', 'awaiting_approval'],
  ['confirmed', 'confirmed'],
  ['cancelled', 'cancelled'],
  ['declined', 'declined'],
]);

/** The protocol's fee types, where they map onto ours. */
export const processingFees: ReadonlyMap<string, NonNullable<Fee['kind']>> = new Map<string, NonNullable<Fee['kind']>>([
  ['mining', 'network'],
  ['withdrawal', 'service'],
  ['fee_crypto_withdrawal_from_fiat', 'service'],
  ['exchange', 'exchange'],
]);

/** What the response to a create says. */
export function createdRecord(
  provider: ProviderName,
  { data }: CreateResponse,
  request: WithdrawalRequest,
): ProviderRecord {
  return {
    provider,
    providerId: data.id,
    reference: data.foreign_id,
    ...endUser(data.end_user_reference),
    ...statusFields(data.status),
    ...currencies(data.sender_currency, data.receiver_currency),
    // `amount` and `sender_amount` are what was asked for only if `amount` was; with `amount_to` they are worked out.
    ...(request.amount !== undefined && asked(data.amount)),
    ...moved('sent', { amount: data.sender_amount, currency: data.sender_currency }),
    ...moved('received', { amount: data.receiver_amount, currency: data.receiver_currency }),
  };
}

/** What a callback or a look-up says. */
export function toRecord(provider: ProviderName, wire: WireWithdrawal): ProviderRecord {
  const { crypto_address: destination, transactions, fees, error } = wire;
  const reported = statusFields(wire.status);
  const isUnpaid = meansUnpaid(reported.meaning);
  // An internal transfer's txid is on no chain, but beside an unpaid end any transaction contradicts it.
  const named = transactions.find(
    ({ transaction_type, txid }) => (isUnpaid || transaction_type === 'blockchain') && !!txid,
  );
  const riskscore = transactions.find((transaction) => transaction.riskscore !== undefined)?.riskscore;
  const debited = debitedIn(wire);
  const elsewhere = transactions.flatMap((transaction) => elsewhereOf(transaction, destination));
  return {
    provider,
    providerId: wire.id,
    reference: wire.foreign_id,
    ...endUser(wire.end_user_reference),
    ...reported,
    ...(debited && currencies(debited.currency, destination.currency)),
    ...asked(debited?.amount),
    address: destination.address,
    // Null says that there is none; a missing field says nothing.
    ...(destination.tag !== undefined && { tag: destination.tag ?? '' }),
    ...(elsewhere.length > 0 && { otherDestinations: elsewhere }),
    ...(named?.txid && { txid: named.txid }),
    ...moved('sent', wire.currency_sent),
    ...moved('received', wire.currency_received),
    ...(fees.length > 0 && { fees: fees.map(toFee) }),
    ...(riskscore !== undefined && { risk: { score: riskscore } }),
    ...(error && { error }),
  };
}

/**
 * What was debited: of a conversion its exchange transaction, which holds the amount asked for even while it is pending;
 * else the one withdrawal itself. Of several transactions of a kind none is what was asked for.
 */
function debitedIn(wire: WireWithdrawal): { currency: string; amount?: Amount } | undefined {
  const isConversion = wire.type.endsWith('_exchange');
  const kind = isConversion ? 'exchange' : 'withdrawal';
  const [only, ...others] = wire.transactions.filter(({ type }) => type === kind);
  if (only !== undefined && others.length === 0) return { currency: only.currency, amount: only.amount };
  const currency = wire.currency_sent?.currency ?? only?.currency;
  if (currency !== undefined) return { currency };
  return isConversion ? undefined : { currency: wire.crypto_address.currency };
}

/** The destination that a transaction names, if it is not the withdrawal's. What it leaves null it doesn't say. */
function elsewhereOf(
  { address, tag }: WireWithdrawal['transactions'][number],
  destination: WireWithdrawal['crypto_address'],
): NonNullable<ProviderRecord['otherDestinations']> {
  const isElsewhere = address !== undefined && address !== destination.address;
  const isOtherTag = tag !== undefined && tag !== (destination.tag ?? '');
  return isElsewhere || isOtherTag ? [omitUndefined({ address, tag })] : [];
}

function endUser(endUserReference: string | undefined): Pick<ProviderRecord, 'endUserReference'> {
  return omitUndefined({ endUserReference });
}

function statusFields(status: string): Pick<ProviderRecord, 'providerStatus' | 'meaning'> {
  return { providerStatus: status, meaning: processingStatuses.get(status) ?? 'unrecognised' };
}

function currencies(debited: string, paid: string): Pick<ProviderRecord, 'currency' | 'convertTo'> {
  return { currency: debited, ...(paid !== debited && { convertTo: paid }) };
}

/** A zero is what the provider doesn't know yet. */
function asked(amount: Amount | undefined): Pick<ProviderRecord, 'amount'> {
  return amount !== undefined && !isZero(amount) ? { amount } : {};
}

function moved(name: 'sent' | 'received', money: Money | undefined): Pick<ProviderRecord, 'sent' | 'received'> {
  return money && !isZero(money.amount) ? { [name]: money } : {};
}

function toFee({ type, currency, amount }: WireWithdrawal['fees'][number]): Fee {
  const kind = processingFees.get(type);
  return { type, ...(kind !== undefined && { kind }), currency, amount };
}

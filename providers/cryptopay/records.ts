import { omitUndefined } from '../../domain/omit-undefined.js';
import type { CurrencyExchange, Fee, Meaning, ProviderRecord, Risk } from '../../domain/record.js';
import type { CoinWithdrawal } from './wire.js';

/**
 * Cryptopay's statuses. Its documents disagree on `pending`: just committed, or still to be committed. It counts as
 * not committed, unless the response itself comes after a commit (see `committed`).
 */
export const statuses: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['new', 'awaiting_commit'],
  ['pending', 'awaiting_commit'],
  ['processing', 'processing'],
  ['sent', 'processing'],
  ['completed', 'confirmed'],
  ['on_hold', 'on_hold'],
  // Not final: it turns into completed or cancelled.
  ['failed', 'on_hold'],
  ['cancelled', 'cancelled'],
]);

/** What a response or a callback says. `committed`: it answers a commit, or a create that needed none. */
export function toRecord(wire: CoinWithdrawal, { committed }: { committed: boolean }): ProviderRecord {
  const meaning = committed && wire.status === 'pending' ? 'processing' : (statuses.get(wire.status) ?? 'unrecognised');
  const isMoving = meaning === 'processing' || meaning === 'confirmed';
  const converts = wire.received_currency !== wire.charged_currency;
  const fees = feesOf(wire);
  return {
    provider: 'cryptopay',
    providerId: wire.id,
    reference: wire.custom_id,
    providerStatus: wire.status,
    meaning,
    currency: wire.charged_currency,
    ...(converts && { convertTo: wire.received_currency }),
    // "Exact amount received by a recipient": what was asked for, where `received_amount` was asked for.
    amountTo: wire.received_amount,
    ...destinationOf(wire.address),
    ...(wire.network && { network: wire.network }),
    ...(wire.txid && { txid: wire.txid }),
    ...(isMoving && {
      sent: { amount: wire.charged_amount, currency: wire.charged_currency },
      received: { amount: wire.received_amount, currency: wire.received_currency },
    }),
    ...(fees.length > 0 && { fees }),
    ...(wire.exchange && { exchange: exchangeOf(wire.exchange) }),
    ...(wire.risk && { risk: riskOf(wire.risk) }),
    charge: wire.charged_amount,
    ...(wire.status === 'new' && { neverCommitted: true as const }),
  };
}

/** The address, and the tag if it comes with one; `0` stands for none. Whether it always comes is not documented. */
function destinationOf(text: string): Pick<ProviderRecord, 'address' | 'tag'> {
  const [, address = text, tag] = /^(.*)\?(?:dt|memoId)=(.*)$/s.exec(text) ?? [];
  return { address, ...(tag !== undefined && { tag: tag === '0' ? '' : decoded(tag) }) };
}

function decoded(tag: string): string {
  try {
    return decodeURIComponent(tag);
  } catch {
    return tag;
  }
}

/** `network_fee` has no currency of its own: by the documents' samples it is in `received_currency`. */
function feesOf({ network_fee, fee, fee_currency, received_currency }: CoinWithdrawal): Fee[] {
  return [
    ...(network_fee
      ? [{ type: 'network_fee', kind: 'network' as const, currency: received_currency, amount: network_fee }]
      : []),
    ...(fee && fee_currency ? [{ type: 'fee', kind: 'service' as const, currency: fee_currency, amount: fee }] : []),
  ];
}

function exchangeOf({
  pair,
  rate,
  fee,
  fee_currency: feeCurrency,
}: NonNullable<CoinWithdrawal['exchange']>): CurrencyExchange {
  return { pair, ...omitUndefined({ rate, fee, feeCurrency }) };
}

function riskOf(risk: NonNullable<CoinWithdrawal['risk']>): Risk {
  return {
    ...(risk.score !== undefined && { score: risk.score }),
    ...(risk.level !== undefined && { level: risk.level }),
    ...(risk.resource_name !== undefined && { resourceName: risk.resource_name }),
    ...(risk.resource_category !== undefined && { resourceCategory: risk.resource_category }),
  };
}

import type { Amount, Money } from './money.js';
import { isMoreThan, sameAmount } from './money.js';
import type { ProviderName } from './providers/index.js';
import type { WithdrawalRequest } from './request.js';
import { paidCurrency } from './request.js';
import type { Chain } from './addresses/index.js';
import { chainsOf, sameAddress, tagIn } from './addresses/index.js';
import type { FoundEvent, ReportedStatus } from './withdrawal/lifecycle.js';
import { isFinal, isUnpaidWord, statusRows } from './withdrawal/lifecycle.js';

/** What a provider's status means to us. `unrecognised`: a status that is in no table, so not final. */
export type Meaning = ReportedStatus | 'unrecognised';

export interface Fee extends Money {
  /** The provider's own name for it. */
  type: string;
  /** Ours, where the provider's maps onto one. */
  kind?: 'network' | 'service' | 'exchange';
}

/** The conversion into another currency, as far as the provider says it. */
export interface CurrencyExchange {
  pair?: string;
  rate?: string;
  fee?: Amount;
  feeCurrency?: string;
}

export interface Risk {
  score?: string;
  level?: string;
  resourceName?: string;
  resourceCategory?: string;
}

/** An address, a tag, or both; what is absent the provider doesn't say. */
type RecordedDestination = Pick<ProviderRecord, 'address' | 'tag'>;

/** What a provider says of one withdrawal: in a response, a look-up or a callback. Amounts as the provider wrote them. */
export interface ProviderRecord {
  provider: ProviderName;
  providerId: string;
  /** Our `withdrawalId`, where the provider takes a reference. */
  reference?: string;
  /** The provider's own status, as it says it. */
  providerStatus: string;
  meaning: Meaning;
  /** The debited currency, and the one that it was converted into. */
  currency?: string;
  convertTo?: string;
  /** What was asked for, where the provider's document says that it is that. */
  amount?: Amount;
  amountTo?: Amount;
  address?: string;
  /** Empty: it says that there is none. */
  tag?: string;
  /** Where single transactions of it went, if the record says it and it differs from `address` and `tag`. */
  otherDestinations?: RecordedDestination[];
  /** The chain, by the provider's name for it, where the record has it beside the currency. */
  network?: string;
  /** Our id of the end user, as the provider has it. */
  endUserReference?: string;
  txid?: string;
  sent?: Money;
  received?: Money;
  fees?: Fee[];
  exchange?: CurrencyExchange;
  risk?: Risk;
  /** The quoted charge with all fees, in the debited currency. */
  charge?: Amount;
  /** Its status says that no commit has reached it. */
  neverCommitted?: true;
  /** Why it was declined or cancelled, as the provider says it. */
  error?: string;
}

/** The fields in which a record is not about this withdrawal, by name; empty if it is ours. What it doesn't say is no evidence. */
export function foreignFields(record: ProviderRecord, request: WithdrawalRequest, providerId?: string): string[] {
  const paid = record.convertTo ?? record.currency;
  const chains = chainsOf(request);
  const destinations: RecordedDestination[] = [record, ...(record.otherDestinations ?? [])];
  const same: Record<string, boolean> = {
    provider: record.provider === request.provider,
    reference: record.reference === undefined || record.reference === request.withdrawalId,
    providerId: providerId === undefined || record.providerId === providerId,
    currency: record.currency === undefined || record.currency === request.currency,
    convertTo: paid === undefined || paid === paidCurrency(request),
    amount: agrees(record.amount, request.amount),
    amountTo: agrees(record.amountTo, request.amountTo),
    charge: isChargeFor(record.charge, request),
    address: destinations.every(
      ({ address }) => address === undefined || sameAddress(address, request.address, chains),
    ),
    tag: destinations.flatMap((one) => tagsOf(one, chains)).every((tag) => tag === (request.tag ?? '')),
    // One EVM address exists on many chains: the address alone doesn't show a wrong one.
    network: isSaid(record.network, request.cryptopay?.network),
    endUserReference: isSaid(record.endUserReference, request.endUserReference),
  };
  return Object.keys(same).filter((field) => same[field] === false);
}

/** The tags that it names: beside the address, and inside it. That there is none inside says nothing where there is one beside. */
function tagsOf({ address, tag }: RecordedDestination, chains: readonly Chain[]): string[] {
  const inside = address === undefined ? undefined : tagIn(address, chains);
  if (inside === undefined || (inside === '' && tag !== undefined)) return tag === undefined ? [] : [tag];
  return tag === undefined ? [inside] : [tag, inside];
}

/** With the fees taken out of it, what is charged is what was asked for; else it is that and the fees. */
function isChargeFor(charge: Amount | undefined, { amount, cryptopay }: WithdrawalRequest): boolean {
  if (charge === undefined || amount === undefined) return true;
  return cryptopay?.feesIncluded === true ? sameAmount(charge, amount) : !isMoreThan(amount, charge);
}

/** The same, byte for byte, where both say it. */
function isSaid(recorded: string | undefined, asked: string | undefined): boolean {
  return recorded === undefined || asked === undefined || recorded === asked;
}

function agrees(recorded: Amount | undefined, asked: Amount | undefined): boolean {
  return recorded === undefined || asked === undefined || sameAmount(recorded, asked);
}

/** The event of the lifecycle that this record is; none for a status that we don't know. */
export function eventOf({ meaning }: ProviderRecord): FoundEvent | undefined {
  return meaning === 'unrecognised' ? undefined : statusRows[meaning].found;
}

/** It says that nothing was paid, and names a transaction: both can't be. */
export function contradictsItself({ meaning, txid }: ProviderRecord): boolean {
  return meansUnpaid(meaning) && txid !== undefined;
}

/** Is it the provider's final word that nothing was paid? */
export function meansUnpaid(meaning: Meaning): boolean {
  return meaning !== 'unrecognised' && isUnpaidWord(meaning);
}

export function hasFinalMeaning({ meaning }: ProviderRecord): boolean {
  return meaning !== 'unrecognised' && isFinal(meaning);
}

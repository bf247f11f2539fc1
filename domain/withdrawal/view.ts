import type { Amount, Money } from '../money.js';
import type { ProviderName } from '../providers/index.js';
import type { CurrencyExchange, Fee, Risk } from '../record.js';
import type { Certainty } from '../failures.js';
import type { Status } from './lifecycle.js';
import type { Attention } from './attention.js';

/** What a withdrawal waits for. */
export interface Waiting {
  for: string;
  /** ISO 8601. */
  since: string;
  /** When this wait ends at the latest, ISO 8601; absent while only the provider or a person can end it. */
  until?: string;
  /** What happens next, and when. */
  next: string;
}

export interface TimelineEntry {
  /** ISO 8601. */
  at: string;
  event: string;
  detail?: string;
}

/** Why it did not succeed. */
export interface WithdrawalError {
  /**
   * A failure type of `failures.ts`, `Declined` or `Cancelled` for the provider's own final word (`Cancelled` with certainty `not-sent`: by
   * the app or a person, before it was sent), or `NotPaid` for a person's.
   */
  type: string;
  /** The provider's code. */
  code?: string;
  message?: string;
  certainty: Certainty;
  /** The provider's id of the request, for its support. */
  requestId?: string;
}

/** What `get`, `wait` and the workflow's result tell of a withdrawal. What isn't known is absent. Times are ISO 8601. */
export interface WithdrawalView {
  withdrawalId: string;
  provider: ProviderName;
  status: Status;
  /** True: the money's fate is decided and never changes. */
  final: boolean;
  providerId?: string;
  /** The provider's own word. */
  providerStatus?: string;
  txid?: string;
  requestedAt: string;
  finalAt?: string;
  currency: string;
  amount?: Amount;
  convertTo?: string;
  amountTo?: Amount;
  address: string;
  tag?: string;
  endUserReference?: string;
  sent?: Money;
  received?: Money;
  fees?: Fee[];
  exchange?: CurrencyExchange;
  risk?: Risk;
  error?: WithdrawalError;
  /** Why a person is needed: a key of `attention.ts`. */
  attention?: Attention;
  waiting?: Waiting;
  timeline: TimelineEntry[];
}

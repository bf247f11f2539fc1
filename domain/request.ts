import type { Amount } from './money.js';
import type { ProviderName } from './providers/index.js';
import { sameAmount } from './money.js';

export interface NaturalPerson {
  type: 'natural';
  firstName: string;
  lastName: string;
  /** `YYYY-MM-DD`. */
  dateOfBirth: string;
}

export interface LegalEntity {
  type: 'legal';
  legalName: string;
  /** ISO 3166-1 alpha-3: `DEU`. */
  countryOfRegistration: string;
}

/** Who sends the money: the end user of the app, as the provider must know them. Personal data. */
export type Sender = (NaturalPerson | LegalEntity) & { email?: string };

/** Who receives it; `self` for a transfer to the sender's own address. Personal data. */
export type Receiver = NaturalPerson | LegalEntity | { type: 'self' };

/** What only Cryptopay takes. */
export interface CryptopayOptions {
  /** Default: the provider's, `average`. */
  networkFeeLevel?: 'slow' | 'average' | 'fast';
  /** True: paid at once, without the 30-second window in which the quoted charge can be refused. Default false. */
  forceCommit?: boolean;
  /** True: fees are taken out of `amount`. Default false: they come on top. */
  feesIncluded?: boolean;
  /** The chain, where the currency lives on several: `ethereum`. Required for an address that several have (`0x…`). */
  network?: string;
  /** Cryptopay's id of your customer. */
  customerId?: string;
  /** The most that may be charged, fees included: decimal string in `currency`. Over it, nothing is committed. */
  maxCharge?: Amount;
}

/** A withdrawal that somebody is owed. Which fields a provider takes: `matrix.ts`. */
export interface WithdrawalRequest {
  /** Your own unique id, 1–64 of `A-Z a-z 0-9 . _ -`, first and last alphanumeric. The same id is the same payout. */
  withdrawalId: string;
  provider: ProviderName;
  /** When your own record of it was made; ISO 8601 with a time zone. Never "now" at the time of sending. */
  requestedAt: string;
  /** Nothing is sent after this time; ISO 8601. Default: 24 h after `requestedAt`, less where retention is short. */
  sendBy?: string;
  /** The debited currency, in the provider's own code: `BTC`, `USDTT`, `USDT_TRC20`. */
  currency: string;
  /** Decimal string in `currency`. */
  amount?: Amount;
  /** The currency to convert into before sending. */
  convertTo?: string;
  /** Decimal string in `convertTo`: the exact amount that shall arrive. */
  amountTo?: Amount;
  /** Destination on the chain. */
  address: string;
  /** Destination tag or memo. */
  tag?: string;
  /** Your permanent id of the end user, at most 255 characters, without personal data. */
  endUserReference?: string;
  sender?: Sender;
  receiver?: Receiver;
  /** True: pay to an address whose typing errors can't be seen. */
  acceptUnchecked?: true;
  cryptopay?: CryptopayOptions;
}

/** The form of a `withdrawalId`. */
export function isWithdrawalId(text: string): boolean {
  return /^(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text);
}

/** The id of the one workflow that pays it. Plain text in Temporal, like every id. */
export function workflowIdOf(withdrawalId: string): string {
  return `withdrawal/${withdrawalId}`;
}

/** The withdrawal that a workflow of that id pays. */
export function withdrawalIdOf(workflowId: string): string {
  return workflowId.slice(workflowIdOf('').length);
}

/** The currency that leaves for the chain. */
export function paidCurrency(request: Pick<WithdrawalRequest, 'currency' | 'convertTo'>): string {
  return request.convertTo ?? request.currency;
}

/** Fields that don't make another withdrawal: the first one's stand. */
export const notContent: ReadonlySet<string> = new Set(['requestedAt', 'sendBy']);
const amounts = new Set(['amount', 'amountTo', 'maxCharge']);

/** The fields in which two requests ask for different things, by name; empty if they ask for the same. */
export function differingFields(a: WithdrawalRequest, b: WithdrawalRequest): string[] {
  return differing(a as unknown as Fields, b as unknown as Fields, '');
}

type Fields = Record<string, unknown>;

function differing(a: Fields, b: Fields, prefix: string): string[] {
  const names = new Set(
    [...Object.keys(a), ...Object.keys(b)].filter((name) => prefix !== '' || !notContent.has(name)),
  );
  return [...names].flatMap((name) => {
    const [left, right] = [a[name], b[name]];
    if (left === right || (isNothing(left) && isNothing(right))) return [];
    if (isFields(left) && isFields(right)) return differing(left, right, `${prefix}${name}.`);
    if (amounts.has(name) && typeof left === 'string' && typeof right === 'string' && sameAmount(left, right))
      return [];
    return [`${prefix}${name}`];
  });
}

/** An option left out, and one that says what holds anyway. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === false || (isFields(value) && Object.values(value).every(isNothing));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

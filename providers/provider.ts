import type { Failure } from '../domain/failures.js';
import type { ProviderName } from '../domain/providers/index.js';
import type { ProviderRecord } from '../domain/record.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Headers } from './http/headers.js';

/** A request to a provider, ready to be written: nothing about it changes between here and the wire. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  /** Path and query, after the provider's origin. */
  path: string;
  headers: Record<string, string>;
  /** The exact text that is sent, and signed where the provider signs bodies. */
  body?: string;
}

/** A provider's response as it came, whole. */
export interface HttpResponse {
  status: number;
  headers: Headers;
  body: string;
}

/** What a response says: what was asked for, or why the call failed. */
export type ResponseResult<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** One call of a provider's API: how it is written, and how its response is read. Pure: the activities do the sending. */
export interface Operation<Input, Output> {
  /** `now` is the time of this very attempt (some providers sign it). */
  write(input: Input, now: Date): HttpRequest;
  read(response: HttpResponse, input: Input): ResponseResult<Output>;
}

/** The fields of a JSON body, by path (`sender_data.email`), each with its text or its number's digits; undefined: there is none. */
export type BodyFields = Readonly<Record<string, string | undefined>>;

/** `absent`: the one configured response that says so. */
export interface LookUp extends Operation<LookUpKey, ProviderRecord | 'absent'> {
  /** The variables, without the provider's prefix, by which this response would mean `absent`; undefined where none could make it so. */
  absentBy(response: HttpResponse): Record<string, string> | undefined;
}

/** What names a withdrawal at the provider. */
export interface LookUpKey {
  withdrawalId: string;
  /** The provider's own id, once known. */
  providerId?: string;
}

/** What a callback turns out to be, once it is verified. */
export type CallbackContent =
  | { kind: 'withdrawal'; record: ProviderRecord }
  /** About something else, such as a deposit: counted, and no more. */
  | { kind: 'not a withdrawal'; type: string }
  /** About a payout that has no reference, so one made in the provider's dashboard: counted, and no more. */
  | { kind: 'not ours' }
  /** It should be a withdrawal's, and we can't read it: a case for a person. Names fields, no values. */
  | { kind: 'unreadable'; problem: string };

/** One payment processor, with the credentials of one account. */
export interface Provider {
  readonly name: ProviderName;
  /** Scheme, host and port: `https://app.cryptoprocessing.com`. */
  readonly origin: string;
  /** Fingerprint of the origin and the API key: two attempts of one account have the same. Reveals nothing of the key. */
  readonly account: string;
  /** Payouts to addresses of test networks are allowed (`{PROVIDER}_SANDBOX`). */
  readonly sandbox: boolean;
  /** The same reference may be sent again once the provider is seen not to know it (`{PROVIDER}_RESEND`). */
  readonly mayResend: boolean;
  /** The least time between two creates of this account, in ms, for a provider that sets one. */
  readonly minIntervalMs?: number;
  create: Operation<WithdrawalRequest, ProviderRecord>;
  /** What the body of a create for this request must carry, and nothing else. */
  expectedBody(request: WithdrawalRequest): BodyFields;
  /** Confirms a created withdrawal, for providers that pay nothing before. The input is the provider's id. */
  commit?: Operation<string, ProviderRecord>;
  /** Absent from providers that document no look-up. */
  lookUp?: LookUp;
}

/** What verifies and reads one provider's callbacks: it holds the secrets that do that, and none that pays by itself. */
export interface CallbackReceiver {
  readonly name: ProviderName;
  /**
   * True if one of our secrets signed it: these exact bytes, or (CryptoCloud) the token among them, unexpired `now`.
   * Compared in constant time.
   */
  isAuthentic(headers: Headers, rawBody: Buffer, now: Date): boolean;
  /** The body's fields (JSON's numbers as lossless-json's `LosslessNumber`, so that no digit is lost); undefined if it has none. */
  parse(rawBody: Buffer): unknown;
  /** Reads what `parse` made of a verified callback. */
  read(body: unknown): CallbackContent;
}

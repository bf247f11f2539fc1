import type { IncomingHttpHeaders } from 'node:http';
import type { RequestOperation } from '../behaviour/faults.js';
import type { StatusChange, Payout, ProviderName, Step } from '../ledger/payout.js';

/** A request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** Path with query, exactly as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The response is sent after this, and after the journal is written. */
  readonly after?: Promise<void>;
}

/** What a callback says, before it is signed. */
export interface CallbackBody {
  readonly contentType: string;
  readonly body: string;
}

/** A callback as it is sent; signed for each attempt, since secrets and tokens change. */
export interface SignedCallback extends CallbackBody {
  readonly headers: Readonly<Record<string, string>>;
}

export const actionNames = ['confirm', 'approve', 'decline', 'cancel'] as const;
export type Action = (typeof actionNames)[number];

/** What a person or the chain can do to a payout: from which statuses, and what follows. */
export interface ActionRule {
  readonly from: readonly string[];
  readonly steps: readonly Step[];
}

/** One provider behind its HTTP server. Each provider's folder makes one. */
export interface Provider {
  readonly name: ProviderName;
  /** Which operation a request is, for fault plans and GET /requests; null for any other path. */
  operationOf(method: string, path: string): RequestOperation | null;
  /** Decides and stores in one go, so that two requests can't interleave. */
  respond(request: HttpRequest): HttpResponse;
  /** The callback of a status change; null where the documents have none. */
  callbackOf(row: Payout, change: StatusChange): CallbackBody | null;
  sign(callback: CallbackBody): SignedCallback;
  /** Delays before the retries of a callback, in milliseconds. */
  readonly retryDelays: readonly number[];
  /** Null: this provider documents no such action. */
  readonly actions: Readonly<Record<Action, ActionRule | null>>;
}

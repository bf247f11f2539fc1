import type { ProviderRecord } from '../domain/record.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Failure } from '../domain/failures.js';
import type { NoTurnInTime, Turn } from '../domain/line.js';
import type { Rules } from '../domain/memory.js';
import type { SendOrder } from '../domain/sending.js';

/** What every call tells besides its answer: by which account it was made, and what this deployment allows. */
export interface Called {
  account: string;
  rules: Rules;
}

export interface TurnOrder {
  withdrawalId: string;
  /** The number of the attempt that the turn is for: asked twice, it is one turn. */
  attempt: number;
  requestedAt: string;
  /** A turn at this time or later is of no use. */
  notAfter: number;
}

export interface CreateOrder extends SendOrder {
  request: WithdrawalRequest;
}

export interface CommitOrder {
  withdrawalId: string;
  providerId: string;
  /** Nothing is written after this time, ms since 1970. */
  notAfter: number;
}

/** The provider took it. */
export interface Taken extends Called {
  record: ProviderRecord;
  /** When the request's bytes were written, ms since 1970. */
  writtenAt: number;
}

export interface LookUpOrder {
  request: WithdrawalRequest;
  providerId?: string;
}

export interface LookedUp extends Called {
  /** Absent: the provider answers, in the configured way, that it doesn't know our reference. */
  record?: ProviderRecord;
}

/** The first detail of a failed call's `ApplicationFailure`, whose type is the failure's. */
export interface FailedCall {
  failure: Failure;
  account?: string;
}

/** The workflow's hands at one provider. Each throws an `ApplicationFailure` whose type is in `domain/failures.ts`. */
export interface ProviderCalls {
  /** Asks the provider's gate for a turn. */
  takeTurn(order: TurnOrder): Promise<Turn | NoTurnInTime>;
  createWithdrawal(order: CreateOrder): Promise<Taken>;
  commitWithdrawal(order: CommitOrder): Promise<Taken>;
  lookUpWithdrawal(order: LookUpOrder): Promise<LookedUp>;
}

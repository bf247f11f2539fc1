import type { ProviderRecord } from '../domain/record.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Failure } from '../domain/failures.js';
import type { Rules } from '../domain/memory.js';

/** What every call tells besides its answer: by which account it was made, and what this deployment allows. */
export interface Called {
  account: string;
  rules: Rules;
}

export interface CreateOrder {
  request: WithdrawalRequest;
  /** Nothing is written after this time, ms since 1970. */
  sendBy: number;
  /** An earlier attempt of this account is in doubt: another account must not send. */
  onlyAs?: string;
}

export interface Created extends Called {
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
  createWithdrawal(order: CreateOrder): Promise<Created>;
  lookUpWithdrawal(order: LookUpOrder): Promise<LookedUp>;
}

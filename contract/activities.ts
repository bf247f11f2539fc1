import type { ProviderRecord } from '../domain/record.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Failure } from '../domain/failures.js';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { Policy } from '../domain/withdrawal/state.js';
import type { SendOrder } from '../domain/withdrawal/creating.js';

/** What every call returns besides its result: by which account and for which run it was made, and what this deployment allows. */
export interface CallResult {
  account: string;
  /** The run id of the workflow that Temporal made the call for. */
  run: string;
  policy: Policy;
}

/** Which run may send. Temporal's Reset gives a second run the history of the first, and its scheduled calls with their old input. */
export interface SendingRun {
  /** The run that this history was first written for (`originalExecutionRunId`): the same in a run that Reset made. */
  originalRun: string;
  /** The run that may send instead, once the earlier run's fate is being settled. */
  settlingRun?: string;
}

export interface AcquireSlotInput {
  withdrawalId: string;
  /** The number of the attempt that the slot is for: asked twice, it is one slot. */
  attempt: number;
  requestedAt: string;
  /** A slot at this time or later is of no use. */
  notAfter: number;
}

export interface CreateInput extends SendOrder, SendingRun {
  request: WithdrawalRequest;
}

export interface CommitInput extends SendingRun {
  withdrawalId: string;
  providerId: string;
  /** Nothing is written after this time, ms since 1970. */
  notAfter: number;
}

/** The provider took it. */
export interface Accepted extends CallResult {
  record: ProviderRecord;
  /** When the request's bytes were written, ms since 1970. */
  writtenAt: number;
}

export interface LookUpInput {
  request: WithdrawalRequest;
  providerId?: string;
}

export interface LookUpResult extends CallResult {
  /** Absent: the provider answers, in the configured way, that it doesn't know our reference. */
  record?: ProviderRecord;
}

/** The first detail of a failed call's `ApplicationFailure`, whose type is the failure's. */
export interface FailureDetails {
  failure: Failure;
  account?: string;
  /** The run that the call was made for, where it was refused for its run. */
  run?: string;
}

/** What the worker that runs the workflows does beside them. */
export interface RunCalls {
  /** The run id of the workflow that asks: in a run that Reset made, another than its `originalExecutionRunId`. */
  ownRun(): Promise<string>;
}

/** The calls to one provider. Each throws an `ApplicationFailure` whose type is in `domain/failures.ts`. */
export interface ProviderCalls {
  /** Asks the provider's rate limiter for a slot. */
  acquireSlot(order: AcquireSlotInput): Promise<Slot | NoSlotInTime>;
  createWithdrawal(order: CreateInput): Promise<Accepted>;
  commitWithdrawal(order: CommitInput): Promise<Accepted>;
  lookUpWithdrawal(order: LookUpInput): Promise<LookUpResult>;
}

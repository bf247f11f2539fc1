import type { Failure } from '../domain/failures.js';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { ProviderName } from '../domain/providers/index.js';
import { capabilities } from '../domain/providers/index.js';
import type { ProviderRecord } from '../domain/record.js';
import type { CommitInput } from '../domain/withdrawal/sending/committing.js';
import type { AcquireSlotInput, CreateInput } from '../domain/withdrawal/sending/creating.js';
import type { LookUpInput } from '../domain/withdrawal/looking-up.js';
import type { Policy } from '../domain/withdrawal/state.js';
import type { CallbackContent } from './case.js';

/** What every call's result has: by which account and for which run it was made, and what this deployment allows. */
export interface CallResult {
  account: string;
  /** The run id of the workflow that Temporal made the call for. */
  run: string;
  policy: Policy;
}

/** The provider took the create, or the commit. */
export interface AcceptedResult extends CallResult {
  record: ProviderRecord;
  /** When the request's bytes were written, ms since 1970. */
  writtenAt: number;
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
  /** Temporal repeats it no more. Else somebody could report an earlier try's failure, as encrypted as it was, in place of a later try. */
  isLast?: true;
}

/** How often Temporal tries a call: where each send has its slot, each attempt needs a new one. */
export function triesOf(provider: ProviderName): number {
  return capabilities[provider].hasRateLimit ? 1 : 20;
}

/** A run of a workflow, as Temporal knows it. */
export interface OwnRun {
  /** Its id: in a run that Reset made, another than its `originalExecutionRunId`. */
  run: string;
  /** Its workflow had an earlier run, from which it was not continued. */
  hasEarlierRun: boolean;
}

/** What the worker that runs the workflows does beside them. */
export interface RunCalls {
  /** Which run of its workflow asks. */
  ownRun(): Promise<OwnRun>;
  /** The id of the case that holds a callback: made with a key, which workflows never see. */
  caseId(content: CallbackContent): Promise<string>;
}

/** The calls to one provider. Each throws an `ApplicationFailure` whose type is in `domain/failures.ts`. */
export interface ProviderCalls {
  /** Asks the provider's rate limiter for a slot. */
  acquireSlot(input: AcquireSlotInput): Promise<Slot | NoSlotInTime>;
  createWithdrawal(input: CreateInput): Promise<AcceptedResult>;
  commitWithdrawal(input: CommitInput): Promise<AcceptedResult>;
  lookUpWithdrawal(input: LookUpInput): Promise<LookUpResult>;
}

/** The failure type of a call that another than the withdrawal's own workflow made. */
export const WRONG_CALLER = 'WrongCaller';

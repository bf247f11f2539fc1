import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { CallResult, FailureDetails, ProviderCalls } from '../../../contract/activities.js';
import type { AcquireSlotInput, CreateInput } from '../../../domain/withdrawal/sending/creating.js';
import type { LookUpInput } from '../../../domain/withdrawal/looking-up.js';
import type { FailedTry } from '../../../activities/repeat-pause.js';
import { repeatPause } from '../../../activities/repeat-pause.js';
import type { Failure } from '../../../domain/failures.js';
import { isFailureType, kindOf } from '../../../domain/failures.js';
import type { NoSlotInTime, Slot } from '../../../domain/rate-limiter.js';
import type { ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';

/** How the calls were made, unless a test says otherwise. */
export const called: Omit<CallResult, 'run'> = { account: 'account-1', policy: { confirmFinal: true, resend: true } };

const meanings: Record<string, ProviderRecord['meaning']> = {
  processing: 'processing',
  not_confirmed: 'processing',
  pending: 'awaiting_approval',
  confirmed: 'confirmed',
  declined: 'declined',
  cancelled: 'cancelled',
};

/** What the provider holds of the request, at a status. */
export function recordOf(
  request: WithdrawalRequest,
  providerStatus: string,
  more: Partial<ProviderRecord> = {},
): ProviderRecord {
  const { withdrawalId, provider, currency, amount, address } = request;
  return {
    provider,
    providerId: '134702815',
    reference: withdrawalId,
    providerStatus,
    meaning: meanings[providerStatus] ?? 'unrecognised',
    currency,
    address,
    ...(amount !== undefined && { amount }),
    ...more,
  };
}

/** A failed call as the activities throw it, by their own rule of what Temporal repeats. */
function callFailure(failure: Failure, account: string, failedTry: FailedTry): ApplicationFailure {
  const pause = repeatPause(failure, failedTry);
  const isLast = pause === undefined || failedTry.attempt >= 20;
  const details: [FailureDetails] = [{ failure, account, ...(isLast && { isLast }) }];
  return ApplicationFailure.create({
    type: failure.type,
    message: kindOf(failure.type).meaning,
    nonRetryable: pause === undefined,
    details,
    ...(pause !== undefined && { nextRetryDelay: pause }),
  });
}

/** What the provider answers to one call: its status, `absent`, a failure, a whole result, or what a function makes of these. */
export type Answer = string | Failure | object | ((request: WithdrawalRequest) => unknown);

/** A result with a record at this status. */
export function saying(word: string, more: Partial<ProviderRecord> = {}, as = called) {
  return (request: WithdrawalRequest) => ({ ...as, record: recordOf(request, word, more) });
}

/** The same answer so many times. */
export function times(count: number, answer: Answer): [Answer, ...Answer[]] {
  return [answer, ...Array<Answer>(count - 1).fill(answer)];
}

/** What the provider answers to each call in turn; the last answer stands for all that follow. */
export interface Script {
  creates: readonly [Answer, ...Answer[]];
  lookUps?: readonly [Answer, ...Answer[]];
  /** What the rate limiter answers when it is asked for this time (from 1). */
  slots?: (asked: number, input: AcquireSlotInput) => Promise<Slot | NoSlotInTime>;
  /** By which account, under which policy the calls are made. */
  as?: Partial<CallResult>;
  /** The creates are commits in truth. */
  isCommit?: boolean;
}

/** One call that the workflow made, at the server's time. */
export interface RecordedCall<Input> {
  input: Input;
  /** ms since 1970. */
  at: number;
  /** 1, 2, …: Temporal's own repetitions. */
  attempt: number;
}

/** A scripted provider, as the workflow's activities; it keeps a list of the calls made. */
export class ScriptedProvider implements ProviderCalls {
  readonly slots: { input: AcquireSlotInput }[] = [];
  readonly creates: RecordedCall<CreateInput>[] = [];
  readonly lookUps: RecordedCall<LookUpInput>[] = [];

  constructor(
    private readonly request: WithdrawalRequest,
    private readonly script: Script,
    private readonly now: () => Promise<number>,
  ) {}

  createWithdrawal(input: CreateInput) {
    return this.answered(this.creates, input, this.script.creates, input.notAfter);
  }

  acquireSlot(input: AcquireSlotInput) {
    const { slots = () => Promise.reject(new Error('this provider has no rate limiter')) } = this.script;
    return slots(this.slots.push({ input }), input);
  }

  commitWithdrawal(): Promise<never> {
    return Promise.reject(new Error('this provider has no commit'));
  }

  lookUpWithdrawal(input: LookUpInput) {
    return this.answered(this.lookUps, input, this.script.lookUps ?? ['not_confirmed'], Infinity);
  }

  private async answered<Input>(
    made: RecordedCall<Input>[],
    input: Input,
    answers: readonly Answer[],
    latest: number,
  ): Promise<never> {
    const { attempt, workflowExecution } = activityInfo();
    const run = workflowExecution?.runId;
    const at = await this.now();
    const scripted = answers[Math.min(made.push({ input, at, attempt }), answers.length) - 1];
    const answer: unknown = typeof scripted === 'function' ? await scripted(this.request) : scripted;
    const as = { ...called, run, ...this.script.as };
    if (isFailure(answer)) {
      const { isCommit = false } = this.script;
      throw callFailure(answer, as.account, { attempt, failedAt: at, latest, isCommit });
    }
    if (answer === 'absent') return as as never;
    // A test's own result, of whatever shape.
    if (typeof answer !== 'string') return ('account' in Object(answer) ? { run, ...Object(answer) } : answer) as never;
    return { ...as, record: recordOf(this.request, answer), writtenAt: at } as never;
  }
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'type' in answer && isFailureType(answer.type);
}

/** A promise, and what resolves it. */
export function latch() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

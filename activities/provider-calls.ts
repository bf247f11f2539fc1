import { activityInfo, ApplicationFailure, heartbeat, sleep } from '@temporalio/activity';
import { isTestAddress } from '../domain/addresses/index.js';
import type { Failure } from '../domain/failures.js';
import { isFailureType, kindOf } from '../domain/failures.js';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { Policy } from '../domain/withdrawal/state.js';
import { durations } from '../domain/timeouts/durations.js';
import type { Operation, Provider } from '../providers/provider.js';
import { verifiedCreate } from './verify-body.js';
import type { AcceptedResult, FailureDetails, LookUpResult, ProviderCalls, RunCalls } from '../contract/activities.js';
import type { CallbackContent } from '../contract/case.js';
import { triesOf } from '../contract/activities.js';
import type { CommitInput } from '../domain/withdrawal/sending/committing.js';
import type { AcquireSlotInput, CreateInput, SendingRun } from '../domain/withdrawal/sending/creating.js';
import type { LookUpInput } from '../domain/withdrawal/looking-up.js';
import type { HttpLimits } from './http.js';
import { sendRequest, httpLimits } from './http.js';
import { WRONG_CALLER } from '../contract/activities.js';
import { workflowIdOf } from '../contract/ids.js';
import { repeatPause } from './repeat-pause.js';

export interface CallOptions {
  now: () => number;
  confirmFinal: boolean;
  /** The longest that Temporal remembers a closed withdrawal, less an hour, ms: nothing is sent later after `requestedAt`. */
  longestMs: () => Promise<number>;
  limits?: HttpLimits;
  /** Asks the provider's rate limiter for a slot; the id makes asking twice one slot. */
  acquireSlot: (provider: Provider, slotId: string, notAfter: number) => Promise<Slot | NoSlotInTime>;
  /** Had its workflow an earlier run, from which it was not continued? Rejects if Temporal doesn't say. */
  hasEarlierRun: (run: RunOfWorkflow) => Promise<boolean>;
}

/** One run of a withdrawal's workflow. */
export interface RunOfWorkflow {
  workflowId: string;
  runId: string;
}

/** The activities of one provider: make the call, and say what it proves. */
export function providerCalls(provider: Provider, options: CallOptions): ProviderCalls {
  const { now, limits = httpLimits } = options;
  const { account } = provider;
  const create = verifiedCreate(provider);
  const policy: Policy = { confirmFinal: options.confirmFinal, resend: provider.mayResend };

  async function call<Input, Output>(
    operation: Operation<Input, Output>,
    input: Input,
    { latest, isCommit = false }: { latest: number; isCommit?: boolean },
  ) {
    const began = now();
    const failed = (failure: Failure) => applicationFailure(failure, { latest, isCommit });
    try {
      const request = operation.write(input, new Date(began));
      // An attempt that Temporal has given up must not write any more: it may be counted as lost already.
      const notAfter = Math.min(latest, began + limits.totalMs);
      const sent = await sendRequest(provider.origin, request, { notAfter, now, limits });
      if (!sent.ok) throw failed(sent.failure);
      const result = operation.read(sent.response, input);
      if (!result.ok) throw failed(result.failure);
      return { value: result.value, writtenAt: sent.writtenAt };
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      // A fault of ours: what left is not known, so Temporal must not repeat it. Its message may hold values, its name none.
      throw failed({ type: 'CallInterrupted', ...(error instanceof Error && { code: error.name }) });
    }
  }

  /** Temporal's form of a failure. Its message names no value: the provider's own words stay in the details. */
  function applicationFailure(
    failure: Failure,
    { latest, isCommit }: { latest: number; isCommit: boolean },
  ): ApplicationFailure {
    const { attempt } = activityInfo();
    const pause = repeatPause(failure, { attempt, failedAt: now(), latest, isCommit });
    const isLast = pause === undefined || attempt >= triesOf(provider.name);
    const details: [FailureDetails] = [
      { failure, account, ...(failure.type === 'ResetRun' && { run: ownRun() }), ...(isLast && { isLast }) },
    ];
    return ApplicationFailure.create({
      type: failure.type,
      message: kindOf(failure.type).meaning,
      details,
      nonRetryable: pause === undefined,
      ...(pause !== undefined && { nextRetryDelay: pause }),
    });
  }

  /** Why this run, or this worker, may send nothing; undefined if it may. */
  function whyNotToSend({ originalRun, settlingRun }: SendingRun): Failure | undefined {
    const run = ownRun();
    if (run !== originalRun && run !== settlingRun) return { type: 'ResetRun' };
    // By such a clock, the attempt's last moment would come when the workflow takes it for over.
    if (now() < activityInfo().currentAttemptScheduledTimestampMs - durations.send.clockMargin.ms)
      return { type: 'ClockBehind' };
    return undefined;
  }

  /**
   * Whoever reaches Temporal may start a second run with a copy of the first one's request, encrypted as it is. Where the provider's reference doesn't
   * make sure of it, Temporal must say before a create that there was none; where it does, before a refusal ends the withdrawal: it may speak for the
   * second create alone.
   */
  async function whyNotAgain(withdrawalId: string): Promise<Failure | undefined> {
    try {
      const found = await options.hasEarlierRun({ workflowId: workflowIdOf(withdrawalId), runId: ownRun() });
      return found ? { type: 'EarlierRun' } : undefined;
    } catch (error) {
      return { type: 'RunUnchecked', ...(error instanceof Error && { code: error.name }) };
    }
  }

  /** A slot may begin a moment later than the call, since clocks differ; the activity's time-out leaves room for no more. */
  async function sleepUntil(time: number): Promise<void> {
    const early = time - now();
    if (early > 0) await sleep(Math.min(early, durations.slot.length.ms));
  }

  return {
    async acquireSlot({
      withdrawalId,
      attempt,
      requestedAt,
      notAfter,
    }: AcquireSlotInput): Promise<Slot | NoSlotInTime> {
      refuseOtherCallers(withdrawalId);
      const latest = Math.min(notAfter, Date.parse(requestedAt) + (await options.longestMs()));
      try {
        return await options.acquireSlot(provider, `${withdrawalId}/${attempt}`, latest);
      } catch (cause) {
        throw slotFailure(cause);
      }
    },

    async createWithdrawal({ request, notBefore, notAfter, onlyAs, ...runs }: CreateInput): Promise<AcceptedResult> {
      refuseOtherCallers(request.withdrawalId);
      const latest = Math.min(notAfter, Date.parse(request.requestedAt) + (await options.longestMs()));
      const unsent = (failure: Failure) => applicationFailure(failure, { latest, isCommit: false });
      const whyNotFirst = () => whyNotAgain(request.withdrawalId);
      const problem = whyNotToSend(runs) ?? (provider.mayResend ? undefined : await whyNotFirst());
      if (problem !== undefined) throw unsent(problem);
      if (onlyAs !== undefined && onlyAs !== account) throw unsent({ type: 'OtherAccount' });
      if (onlyAs !== undefined && !provider.mayResend) throw unsent({ type: 'ResendOff' });
      // Temporal keeps an earlier attempt's heartbeat: were this one killed before its own, it would count as that account's.
      const heartbeatDetails: unknown = activityInfo().heartbeatDetails;
      if (heartbeatDetails !== undefined && heartbeatDetails !== account) throw unsent({ type: 'OtherAccount' });
      if (!provider.sandbox && isTestAddress(request)) throw unsent(testAddress(provider));
      if (notBefore !== undefined) await sleepUntil(notBefore);
      try {
        const { value, writtenAt } = await withHeartbeatIfSlow(account, () => call(create, request, { latest }));
        return { record: value, writtenAt, account, policy, run: ownRun() };
      } catch (error) {
        // In doubt (`onlyAs`), the workflow knows that something may have been sent before.
        const isToBeChecked = isRefusedForGood(error) && provider.mayResend && onlyAs === undefined;
        const notFirst = isToBeChecked ? await whyNotFirst() : undefined;
        throw notFirst === undefined ? error : unsent(notFirst);
      }
    },

    async commitWithdrawal({ withdrawalId, providerId, notAfter, ...runs }: CommitInput): Promise<AcceptedResult> {
      refuseOtherCallers(withdrawalId);
      const problem = whyNotToSend(runs);
      if (problem !== undefined) throw applicationFailure(problem, { latest: notAfter, isCommit: true });
      if (provider.commit === undefined) throw ApplicationFailure.nonRetryable(`${provider.name} documents no commit`);
      const { value, writtenAt } = await call(provider.commit, providerId, { latest: notAfter, isCommit: true });
      return { record: value, writtenAt, account, policy, run: ownRun() };
    },

    async lookUpWithdrawal({ request, providerId }: LookUpInput): Promise<LookUpResult> {
      refuseOtherCallers(request.withdrawalId);
      if (provider.lookUp === undefined) throw ApplicationFailure.nonRetryable(`${provider.name} documents no look-up`);
      const key = { withdrawalId: request.withdrawalId, ...(providerId !== undefined && { providerId }) };
      const { value } = await call(provider.lookUp, key, { latest: Number.POSITIVE_INFINITY });
      return { account, policy, run: ownRun(), ...(value !== 'absent' && { record: value }) };
    },
  };
}

/** For the worker that runs the workflows. `caseIdOf` makes the ids of cases, as the bridge's does. */
export function runCalls(
  caseIdOf: (content: CallbackContent) => string,
  hasEarlierRun: CallOptions['hasEarlierRun'],
): RunCalls {
  return {
    async ownRun() {
      const run = ownRun();
      const { workflowId = '' } = activityInfo().workflowExecution ?? {};
      try {
        return { run, hasEarlierRun: await hasEarlierRun({ workflowId, runId: run }) };
      } catch (error) {
        const code = error instanceof Error ? error.name : typeof error;
        throw ApplicationFailure.retryable(`Temporal does not say (${code}).`, 'RunUnchecked');
      }
    },
    caseId: (content) => Promise.resolve(caseIdOf(content)),
  };
}

function ownRun(): string {
  const run = activityInfo().workflowExecution?.runId;
  if (run === undefined) throw ApplicationFailure.nonRetryable('Only a workflow may ask for it.', WRONG_CALLER);
  return run;
}

function isRefusedForGood(error: unknown): boolean {
  if (!(error instanceof ApplicationFailure) || !isFailureType(error.type)) return false;
  const { certainty, retry } = kindOf(error.type);
  return certainty === 'refused' && retry === 'never';
}

/** Asking for a slot sends nothing, so it is repeated freely: later and later, and not all of a burst at once. */
function slotFailure(cause: unknown): ApplicationFailure {
  const pause = durations.activity.repeat.ms * 2 ** Math.min(activityInfo().attempt - 1, 4);
  const nextRetryDelay = pause * (0.5 + Math.random());
  const { meaning } = kindOf('NoSlot');
  const code = cause instanceof Error ? cause.name : typeof cause;
  const details: [FailureDetails] = [{ failure: { type: 'NoSlot', code } }];
  return ApplicationFailure.create({
    type: 'NoSlot',
    message: `${meaning} (${code})`,
    details,
    nextRetryDelay,
    ...(cause instanceof Error && { cause }),
  });
}

/** Real money must not go where none can be had. Nothing is sent, and no other attempt would be. */
function testAddress({ name }: Provider): Failure {
  const message = `an address of a test network; only a sandbox pays to those (${name.toUpperCase()}_SANDBOX)`;
  return { type: 'InvalidAddress', code: 'test_address', message };
}

/**
 * A call that takes long says by a heartbeat which account it uses: should the worker be killed in it, only that account's look-ups are
 * evidence. Quick calls say it in their result, and cost no heartbeat.
 */
async function withHeartbeatIfSlow<T>(account: string, call: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => heartbeat(account), durations.call.slow.ms);
  try {
    return await call();
  } finally {
    clearTimeout(timer);
  }
}

/** Only the withdrawal's own workflow may call for it: another caller would be a second payer. */
function refuseOtherCallers(withdrawalId: string): void {
  if (activityInfo().workflowExecution?.workflowId !== workflowIdOf(withdrawalId)) {
    throw ApplicationFailure.nonRetryable('Only the workflow of this withdrawal may call its provider.', WRONG_CALLER);
  }
}

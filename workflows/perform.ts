import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { CallResult, FailureDetails, ProviderCalls, RunCalls } from '../contract/activities.js';
import type { CaseStart } from '../contract/case.js';
import { callQueue, slotQueue } from '../contract/ids.js';
import { isFailureType } from '../domain/failures.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ProviderName } from '../domain/providers/index.js';
import { capabilities } from '../domain/providers/index.js';
import { isSlot, SLOT_MS } from '../domain/rate-limiter.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { SEND_WINDOW_MS, SLOT_PATIENCE_MS } from '../domain/timeouts.js';
import { fieldsOf } from '../domain/validation/fields.js';
import type { WithdrawalEvent } from '../domain/withdrawal/apply.js';
import type { FailedCall } from '../domain/withdrawal/creating.js';
import type { Step } from '../domain/withdrawal/step.js';
import { openCase } from './case.js';

/** A step that is done outside of the workflow: by an activity, or another workflow. */
export type Call = Exclude<Step, { do: 'apply' | 'wait' | 'end' }>;

/** What the beginning of a call is to the withdrawal: on record before it can have an effect. */
export function started(call: Call): WithdrawalEvent | undefined {
  if (call.do === 'create') return { type: 'createStarted', notAfter: call.input.notAfter };
  return call.do === 'commit' ? { type: 'commitStarted' } : undefined;
}

/** Does it, and says what it came to. Rejects by a fault of ours only. */
export async function perform(call: Call, request: WithdrawalRequest, now: number): Promise<WithdrawalEvent> {
  const { provider } = request;
  switch (call.do) {
    case 'acquireSlot':
      try {
        const granted = await slotsOf(provider, call.input.notAfter, now).acquireSlot(call.input);
        return isSlot(granted) ? { type: 'slotGranted', slot: granted } : { type: 'slotTooLate', ...granted };
      } catch (error) {
        return { type: 'slotFailed', failure: failedCall(error).failure };
      }
    case 'create':
      try {
        const accepted = checked(await callsOf(provider, 'create', createLimits).createWithdrawal(call.input));
        return { type: 'createSucceeded', ...accepted };
      } catch (error) {
        return { type: 'createFailed', ...failedCall(error) };
      }
    case 'commit':
      try {
        const limits = commitLimits(call.input.notAfter - now);
        const accepted = checked(await callsOf(provider, 'commit', limits).commitWithdrawal(call.input));
        return { type: 'commitSucceeded', ...accepted };
      } catch (error) {
        return { type: 'commitFailed', ...failedCall(error) };
      }
    case 'lookUp':
      try {
        const limits = call.forPerson ? personLimits : {};
        const { record, ...result } = checked(await callsOf(provider, 'look up', limits).lookUpWithdrawal(call.input));
        if (record === undefined) return { type: 'lookUpAbsent', ...result, askedAt: now };
        return { type: 'lookUpFound', record, ...result };
      } catch (error) {
        return { type: 'lookUpFailed', failure: failedCall(error).failure };
      }
    case 'checkRun':
      return { type: 'runChecked', run: await ownRun() };
    case 'openCase':
      await openCase(caseOf(call, request));
      return { type: 'caseOpened', of: call.of };
  }
}

function caseOf(call: Extract<Call, { do: 'openCase' }>, { provider, withdrawalId }: WithdrawalRequest): CaseStart {
  if (call.of === 'setAside') return { provider, withdrawalId, ...call.case };
  const problem = 'a fault of Outflow’s own: the worker’s log names it';
  return { provider, withdrawalId, reason: 'unreadable', problem, body: JSON.stringify(call.case) };
}

// --- How each activity is called --------------------------------------------------------------------------------------

/** A little over the HTTP time-outs, so that the call's own, better informed word comes first. */
const CALL_MS = 12_000;
/** Passed, it proves that no worker took the call. */
const TAKE_MS = 90_000;

/** How long a call may take from now, waits and repetitions included, ms. */
interface CallLimits {
  /** Until a worker has taken it. */
  toStartMs?: number;
  /** Until its end. */
  toCloseMs?: number;
}

/** Until then, an attempt to send is written or ends; what was written at the last moment has its answer. */
const createLimits: CallLimits = { toCloseMs: SEND_WINDOW_MS + CALL_MS };

/** The same for a commit, which is written so soon at the latest. */
function commitLimits(withinMs: number): CallLimits {
  const toStartMs = Math.max(1_000, withinMs);
  return { toStartMs, toCloseMs: toStartMs + CALL_MS };
}

/** A person waits for the answer. */
const personLimits: CallLimits = { toStartMs: 30_000, toCloseMs: 30_000 };

/** The calls to a provider, on its own task queue; `call` tells in Temporal's UI what is done. */
function callsOf(
  provider: ProviderName,
  call: string,
  { toStartMs = TAKE_MS, toCloseMs }: CallLimits = {},
): ProviderCalls {
  const { title, hasRateLimit } = capabilities[provider];
  return proxyActivities<ProviderCalls>({
    taskQueue: callQueue(provider),
    summary: `${call} at ${title}`,
    startToCloseTimeout: hasRateLimit ? CALL_MS + SLOT_MS : CALL_MS, // a slot may be waited for, too
    scheduleToStartTimeout: toStartMs,
    ...omitUndefined({ scheduleToCloseTimeout: toCloseMs }),
    retry: {
      initialInterval: '2 seconds',
      maximumInterval: '30 seconds',
      // Where each send has its time, each attempt needs a new one.
      maximumAttempts: hasRateLimit ? 1 : 20,
      // A call that ran out of time may have reached the provider. (Temporal's own spelling of its time-outs.)
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'],
    },
  });
}

/** Which run this really is: a marker in its history, made by the worker that runs the workflow, for rare ends only. */
const { ownRun } = proxyLocalActivities<RunCalls>({ startToCloseTimeout: '10 seconds' });

/**
 * Asking for a slot sends nothing, and the same attempt's slot is the same however often it is asked: so it is repeated freely, for as
 * long as a long line of others that ask may take, and not past `latest`.
 */
function slotsOf(provider: ProviderName, latest: number, now: number): Pick<ProviderCalls, 'acquireSlot'> {
  const patience = Math.min(SLOT_PATIENCE_MS, latest - now);
  return proxyActivities<Pick<ProviderCalls, 'acquireSlot'>>({
    taskQueue: slotQueue(provider),
    summary: `acquire a slot at ${capabilities[provider].title}`,
    startToCloseTimeout: 12_000,
    // Passed, it proves that no worker took it, at first or any more.
    scheduleToStartTimeout: patience,
    scheduleToCloseTimeout: patience,
    // Its failures name their own pause; this one is for time-outs.
    retry: { initialInterval: '2 seconds', maximumInterval: '30 seconds' },
  });
}

/** What a failed activity proves about the money. An error that no activity threw is a fault of ours, thrown on. */
function failedCall(error: unknown): FailedCall {
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  // No worker took it: proven unsent. Any other time-out leaves open what the call had done by then, and what it may still do.
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START')
    return { failure: { type: 'NoWorker' }, isOver: true };
  if (cause instanceof TimeoutFailure) {
    const account: unknown = cause.lastHeartbeatDetails;
    return {
      failure: { type: 'CallInterrupted' },
      isOver: false,
      ...omitUndefined({ account: typeof account === 'string' ? account : undefined }),
    };
  }
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const [details] = (cause.details ?? []) as [FailureDetails?];
    return { ...(details ?? { failure: { type: cause.type } }), isOver: true };
  }
  return { failure: { type: 'CallInterrupted' }, isOver: false };
}

/** A call's result. One that lacks what every result has proves nothing: it is a fault of ours, and must not be remembered. */
function checked<Result extends CallResult>(result: Result): Result {
  const { account, policy, run } = fieldsOf(result) ?? {};
  if (typeof account !== 'string' || typeof run !== 'string' || fieldsOf(policy) === undefined)
    throw new TypeError('a result of no known shape');
  return result;
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { Called, CreateOrder, FailedCall, LookUpOrder, ProviderCalls } from '../../activities/calls.js';
import type { Failure } from '../../domain/failures.js';
import { isFailureType, kindOf } from '../../domain/failures.js';
import type { ProviderRecord } from '../../domain/record.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { Status } from '../../domain/states.js';
import type { WithdrawalView } from '../../domain/view.js';
import type { Act, WithdrawalStart } from '../../workflows/contract.js';
import {
  callbackSignal,
  callQueue,
  cancelUpdate,
  viewQuery,
  workflowIds,
  workflowQueue,
  workflowTypes,
} from '../../workflows/contract.js';
import { testBundle } from './bundle.js';
import { cryptoprocessingRequest } from './requests.js';

const { EventType } = proto.temporal.api.enums.v1;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How the calls were made, unless a test says otherwise. */
export const called: Called = { account: 'account-1', rules: { confirmFinal: true, resend: true } };

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

/** A failed call as the activities throw it. */
export function callFailure(failure: Failure, { account } = called): ApplicationFailure {
  const { retry, meaning } = kindOf(failure.type);
  const details: [FailedCall] = [{ failure, account }];
  const { retryAfterMs } = failure;
  return ApplicationFailure.create({
    type: failure.type,
    message: meaning,
    nonRetryable: retry !== 'soon' && retry !== 'after',
    details,
    ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
  });
}

/** What the provider answers to one call: its status word, `absent`, a failure, a whole result, or what a function makes of these. */
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
  /** By which account, under which rules the calls are made. */
  as?: Partial<Called>;
}

/** One call that the workflow made, at the server's time. */
export interface Made<Order> {
  order: Order;
  /** When this attempt fell due, ms since 1970. */
  at: number;
  /** 1, 2, …: Temporal's own repetitions. */
  attempt: number;
}

/** The workflow's hands at a scripted provider, which keep a list of what they were asked. */
export class Hands implements Pick<ProviderCalls, 'createWithdrawal' | 'lookUpWithdrawal'> {
  readonly creates: Made<CreateOrder>[] = [];
  readonly lookUps: Made<LookUpOrder>[] = [];

  constructor(
    private readonly request: WithdrawalRequest,
    private readonly script: Script,
  ) {}

  createWithdrawal(order: CreateOrder) {
    return this.answered(this.creates, order, this.script.creates);
  }

  takeTurn(): Promise<never> {
    return Promise.reject(new Error('this provider has no gate'));
  }

  commitWithdrawal(): Promise<never> {
    return Promise.reject(new Error('this provider has no commit'));
  }

  lookUpWithdrawal(order: LookUpOrder) {
    return this.answered(this.lookUps, order, this.script.lookUps ?? ['not_confirmed']);
  }

  private async answered<Order>(made: Made<Order>[], order: Order, answers: readonly Answer[]): Promise<never> {
    const { currentAttemptScheduledTimestampMs: at, attempt } = activityInfo();
    const scripted = answers[Math.min(made.push({ order, at, attempt }), answers.length) - 1];
    const answer: unknown = typeof scripted === 'function' ? await scripted(this.request) : scripted;
    const as: Called = { ...called, ...this.script.as };
    if (isFailure(answer)) throw callFailure(answer, as);
    if (answer === 'absent') return as as never;
    if (typeof answer !== 'string') return answer as never; // a test's own result, of whatever shape
    return { ...as, record: recordOf(this.request, answer), writtenAt: Date.now() } as never;
  }
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'type' in answer && isFailureType(answer.type);
}

export type Handle = WorkflowHandle<() => Promise<WithdrawalView>>;

/** One withdrawal under test. */
export class Payout {
  constructor(
    readonly handle: Handle,
    readonly request: WithdrawalRequest,
    readonly hands: Hands,
    private readonly environment: TestWorkflowEnvironment,
  ) {}

  /** Its final view; a time-skipping server skips to it. */
  ended(): Promise<WithdrawalView> {
    return this.handle.result();
  }

  view(): Promise<WithdrawalView> {
    return this.handle.query(viewQuery);
  }

  /** Delivers a verified callback with this word of the provider's. */
  callback(word: string, more: Partial<ProviderRecord> = {}): Promise<void> {
    return this.handle.signal(callbackSignal, { record: recordOf(this.request, word, more) });
  }

  cancel(act: Act = { by: 'ops', reason: 'the customer changed their mind' }): Promise<Status> {
    return this.handle.executeUpdate(cancelUpdate, { args: [act] });
  }

  /** Lets so much of the server's time pass, and what it brings about happen. */
  async pass(ms: number): Promise<void> {
    await this.environment.sleep(ms);
    await this.settled();
  }

  /** Resolves when it waits for something. Terminated earlier, the time-skipping server would never skip again. */
  async settled(): Promise<void> {
    await eventually(async () => {
      const last = (await this.events()).at(-1)?.eventType;
      return last === EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED ||
        last === EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED ||
        last === EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED
        ? undefined
        : true;
    });
  }

  /** Its view once it is as wanted. No server time is skipped. */
  async when(wanted: (view: WithdrawalView) => boolean): Promise<WithdrawalView> {
    return eventually(async () => {
      const view = await this.view();
      return wanted(view) ? view : undefined;
    });
  }

  async isOpen(): Promise<boolean> {
    const { status } = await this.handle.describe();
    return status.name === 'RUNNING';
  }

  /** Temporal's own list of what happened. */
  async events() {
    const { events } = await this.handle.fetchHistory();
    return events ?? [];
  }

  /** How long each of its waits was meant to be, in ms: the timers that it set. */
  async waits(): Promise<number[]> {
    const timers = (await this.events()).map(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout);
    return timers.flatMap((timeout) => (timeout ? [tsToMs(timeout)] : []));
  }

  /** What needs no live worker: the search attributes that are set. */
  async indexed(): Promise<Record<string, unknown>> {
    const { typedSearchAttributes } = await this.handle.describe();
    return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  }

  /** What Temporal's UI shows as current details. */
  async currentDetails(): Promise<string> {
    const metadata = await this.handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return metadata.currentDetails ?? '';
  }
}

/** A promise, and what resolves it. */
export function latch() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** The first answer that is one, asked again and again for at most 15 seconds of real time. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(20)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error('it did not come about within 15 s');
}

/** A server with workers on it, which do each withdrawal's calls with the hands that its test gave it. */
export class PayoutStand {
  private readonly hands = new Map<string, Hands>();
  private readonly payouts: Payout[] = [];
  private constructor(
    readonly environment: TestWorkflowEnvironment,
    private readonly workers: Worker[],
    private readonly runs: Promise<void>[],
  ) {}

  static async start(environment: TestWorkflowEnvironment): Promise<PayoutStand> {
    const { nativeConnection: connection } = environment;
    const workers: Worker[] = [];
    const runs: Promise<void>[] = [];
    const stand = new PayoutStand(environment, workers, runs);
    const handsOf = ({ withdrawalId }: WithdrawalRequest) => {
      const hands = stand.hands.get(withdrawalId);
      if (hands === undefined) throw ApplicationFailure.nonRetryable('no test gave this withdrawal hands');
      return hands;
    };
    const activities: ProviderCalls = {
      createWithdrawal: (order) => handsOf(order.request).createWithdrawal(order),
      lookUpWithdrawal: (order) => handsOf(order.request).lookUpWithdrawal(order),
      takeTurn: () => Promise.reject(new Error('this provider has no gate')),
      commitWithdrawal: () => Promise.reject(new Error('this provider has no commit')),
    };
    workers.push(
      await Worker.create({ connection, taskQueue: workflowQueue, workflowBundle: testBundle }),
      await Worker.create({ connection, taskQueue: callQueue('cryptoprocessing'), activities }),
    );
    runs.push(...workers.map((worker) => worker.run()));
    return stand;
  }

  /** Starts a withdrawal at a provider that answers as scripted. */
  async pay(script: Script, changes: Partial<WithdrawalRequest> = {}, more: Partial<WithdrawalStart> = {}) {
    const now = await this.environment.currentTimeMs();
    const request = cryptoprocessingRequest({
      withdrawalId: `w-${randomUUID()}`,
      requestedAt: new Date(now).toISOString(),
      ...changes,
    });
    const hands = new Hands(request, script);
    this.hands.set(request.withdrawalId, hands);
    const start: WithdrawalStart = { request, ...more };
    const handle = await this.start(workflowIds.withdrawal(request.withdrawalId), [start]);
    const payout = new Payout(handle, request, hands, this.environment);
    this.payouts.push(payout);
    return payout;
  }

  /** Starts the workflow with any arguments, as others than the client may. */
  start(workflowId: string, args: unknown[]): Promise<Handle> {
    return this.environment.client.workflow.start(workflowTypes.withdrawal, {
      workflowId,
      taskQueue: workflowQueue,
      args,
      // Once a result is in, a time-skipping server may jump to the next timer that it has: let it not be ten years away.
      workflowExecutionTimeout: '60 days',
    });
  }

  /** Ends what a test left open, so that the next one has the server's clock for itself. */
  async clear(): Promise<void> {
    for (const payout of this.payouts.splice(0)) {
      await payout.settled();
      await payout.handle.terminate().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    await Promise.all(this.runs);
    await this.environment.teardown();
  }
}

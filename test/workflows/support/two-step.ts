import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { CommitInput } from '../../../domain/withdrawal/sending/committing.js';
import type { ProviderCalls } from '../../../contract/activities.js';
import type { ProviderRecord } from '../../../domain/record.js';
import type { CryptopayOptions, WithdrawalRequest } from '../../../domain/request.js';
import { callbackSignal } from '../../../contract/messages.js';
import { callQueue, workflowIds } from '../../../contract/ids.js';
import { answer, changed, providerOf, readCallback, requests, sample, valueOf } from '../../providers/support.js';
import { Payout, SECOND } from './payout.js';
import type { Answer, RecordedCall, Script } from './scripted-provider.js';
import { called, ScriptedProvider } from './scripted-provider.js';
import { testConverter } from '../../support/encryption.js';
import { PayoutStand } from './stand.js';

const cryptopay = providerOf('cryptopay');

/** Cryptopay's own JSON of a withdrawal, at a status; it charges 10.17 EUR. */
function wire({ withdrawalId, address }: WithdrawalRequest, status: string): string {
  return changed(sample('cryptopay/withdrawal'), { custom_id: withdrawalId, address, status });
}

/** The answers of its three calls, read as the activities read them. `lateMs`: the create took so long to be answered. */
export const created =
  (status: string, { lateMs = 0 } = {}) =>
  async (request: WithdrawalRequest) => ({
    ...called,
    record: valueOf(cryptopay.create.read(answer(201, wire(request, status)), request)),
    writtenAt: (await stand().environment.currentTimeMs()) - lateMs,
  });
export const committed = (status: string) => (request: WithdrawalRequest) => {
  const reading = cryptopay.commit?.read(answer(200, wire(request, status)), '');
  return { ...called, record: reading && valueOf(reading), writtenAt: 0 };
};
export const found = (status: string) => (request: WithdrawalRequest) => {
  const reading = cryptopay.lookUp?.read(answer(200, wire(request, status)), request);
  return { ...called, record: reading && valueOf(reading) };
};

export interface TwoStepScript extends Script {
  commits?: readonly [Answer, ...Answer[]];
}

/** What a two-step provider was asked. */
class TwoStepProvider extends ScriptedProvider {
  private readonly committing: ScriptedProvider;

  constructor(request: WithdrawalRequest, script: TwoStepScript, now: () => Promise<number>) {
    super(request, script, now);
    const refusal: Answer = () => Promise.reject(ApplicationFailure.nonRetryable('no commit was scripted'));
    this.committing = new ScriptedProvider(request, { creates: script.commits ?? [refusal], isCommit: true }, now);
  }

  get commits(): readonly RecordedCall<{ notAfter: number }>[] {
    return this.committing.creates;
  }

  commit(request: WithdrawalRequest, input: CommitInput) {
    return this.committing.createWithdrawal({ request, ...input });
  }
}

/** A withdrawal at Cryptopay. */
export class TwoStepPayout extends Payout {
  constructor(
    handle: Payout['handle'],
    request: WithdrawalRequest,
    override readonly provider: TwoStepProvider,
    environment: TestWorkflowEnvironment,
  ) {
    super(handle, request, provider, environment);
  }

  /** Delivers Cryptopay's callback of a status. */
  async deliverCallback(status: string): Promise<void> {
    const data: unknown = JSON.parse(wire(this.request, status));
    const reading = readCallback(cryptopay, JSON.stringify({ type: 'CoinWithdrawal', event: 'status_changed', data }));
    const record: ProviderRecord | undefined = reading.kind === 'withdrawal' ? reading.record : undefined;
    if (record === undefined) throw new Error('the callback could not be read');
    await this.handle.signal(callbackSignal, { record });
  }

  /** When its commit's window opened, by the start of the create call. */
  get createdAt(): number {
    return this.provider.creates[0]?.at ?? Number.NaN;
  }
}

let running: TwoStepStand | undefined;
function stand(): TwoStepStand {
  if (running === undefined) throw new Error('no stand is up');
  return running;
}

/** A server with workers on it, and a scripted Cryptopay for each withdrawal. */
export class TwoStepStand {
  private readonly providers = new Map<string, TwoStepProvider>();
  private readonly payouts: TwoStepPayout[] = [];
  private constructor(
    private readonly inner: PayoutStand,
    private readonly worker: Worker,
    private readonly run: Promise<void>,
  ) {}

  static async start(environment: TestWorkflowEnvironment): Promise<TwoStepStand> {
    const inner = await PayoutStand.started(environment);
    const providerOf = (withdrawalId: string) => {
      const provider = stand().providers.get(withdrawalId);
      if (provider === undefined)
        throw ApplicationFailure.nonRetryable('no test scripted a provider for this withdrawal');
      return provider;
    };
    const activities: ProviderCalls = {
      acquireSlot: () => Promise.reject(ApplicationFailure.nonRetryable('Cryptopay has no rate limiter')),
      createWithdrawal: (input) => providerOf(input.request.withdrawalId).createWithdrawal(input),
      commitWithdrawal: (input) =>
        providerOf(input.withdrawalId).commit({ ...requests.cryptopay, withdrawalId: input.withdrawalId }, input),
      lookUpWithdrawal: (input) => providerOf(input.request.withdrawalId).lookUpWithdrawal(input),
    };
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: callQueue('cryptopay'),
      activities,
      ...testConverter('worker'),
    });
    running = new TwoStepStand(inner, worker, worker.run());
    return running;
  }

  get environment(): TestWorkflowEnvironment {
    return this.inner.environment;
  }

  /** Starts the documents' withdrawal at Cryptopay, which answers as scripted. */
  async pay(script: TwoStepScript, options?: CryptopayOptions): Promise<TwoStepPayout> {
    const now = await this.environment.currentTimeMs();
    const request: WithdrawalRequest = {
      ...requests.cryptopay,
      withdrawalId: `w-${randomUUID()}`,
      requestedAt: new Date(now - SECOND).toISOString(),
      ...(options && { cryptopay: options }),
    };
    const provider = new TwoStepProvider(request, script, () => this.environment.currentTimeMs());
    this.providers.set(request.withdrawalId, provider);
    const handle = await this.inner.start(workflowIds.withdrawal(request.withdrawalId), [{ request }]);
    const payout = new TwoStepPayout(handle, request, provider, this.environment);
    this.payouts.push(payout);
    return payout;
  }

  /** Ends what a test left open. */
  async clear(): Promise<void> {
    for (const payout of this.payouts.splice(0)) {
      await payout.settled();
      await payout.handle.terminate().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    this.worker.shutdown();
    await this.run;
    await this.inner.stop();
  }
}

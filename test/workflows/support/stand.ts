import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions } from '@temporalio/worker';
import { DefaultLogger, defaultSinks, Worker } from '@temporalio/worker';
import type { ProviderCalls } from '../../../contract/activities.js';
import { runCalls } from '../../../activities/provider-calls.js';
import { caseIds } from '../../../temporal/encryption/case-id.js';
import { capabilities } from '../../../domain/providers/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import type { WithdrawalStart } from '../../../contract/messages.js';
import { callQueue, slotQueue, workflowIds, workflowQueue, workflowTypes } from '../../../contract/ids.js';
import { testBundle } from '../../support/built.js';
import type { EncryptionSettings } from '../../../settings/encryption.js';
import { testConverter, testEncryption } from '../../support/encryption.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import type { Handle } from './payout.js';
import { Payout } from './payout.js';
import type { Script } from './scripted-provider.js';
import { ScriptedProvider } from './scripted-provider.js';

/** A server with workers on it, which make each withdrawal's calls to the scripted provider of its test. */
export class PayoutStand {
  private readonly providers = new Map<string, ScriptedProvider>();
  private readonly payouts: Payout[] = [];
  /** What the workflows logged. */
  readonly log: string[] = [];

  private readonly workers: Worker[] = [];
  private readonly runs: Promise<void>[] = [];

  private server: TestWorkflowEnvironment | undefined;

  constructor(private readonly encryption: EncryptionSettings = testEncryption) {}

  static async started(environment: TestWorkflowEnvironment): Promise<PayoutStand> {
    const stand = new PayoutStand();
    await stand.setUp(environment);
    return stand;
  }

  /** Starts the workers on this server, which ends with them. */
  async setUp(environment: TestWorkflowEnvironment): Promise<void> {
    this.server = environment;
    const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
      this.log.push(`${level} ${message} ${JSON.stringify(meta)}`);
    });
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to have one worker's own log
    const sinks = defaultSinks(logger);
    const besides = {
      activities: runCalls(caseIds({}), () => Promise.resolve(false)),
      enableNonLocalActivities: false,
    };
    await this.work({ taskQueue: workflowQueue, workflowBundle: testBundle, sinks, ...besides });
    await this.serve('cryptoprocessing');
  }

  get environment(): TestWorkflowEnvironment {
    if (this.server === undefined) throw new Error('the stand has no server yet');
    return this.server;
  }

  /** Starts a worker that takes the calls of one provider. */
  async serve(provider: ProviderName): Promise<void> {
    const activities: ProviderCalls = {
      acquireSlot: (input) => this.providerOf(input).acquireSlot(input),
      createWithdrawal: (input) => this.providerOf(input.request).createWithdrawal(input),
      commitWithdrawal: (input) => this.providerOf(input).commitWithdrawal(),
      lookUpWithdrawal: (input) => this.providerOf(input.request).lookUpWithdrawal(input),
    };
    await this.work({ taskQueue: callQueue(provider), activities });
    if (capabilities[provider].hasRateLimit) await this.work({ taskQueue: slotQueue(provider), activities });
  }

  private async work(options: WorkerOptions): Promise<void> {
    const worker = await Worker.create({
      connection: this.environment.nativeConnection,
      ...testConverter('worker', this.encryption),
      ...options,
    });
    this.workers.push(worker);
    this.runs.push(worker.run());
  }

  private providerOf({ withdrawalId }: { withdrawalId: string }): ScriptedProvider {
    const provider = this.providers.get(withdrawalId);
    if (provider === undefined)
      throw ApplicationFailure.nonRetryable('no test scripted a provider for this withdrawal');
    return provider;
  }

  /** Starts a withdrawal at a provider that answers as scripted. */
  async pay(script: Script, changes: Partial<WithdrawalRequest> = {}, requestWith = cryptoprocessingRequest) {
    const now = await this.environment.currentTimeMs();
    const request = requestWith({
      withdrawalId: `w-${randomUUID()}`,
      requestedAt: new Date(now).toISOString(),
      ...changes,
    });
    const provider = new ScriptedProvider(request, script, () => this.environment.currentTimeMs());
    this.providers.set(request.withdrawalId, provider);
    const start: WithdrawalStart = { request };
    const handle = await this.start(workflowIds.withdrawal(request.withdrawalId), [start]);
    const payout = new Payout(handle, request, provider, this.environment);
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
      await payout.casesSettled();
      await payout.called();
      await payout.handle.terminate().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    await Promise.all(this.runs);
    await this.server?.teardown();
  }
}

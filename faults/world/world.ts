import { Client } from '@temporalio/client';
import { ClearCodec } from '../../temporal/encryption/codec.js';
import { Outflow } from '../../client/outflow.js';
import { withdrawalIdOf, workflowIdOf } from '../../contract/ids.js';
import type { ProviderName } from '../../domain/providers/index.js';
import type { Payout } from '../../simulator/ledger/payout.js';
import type { Provider } from '../../providers/provider.js';
import { registry } from '../../providers/registry.js';
import type { Plan } from '../plan/plan.js';
import type { WorkflowSandbox } from '../sandbox/sandbox.js';
import { isGiven } from '../sandbox/protocol.js';
import type { HistoryEvent } from '../temporal/history.js';
import type { Run } from '../temporal/run.js';
import { TemporalServer } from '../temporal/server.js';
import { ServerClock } from '../temporal/server-clock.js';
import type { Line } from '../temporal/grpc/service.js';
import { connectionTo } from '../temporal/grpc/service.js';
import { Visibility } from '../temporal/grpc/visibility.js';
import { BridgeProcess } from './bridge-process.js';
import type { Network, ReceivedAnswer, SentRequest } from './network.js';
import { ConnectionError, useNetwork } from './network.js';
import { origins, providerAt, ProviderSide, BRIDGE_ORIGIN } from './provider-side.js';
import type { Life } from './process.js';
import { SimulatedProcess, sleep } from './process.js';
import type { Random } from './random.js';
import { Trace } from './trace.js';
import { WorkerProcess } from './worker-process.js';

/** A request as it left a worker. */
export interface WrittenRequest extends SentRequest {
  provider: ProviderName;
  operation: 'create' | 'commit' | 'lookUp' | null;
  by: Life;
  /** By the true clock, and by the writer’s, ms since 1970. */
  at: number;
  writersClock: number;
}

/** Hears of what the checks are about. */
export interface Witness {
  recorded(run: Run, event: HistoryEvent): void;
  taskFailed(run: Run, message: string): void;
  payoutChanged(payout: Payout): void;
  written(request: WrittenRequest): void;
  answered(request: WrittenRequest, answer: ReceivedAnswer): void;
  logged(run: Run, line: { level: string; message: string; attributes: Record<string, unknown> }): void;
  callbackAnswered(callback: SentRequest, status: number, isAuthentic: boolean): void;
}

/** The keys and secrets of our account at all providers. */
export interface Credentials {
  key: string;
  secret: string;
  callbackSecret: string;
  projectSecret: string;
}

export const firstCredentials: Credentials = {
  key: 'test-key',
  secret: 'test-secret',
  callbackSecret: 'test-callback-secret',
  projectSecret: 'test-project-secret',
};

/**
 * All of a deployment in one process and virtual time: Temporal, two workers, the bridge, the app and its operators, the providers, and the network
 * between them.
 */
export class World implements Network {
  readonly plan: Plan;
  readonly trace = new Trace();
  readonly random: Random;
  readonly server: TemporalServer;
  readonly visibility: Visibility;
  readonly workers: WorkerProcess[];
  readonly workerProcesses: SimulatedProcess[];
  readonly bridge: BridgeProcess;
  readonly app: Outflow;
  readonly client: Client;
  readonly providers: ProviderSide;
  /** What the workers are given when they start. */
  workersKnow: Credentials = firstCredentials;
  /** Of Temporal’s next answers so many are lost. */
  answersToLose = 0;
  connections: 'stand' | 'refused' | 'hangs' = 'stand';
  networkDelayMs = 0;
  /** When each withdrawal was last sent, ms since 1970. */
  readonly lastCreateAt = new Map<string, number>();
  /** Withdrawals of which the app knows that they are under way. */
  readonly submitted = new Set<string>();
  readonly #witness: Witness;

  private constructor(
    plan: Plan,
    options: { random: Random; sandbox: WorkflowSandbox; providers: ProviderSide; witness: Witness },
  ) {
    const { random, sandbox, providers, witness } = options;
    this.plan = plan;
    this.random = random;
    this.providers = providers;
    this.#witness = witness;
    const { settings } = plan;
    const clock = new ServerClock(random);
    const recorded = (run: Run, event: HistoryEvent) => this.#recorded(run, event);
    const observer = { recorded, taskFailed: witness.taskFailed.bind(witness) };
    const retentionMs = settings.retentionHours * 3_600_000;
    this.server = new TemporalServer({ clock, observer, newRunId: () => random.uuid(), retentionMs });
    this.visibility = new Visibility(clock, settings.indexLagMs);
    const losesAnswer = () => {
      if (this.answersToLose === 0) return false;
      this.answersToLose -= 1;
      return true;
    };
    const line: Pick<Line, 'losesAnswer'> = { losesAnswer };
    this.workerProcesses = ['worker 1', 'worker 2'].map((name) => new SimulatedProcess(name));
    this.workers = this.workerProcesses.map((process, index) => {
      process.skewMs = settings.skewsMs[index] ?? 0;
      return new WorkerProcess({
        ...{ process, server: this.server, visibility: this.visibility, line, sandbox, trace: this.trace, random },
        ...{ confirmFinal: settings.confirmFinal, forgetsOneIn: settings.forgetsOneIn },
        providers: () => this.#configured(),
        log: (run, entry) => witness.logged(run, entry),
      });
    });
    this.bridge = new BridgeProcess({
      server: this.server,
      visibility: this.visibility,
      line,
      trace: this.trace,
      postback: settings.postback,
    });
    const always = { ...line, isOpen: () => true, running: () => Promise.resolve() };
    const connection = connectionTo(this.server, this.visibility, always);
    this.client = new Client({
      connection,
      namespace: 'default',
      dataConverter: { payloadCodecs: [new ClearCodec()] },
    });
    this.app = new Outflow(this.client, retentionMs - 3_600_000);
  }

  static async open(
    plan: Plan,
    options: { random: Random; sandbox: WorkflowSandbox; witness: Witness },
  ): Promise<World> {
    const providers = await ProviderSide.open((payout) => options.witness.payoutChanged(payout));
    const world = new World(plan, { ...options, providers });
    useNetwork(world);
    const { context, faults } = providers.wiring;
    context.modes.values = { ...context.modes.values, ...plan.modes };
    faults.set(plan.providerFaults);
    const { ownerLimit } = plan.settings;
    if (ownerLimit !== undefined) {
      const ownerLimits = { BTC: ownerLimit };
      context.limits.set({ cryptoprocessing: { balances: {}, ownerLimits }, alphapo: { balances: {}, ownerLimits } });
    }
    return world;
  }

  /** A withdrawal of the plan. */
  withdrawalId(index: number): string {
    return this.plan.withdrawals[index % this.plan.withdrawals.length]?.request.withdrawalId ?? '';
  }

  /** The place of a withdrawal in the plan. */
  indexOf(withdrawalId: string): number {
    return this.plan.withdrawals.findIndex(({ request }) => request.withdrawalId === withdrawalId);
  }

  /** Lets go of what it holds outside of itself. */
  close(): void {
    for (const worker of this.workers) worker.kill();
  }

  // --- The network -----------------------------------------------------------------------------------------------------

  async connect(origin: string): Promise<void> {
    await sleep(this.random.integer(1, 30) + this.networkDelayMs);
    if (origin === BRIDGE_ORIGIN) {
      if (!this.bridge.isUp) throw new ConnectionError('ECONNREFUSED');
      return;
    }
    if (this.connections === 'refused') throw new ConnectionError('ECONNREFUSED');
    if (this.connections === 'hangs') await sleep(3_600_000);
    this.trace.moment('connected', providerAt(origin) ?? origin);
  }

  async exchange(request: SentRequest, by: Life | undefined): Promise<ReceivedAnswer> {
    if (request.origin === BRIDGE_ORIGIN) return this.#callBack(request);
    const provider = providerAt(request.origin);
    if (provider === undefined || by === undefined) throw new ConnectionError('ENOTFOUND');
    const operation = this.providers.wiring.providers[provider].operationOf(request.method, request.path);
    const written: WrittenRequest = {
      ...request,
      provider,
      operation,
      by,
      at: Date.now(),
      writersClock: by.process.now(),
    };
    this.#witness.written(written);
    const subject = this.#subjectOf(written);
    if (operation === 'create') this.lastCreateAt.set(withdrawalIdOf(subject), Date.now());
    if (operation !== null) this.trace.moment(momentOf(operation, 'written'), subject, by.process.name);
    await sleep(this.random.integer(1, 40) + Math.floor(this.networkDelayMs / 4));
    if (operation === 'create') this.trace.moment('create stored', subject);
    const answer = await this.providers.answer(provider, request);
    this.trace.note(() => `${provider} answers ${answer.status}: ${answer.body.toString('utf8').slice(0, 160)}`);
    this.#witness.answered(written, answer);
    await sleep(this.random.integer(1, 40) + Math.floor(this.networkDelayMs / 4));
    if (operation !== null) this.trace.moment(momentOf(operation, 'answered'), subject, by.process.name);
    return answer;
  }

  async #callBack(request: SentRequest): Promise<ReceivedAnswer> {
    const subject = this.#namedIn(request.body) ?? 'bridge';
    this.trace.moment('callback sent', subject, request.body.slice(0, 120));
    await sleep(this.random.integer(1, 40));
    const { status, isAuthentic } = await this.bridge.take(request);
    this.#witness.callbackAnswered(request, status, isAuthentic);
    this.trace.moment('callback taken', subject, String(status));
    await sleep(this.random.integer(1, 40));
    return { status, headers: {}, body: Buffer.alloc(0) };
  }

  // --- What is known of it ---------------------------------------------------------------------------------------------

  /** The withdrawal whose request this is: its workflow’s id, as moments name it. */
  #subjectOf({ provider, body }: WrittenRequest): string {
    return this.#namedIn(body) ?? this.#paidTo(provider, body) ?? provider;
  }

  #namedIn(text: string): string | undefined {
    const found = this.plan.withdrawals.find(
      ({ request }) => text.includes(`"${request.withdrawalId}"`) || text.includes(request.address),
    );
    return found === undefined ? undefined : workflowIdOf(found.request.withdrawalId);
  }

  #paidTo(provider: ProviderName, path: string): string | undefined {
    const row = this.providers
      .payouts()
      .find((payout) => payout.provider === provider && path.includes(payout.providerId));
    return row && this.#namedIn(row.address);
  }

  #recorded(run: Run, event: HistoryEvent): void {
    this.visibility.recorded(run, event);
    this.trace.note(() => `${run.workflowId} #${event.id} ${event.type}${detailOf(event)}`);
    this.#witness.recorded(run, event);
    if (event.type === 'timerFired') this.trace.moment('timer fired', run.workflowId);
    if (event.type === 'upserted') {
      const { indexedFields } = event.searchAttributes;
      if (textIn(indexedFields?.['WithdrawalStatus']) === 'unknown')
        this.trace.moment('became unknown', run.workflowId);
      if (textIn(indexedFields?.['WithdrawalAttention']) !== undefined)
        this.trace.moment('asked for a person', run.workflowId);
    }
    if (
      event.type === 'activityCompleted' &&
      run.history.some(
        (one) =>
          one.id === event.scheduledId &&
          one.type === 'activityScheduled' &&
          one.command.activityType === 'acquireSlot',
      )
    )
      this.trace.moment('slot granted', run.workflowId);
    if (['completed', 'failed', 'terminated', 'continuedAsNew'].includes(event.type))
      this.trace.moment('closed', run.workflowId, event.type);
  }

  /** What a worker’s settings make of all providers. */
  #configured(): Provider[] {
    const { key, secret, callbackSecret, projectSecret } = this.workersKnow;
    const common = { API_KEY: key, SANDBOX: 'true' };
    const { resendAlphapo, postback } = this.plan.settings;
    const variables: Record<ProviderName, Record<string, string>> = {
      cryptoprocessing: { ...common, SECRET: secret },
      alphapo: { ...common, SECRET: secret, RESEND: String(resendAlphapo) },
      cryptopay: { ...common, API_SECRET: secret, CALLBACK_SECRET: callbackSecret },
      cryptocloud: { ...common, PROJECT_SECRET: projectSecret, POSTBACK: postback },
    };
    return Object.entries(variables).map(([name, values]) =>
      registry[name as ProviderName].provider.parse({ BASE_URL: origins[name as ProviderName], ...values }),
    );
  }
}

function momentOf(operation: 'create' | 'commit' | 'lookUp', what: 'written' | 'answered') {
  const name = operation === 'lookUp' ? ('look-up' as const) : operation;
  return `${name} ${what}` as const;
}

/** A keyword’s text; undefined where there is none. */
export function textIn(payload: { data?: Uint8Array | null } | undefined): string | undefined {
  if (!isGiven(payload?.data) || payload.data.length === 0) return undefined;
  const value: unknown = JSON.parse(Buffer.from(payload.data).toString('utf8'));
  const [first] = Array.isArray(value) ? (value as unknown[]) : [value];
  return typeof first === 'string' ? first : undefined;
}

function detailOf(event: HistoryEvent): string {
  switch (event.type) {
    case 'activityScheduled':
      return ` ${event.command.activityType}`;
    case 'activityFailed':
    case 'activityTimedOut':
      return ` ${event.activityType}: ${event.failure.applicationFailureInfo?.type ?? event.failure.message ?? ''}`;
    case 'upserted':
      return ` ${Object.entries(event.searchAttributes.indexedFields ?? {})
        .map(([name, payload]) => `${name}=${textIn(payload) ?? '-'}`)
        .join(' ')}`;
    case 'updateAccepted':
      return ` ${event.name}`;
    case 'timerStarted':
      return ` ${event.ms} ms`;
    case 'completed':
      return ` ${Buffer.from(event.result?.data ?? [])
        .toString('utf8')
        .slice(0, 200)}`;
    case 'failed':
      return ` ${event.failure.applicationFailureInfo?.type ?? ''}`;
    case 'signaled':
      return ` ${Buffer.from(event.input[0]?.data ?? [])
        .toString('utf8')
        .slice(0, 160)}`;
    default:
      return '';
  }
}

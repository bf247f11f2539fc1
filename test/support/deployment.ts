import { spawnSync } from 'node:child_process';
import type { FastifyInstance } from 'fastify';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createBridge } from '../../bridge/bridge.js';
import type { WithdrawalView } from '../../client/index.js';
import { Outflow } from '../../client/index.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { readBridgeSettings, readSettings, withTrialValues } from '../../settings/index.js';
import { startSimulator, type Simulator } from '../../simulator/index.js';
import { longestSendMs } from '../../temporal/connection.js';
import type { EmbeddedTemporal, EmbeddedTemporalOptions } from '../../temporal/embedded/server.js';
import { embeddedNamespace, startEmbeddedTemporal } from '../../temporal/embedded/server.js';
import { startWorker, type RunningWorker } from '../../worker/worker.js';
import { searchAttributeNames } from '../../contract/search-attributes.js';
import { testBundle } from './built.js';
import { until } from './parent-process.js';
import { SimulatorControl } from './simulator-control.js';

/** Its state as `ps` has it: T for one that is stopped. */
function stateOf(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Which providers' calls a worker takes, and its settings beside the simulator's. */
interface WorkerParts {
  serving?: readonly ProviderName[];
  settings?: Record<string, string>;
  /** The worker's clock. */
  now?: () => number;
}

/** What the bridge logged. */
export interface LogLine {
  message: string;
  fields: Record<string, unknown>;
}

/** Outflow's parts in the test's own process, before a Temporal server of its own. The worker runs only when told to. */
export class Deployment {
  readonly log: LogLine[] = [];
  private worker: RunningWorker | undefined;

  private constructor(
    private readonly options: EmbeddedTemporalOptions,
    public temporal: EmbeddedTemporal,
    readonly client: Client,
    readonly outflow: Outflow,
    /** The longest time from `requestedAt` to `sendBy`, ms. */
    readonly longestMs: number,
  ) {}

  private listening: FastifyInstance | undefined;
  private providers: Simulator | undefined;

  /** The bridge's origin. */
  bridge = '';

  static async start(more: EmbeddedTemporalOptions = {}): Promise<Deployment> {
    const options = { searchAttributes: searchAttributeNames, ...more };
    const temporal = await startEmbeddedTemporal(options);
    const connection = await Connection.connect({ address: temporal.address });
    const client = new Client({ connection });
    const longestMs = await longestSendMs(connection, embeddedNamespace);
    const deployment = new Deployment(options, temporal, client, new Outflow(client, longestMs), longestMs);
    await deployment.openBridge();
    return deployment;
  }

  private async openBridge(settings: Record<string, string> = {}, port = 0): Promise<void> {
    const receivers = Object.values(readBridgeSettings(withTrialValues(settings)).receivers);
    const log = (message: string, fields: Record<string, unknown>) => this.log.push({ message, fields });
    this.listening = createBridge({ temporal: this.client, receivers, log });
    this.bridge = await this.listening.listen({ host: '127.0.0.1', port });
  }

  /** Another bridge where the first was, with these settings: it remembers no callback. */
  async restartBridge(settings: Record<string, string> = {}): Promise<void> {
    await this.listening?.close();
    await this.openBridge(settings, Number(new URL(this.bridge).port));
  }

  /** Starts Temporal again, where it was. What it had in a data file it has again. */
  async restartTemporal(): Promise<void> {
    const { port, uiPort } = this.temporal;
    this.temporal = await startEmbeddedTemporal({ ...this.options, port, uiPort });
  }

  /** Temporal hears and does not answer, until `resumeTemporal`. */
  async pauseTemporal(): Promise<void> {
    process.kill(this.temporal.pid, 'SIGSTOP');
    await until('Temporal stands still', () => stateOf(this.temporal.pid).startsWith('T'));
  }

  resumeTemporal(): void {
    process.kill(this.temporal.pid, 'SIGCONT');
  }

  /** Starts the providers, which call the bridge back, and answers their control port. */
  async startSimulator(): Promise<SimulatorControl> {
    const ports = { control: 0, cryptoprocessing: 0, alphapo: 0, cryptopay: 0, cryptocloud: 0 };
    this.providers = await startSimulator({ ports, callbackOrigin: this.bridge });
    return new SimulatorControl(this.providers.control);
  }

  /** A withdrawal's view once it is as wanted; fails, with the view that it has, after a minute. */
  async when(withdrawalId: string, wanted: (view: WithdrawalView) => boolean): Promise<WithdrawalView> {
    let view = await this.outflow.get(withdrawalId);
    const isThere = async () => wanted((view = await this.outflow.get(withdrawalId)));
    await until('it is as wanted', isThere, 60_000).catch((error: unknown) => {
      throw new Error(`It is ${JSON.stringify(view, null, 2)}`, { cause: error });
    });
    return view;
  }

  /** An application's client at another time. */
  outflowAt(now: number): Outflow {
    return new Outflow(this.client, this.longestMs, () => now);
  }

  /** Where each provider is: what a worker's settings name. */
  get origins(): Record<ProviderName, string> {
    if (this.providers === undefined) throw new Error('the simulator is not up');
    return this.providers.origins;
  }

  /** Starts a worker, which pays at the simulator unless its settings say otherwise. */
  async startWorker({
    serving = ['cryptoprocessing'],
    settings = {},
    now = Date.now,
  }: WorkerParts = {}): Promise<void> {
    const addresses = Object.entries(this.providers?.origins ?? {});
    const env = withTrialValues({
      ...Object.fromEntries(addresses.map(([name, origin]) => [`${name.toUpperCase()}_BASE_URL`, origin])),
      ...settings,
    });
    const connection = await NativeConnection.connect({ address: this.temporal.address });
    const { providers } = readSettings(env, { role: 'worker' });
    const worker = await startWorker({
      connection,
      namespace: embeddedNamespace,
      providers: serving.flatMap((name) => providers[name] ?? []),
      confirmFinal: true,
      bundle: testBundle,
      now,
    });
    this.worker = {
      ...worker,
      stop: async () => {
        await worker.stop();
        await connection.close();
      },
    };
  }

  async stopWorker(): Promise<void> {
    await this.worker?.stop();
    this.worker = undefined;
  }

  async stop(): Promise<void> {
    await this.stopWorker();
    await this.providers?.close();
    await this.listening?.close();
    await this.client.connection.close();
    await this.temporal.stop();
  }
}

import { spawnSync } from 'node:child_process';
import type { FastifyInstance } from 'fastify';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createBridge } from '../../bridge/bridge.js';
import type { WithdrawalView } from '../../client/index.js';
import { Outflow } from '../../client/index.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { readBridgeSettings, readSettings, withDevDefaults } from '../../settings/index.js';
import { startSimulator, type Simulator } from '../../simulator/index.js';
import type { EncryptionSettings } from '../../settings/encryption.js';
import { longestSendMs } from '../../temporal/connection.js';
import { caseIds } from '../../temporal/encryption/case-id.js';
import type { EmbeddedTemporal, EmbeddedTemporalOptions } from '../../temporal/embedded/server.js';
import { embeddedNamespace, startEmbeddedTemporal } from '../../temporal/embedded/server.js';
import { startWorker, type RunningWorker } from '../../worker/worker.js';
import { searchAttributeNames } from '../../contract/search-attributes.js';
import { testBundle } from './built.js';
import { testConverter, testEncryption, testKeys } from './encryption.js';
import { until } from './parent-process.js';
import { SimulatorControl } from './simulator/control.js';
import { anyPorts } from './simulator/test-simulator.js';

/** Its state as `ps` has it: T for one that is stopped. */
function stateOf(pid: number): string {
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

interface WorkerParts {
  /** The providers whose calls it takes; left out: CryptoProcessing. */
  serving?: readonly ProviderName[];
  /** Settings beside the simulator's. CryptoCloud's rate limit is a tenth of a second, unless they say otherwise. */
  settings?: Record<string, string>;
  /** The worker's clock. */
  now?: () => number;
  /** What it encrypts with; left out: as the whole deployment. */
  encryption?: EncryptionSettings;
}

/** What the bridge logged. */
export interface LogLine {
  message: string;
  fields: Record<string, unknown>;
}

/** Which parts of a deployment run, and how. */
export interface DeploymentParts {
  temporal?: EmbeddedTemporalOptions;
  /** What client, bridge and worker encrypt with; left out: the tests’ keys. */
  encryption?: EncryptionSettings;
  /** The bridge's settings beside the simulator's. */
  bridge?: Record<string, string>;
  /** Left out: it runs as providers do. */
  simulator?: SimulatorParts | 'none';
  /** Left out: one that serves CryptoProcessing. */
  worker?: WorkerParts | 'none';
}

interface SimulatorParts {
  /** How fast its clock goes, against ours. */
  speed?: number;
}

/** What exists only once the deployment has started. */
interface Started {
  temporal: EmbeddedTemporal;
  connection: Connection;
  client: Client;
  outflow: Outflow;
  longestMs: number;
}

/** Outflow's parts in the test's own process, before a Temporal server of its own. */
export class Deployment {
  readonly log: LogLine[] = [];
  private started: Started | undefined;
  private readonly workers: RunningWorker[] = [];
  private encryption: EncryptionSettings;
  private listening: FastifyInstance | undefined;
  private providers: Simulator | undefined;

  /** The bridge's origin. */
  bridge = '';

  constructor(private readonly parts: DeploymentParts = {}) {
    this.encryption = parts.encryption ?? testEncryption;
  }

  static async started(parts?: DeploymentParts): Promise<Deployment> {
    const deployment = new Deployment(parts);
    await deployment.start();
    return deployment;
  }

  async start(): Promise<void> {
    const temporal = await startEmbeddedTemporal(this.temporalOptions);
    let connection: Connection | undefined;
    try {
      connection = await Connection.connect({ address: temporal.address });
      const client = new Client({ connection, ...testConverter('client', this.encryption) });
      const longestMs = await longestSendMs(connection, embeddedNamespace);
      this.started = { temporal, connection, client, longestMs, outflow: new Outflow(client, longestMs) };
    } catch (error) {
      await connection?.close();
      await temporal.stop();
      throw error;
    }
    await this.openBridge(this.parts.bridge);
    if (this.parts.simulator !== 'none') await this.startSimulator(this.parts.simulator);
    if (this.parts.worker !== 'none') await this.startWorker();
  }

  private get temporalOptions(): EmbeddedTemporalOptions {
    return { searchAttributes: searchAttributeNames, ...this.parts.temporal };
  }

  private get running(): Started {
    if (this.started === undefined) throw new Error('the deployment has not started');
    return this.started;
  }

  get temporal(): EmbeddedTemporal {
    return this.running.temporal;
  }

  get connection(): Connection {
    return this.running.connection;
  }

  get client(): Client {
    return this.running.client;
  }

  get outflow(): Outflow {
    return this.running.outflow;
  }

  /** The longest time from `requestedAt` to `sendBy`, ms. */
  get longestMs(): number {
    return this.running.longestMs;
  }

  /** The providers' control port. */
  get simulator(): SimulatorControl {
    if (this.providers === undefined) throw new Error('the simulator is not up');
    return new SimulatorControl(this.providers.control);
  }

  private async openBridge(settings: Record<string, string> = {}, port = 0): Promise<void> {
    const receivers = Object.values(readBridgeSettings(withDevDefaults({ ...testKeys, ...settings })).receivers);
    const log = (message: string, fields: Record<string, unknown>) => this.log.push({ message, fields });
    this.listening = createBridge({
      temporal: this.client,
      caseIdOf: caseIds(this.parts.encryption ?? {}),
      receivers,
      log,
    });
    this.bridge = await this.listening.listen({ host: '127.0.0.1', port });
  }

  /** From now on client and bridge, and the workers that are started, encrypt with these. */
  async encryptWith(encryption: EncryptionSettings): Promise<void> {
    this.encryption = encryption;
    this.running.client = new Client({ connection: this.connection, ...testConverter('client', encryption) });
    this.running.outflow = new Outflow(this.client, this.longestMs);
    await this.restartBridge(this.parts.bridge);
  }

  /** Another bridge where the first was, with these settings: it remembers no callback. */
  async restartBridge(settings: Record<string, string> = {}): Promise<void> {
    await this.listening?.close();
    await this.openBridge(settings, Number(new URL(this.bridge).port));
  }

  /** Starts Temporal again, where it was. What it had in a data file it has again. */
  async restartTemporal(): Promise<void> {
    const { port, uiPort } = this.temporal;
    this.running.temporal = await startEmbeddedTemporal({ ...this.temporalOptions, port, uiPort });
  }

  /** Temporal takes requests and does not answer, until `resumeTemporal`. */
  async pauseTemporal(): Promise<void> {
    process.kill(this.temporal.pid, 'SIGSTOP');
    await until('Temporal stands still', () => stateOf(this.temporal.pid).startsWith('T'));
  }

  resumeTemporal(): void {
    process.kill(this.temporal.pid, 'SIGCONT');
  }

  /** Starts the providers, which call the bridge back. */
  private async startSimulator({ speed }: SimulatorParts = {}): Promise<void> {
    this.providers = await startSimulator({ ports: anyPorts, callbackOrigin: this.bridge });
    await this.simulator.limits({ cryptocloud: { intervalMs: 0 } }); // the worker's own limit is short, too
    if (speed !== undefined) await this.simulator.clock({ speed });
  }

  /** A withdrawal's view once it is as wanted; fails, with the view that it has, after the limit. */
  async when(
    withdrawalId: string,
    wanted: (view: WithdrawalView) => boolean,
    limitMs = 60_000,
  ): Promise<WithdrawalView> {
    let view = await this.outflow.get(withdrawalId);
    const isThere = async () => wanted((view = await this.outflow.get(withdrawalId)));
    await until('it is as wanted', isThere, limitMs).catch((error: unknown) => {
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

  /** Starts a worker beside those that run: the deployment's own, or one that differs. It pays at the simulator unless its settings say otherwise. */
  async startWorker(parts?: WorkerParts): Promise<void> {
    const own = this.parts.worker;
    const {
      serving = ['cryptoprocessing'],
      settings = {},
      now = Date.now,
      encryption = this.encryption,
    } = parts ?? (own === 'none' ? {} : own) ?? {};
    const addresses = Object.entries(this.providers?.origins ?? {});
    const env = withDevDefaults({
      ...Object.fromEntries(addresses.map(([name, origin]) => [`${name.toUpperCase()}_BASE_URL`, origin])),
      CRYPTOCLOUD_MIN_INTERVAL: '0.1',
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
      encryption,
    });
    const running = {
      ...worker,
      stop: async () => {
        await worker.stop();
        await connection.close();
      },
    };
    this.workers.push(running);
  }

  /** Stops all of them. */
  async stopWorker(): Promise<void> {
    for (const worker of this.workers.splice(0)) await worker.stop();
  }

  async stop(): Promise<void> {
    await this.stopWorker();
    await this.providers?.close();
    await this.listening?.close();
    await this.started?.connection.close();
    await this.started?.temporal.stop();
  }
}

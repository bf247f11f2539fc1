import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { request } from 'undici';
import { Outflow, type Status, type WithdrawalView } from '../../../client/index.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { longestSendMs } from '../../../temporal/connection.js';
import type { EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { embeddedNamespace, startEmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import { built, testBundle } from '../../support/built.js';
import { testConverter } from '../../support/encryption.js';
import { isAlive, root } from '../../support/parent-process.js';
import type { RateLimiterWorkerOptions } from './worker.js';
import { anyPorts } from '../../support/simulator/test-simulator.js';

const script = built('test/workflows/rate-limiter/worker.ts');

/** What CryptoCloud is asked to pay is told apart by its amount alone: there is no reference. */
const amountOf = (id: string) => `${Number(/\d+$/.exec(id)?.[0] ?? '0') + 1}.5`;

/** A create as it reached the provider. */
export interface Arrival {
  withdrawalId: string;
  /** ms since 1970. */
  at: number;
  /** The HTTP status that it was answered with. */
  answered: number | null;
}

/**
 * A server with its own settings, as a user's may be (so four partitions for each queue), the simulator's CryptoCloud, which
 * refuses what comes too soon, and worker processes that pay there.
 */
export class RateLimiterStand {
  private readonly workers: ChildProcess[] = [];
  private readonly ids: string[] = [];

  private constructor(
    private readonly temporal: EmbeddedTemporal,
    private readonly simulator: Simulator,
    readonly client: Client,
    readonly outflow: Outflow,
    readonly intervalMs: number,
    private readonly bundle: { codePath: string },
  ) {}

  static async start({ intervalMs, bundle = testBundle }: { intervalMs: number; bundle?: { codePath: string } }) {
    const temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames, asShipped: true });
    const simulator = await startSimulator({ ports: anyPorts });
    await request(`${simulator.control}/limits`, {
      method: 'PUT',
      body: JSON.stringify({ cryptocloud: { intervalMs } }),
    });
    const connection = await Connection.connect({ address: temporal.address });
    const client = new Client({ connection, ...testConverter('client') });
    const outflow = new Outflow(client, await longestSendMs(connection, embeddedNamespace));
    return new RateLimiterStand(temporal, simulator, client, outflow, intervalMs, bundle);
  }

  get address(): string {
    return this.temporal.address;
  }

  /**
   * A worker in a process of its own, up once this resolves. When it is to send the withdrawal that is named, it kills itself
   * with -9: its slot has come, and no byte has left.
   */
  async startWorker({ diesSending = '' } = {}): Promise<void> {
    const options: RateLimiterWorkerOptions = {
      ...{ temporal: this.address, origin: this.simulator.origins.cryptocloud, intervalMs: this.intervalMs },
      ...{ bundle: this.bundle, diesSending },
    };
    const args = [script, JSON.stringify(options)];
    const worker = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    this.workers.push(worker);
    await new Promise((resolve, reject) => {
      worker.stdout.once('data', resolve);
      worker.once('exit', () => reject(new Error('a worker ended before it was up')));
    });
  }

  /** Pids of the workers that run. */
  alive(): number[] {
    return this.workers.map(({ pid }) => Number(pid)).filter(isAlive);
  }

  /** Submits so many withdrawals at once; answers their ids. */
  async submit(count: number): Promise<string[]> {
    const requestedAt = new Date().toISOString();
    const ids = Array.from({ length: count }, (_, index) => `cc-${this.ids.length + index}`);
    this.ids.push(...ids);
    const requests = ids.map((withdrawalId): WithdrawalRequest => ({
      ...{ withdrawalId, provider: 'cryptocloud', requestedAt, currency: 'USDT_TRC20', amount: amountOf(withdrawalId) },
      address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
    }));
    await Promise.all(requests.map((one) => this.outflow.submit(one)));
    return ids;
  }

  /** Its view once it has left these statuses; asked a few times a second, since each query costs a worker. */
  async afterStatus(id: string, statuses: readonly Status[], limitMs: number): Promise<WithdrawalView> {
    for (const deadline = Date.now() + limitMs; ; await sleep(300)) {
      const view = await this.outflow.get(id);
      if (!statuses.includes(view.status)) return view;
      if (Date.now() > deadline) throw new Error(`${id} is still ${view.status}`);
    }
  }

  /** The views of them all, once each has its slot or was sent; read one after the other: the queries must not be the load. */
  async allInLine(ids: readonly string[], limitMs: number): Promise<WithdrawalView[]> {
    const deadline = Date.now() + limitMs;
    const views: WithdrawalView[] = [];
    for (const id of ids) {
      for (;;) {
        const view = await this.outflow.get(id);
        const hasSlot = view.status === 'waiting' && view.waiting?.for.startsWith('its slot') === true;
        if (hasSlot || !['received', 'waiting', 'sending'].includes(view.status)) {
          views.push(view);
          break;
        }
        if (Date.now() > deadline) throw new Error(`${id} still has no slot`);
        await sleep(300);
      }
    }
    return views;
  }

  /** What became of them: the slots that lie ahead, in their order; which of them ever needed a person, and why; how many slots were missed. */
  storyOf(views: readonly WithdrawalView[]) {
    const entries = views.flatMap(({ withdrawalId, timeline }) =>
      timeline.map((entry) => ({ withdrawalId, ...entry })),
    );
    // Each of its payouts waits for a person once it is sent: that is its usual way.
    const attentions = entries.filter(
      ({ event, detail }) => event === 'attention' && detail?.attention !== 'person-confirms',
    );
    return {
      slots: views
        .flatMap(({ waiting }) => /^It is sent at (.*)\.$/.exec(waiting?.next ?? '')?.[1] ?? [])
        .map((time) => Date.parse(time))
        .sort((a, b) => a - b),
      attentions: attentions.map(({ withdrawalId, detail }) => `${withdrawalId} ${detail?.attention ?? 'nothing'}`),
      missed: entries.filter(({ event, detail }) => event === 'waiting' && detail?.failure === 'TooLateToSend').length,
    };
  }

  /** The creates that reached the provider, in their order. */
  async arrivals(): Promise<Arrival[]> {
    const { body } = await request(`${this.simulator.control}/requests`);
    const received = (await body.json()) as {
      provider: string;
      body: string;
      arrivedAt: number;
      answered: number | null;
    }[];
    return received
      .filter(({ provider }) => provider === 'cryptocloud')
      .map(({ body: asked, arrivedAt, answered }) => {
        const amount = /"amount":([\d.]+)/.exec(asked)?.[1];
        const withdrawalId = this.ids.find((id) => amountOf(id) === amount) ?? 'none of ours';
        return { withdrawalId, at: arrivedAt, answered };
      });
  }

  /** How far apart the creates came, ms. */
  async gaps(): Promise<number[]> {
    const times = (await this.arrivals()).map(({ at }) => at);
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  }

  async ledger(): Promise<{ amount: string; debits: number }[]> {
    const { body } = await request(`${this.simulator.control}/ledger`);
    return (await body.json()) as { amount: string; debits: number }[];
  }

  async stop(): Promise<void> {
    for (const worker of this.workers) worker.kill('SIGKILL');
    await this.simulator.close();
    await sleep(1_000); // a call that the SDK repeats just now would throw on a closed channel, out of anyone's reach
    await this.client.connection.close();
    await this.temporal.stop();
  }
}

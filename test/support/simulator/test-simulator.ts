import { createHash, createHmac } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { startSimulator, type LedgerRow, type Simulator, type SimulatorOptions } from '../../../simulator/index.js';
import { SimulatorControl } from './control.js';
import { CallbackReceiver, type ReceivedCallback } from './callback-receiver.js';
import { alphapoRequest, cryptopayRequest, cryptoprocessingRequest } from './documented-requests.js';
import { send, type Reply } from './response.js';

/** A free port for each. */
export const anyPorts = { control: 0, cryptoprocessing: 0, alphapo: 0, cryptopay: 0, cryptocloud: 0 };

const addresses = z.object({
  control: z.string(),
  origins: z.object({
    cryptoprocessing: z.string(),
    alphapo: z.string(),
    cryptopay: z.string(),
    cryptocloud: z.string(),
  }),
});

/** A simulator on free ports, a receiver of its callbacks, and clients that sign by the documents' rules. */
export class TestSimulator {
  /** Stands for the bridge, unless another origin is given for callbacks. */
  readonly receiver = new CallbackReceiver();
  #running: Simulator | undefined;

  /** Starts it, or starts it again after `close`. */
  async start(options: SimulatorOptions = {}): Promise<void> {
    const callbackOrigin = await this.receiver.listen();
    this.#running = await startSimulator({ ports: anyPorts, callbackOrigin, ...options });
  }

  /** Talks to a simulator of another process, which printed its `Simulator` as JSON. */
  static at(printed: unknown): TestSimulator {
    const simulator = new TestSimulator();
    simulator.#running = { ...addresses.parse(printed), close: () => Promise.resolve() };
    return simulator;
  }

  /** Ends the simulator, not the receiver of its callbacks. */
  async close(): Promise<void> {
    await this.#running?.close();
  }

  async stop(): Promise<void> {
    await this.close();
    await this.receiver.close();
  }

  /** Forgets all that happened, and all that was set after the start. */
  async startOver(): Promise<void> {
    this.receiver.reset();
    await this.control('DELETE', '/');
    this.receiver.reset();
  }

  get origins(): Simulator['origins'] {
    return this.#started().origins;
  }

  /** The callbacks that arrived. */
  get callbacks(): readonly ReceivedCallback[] {
    return this.receiver.received;
  }

  /** Resolves once exactly so many callbacks have arrived since the test began. */
  untilCallbacks(count: number): Promise<void> {
    return this.receiver.untilReceived(count);
  }

  /** A call to the control port that must succeed: what it responds. */
  control(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<unknown> {
    return new SimulatorControl(this.#started().control).call(method, path, body);
  }

  controlReply(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Reply> {
    return new SimulatorControl(this.#started().control).reply(method, path, body);
  }

  ledger(): Promise<LedgerRow[]> {
    return new SimulatorControl(this.#started().control).ledger();
  }

  /** Lets time pass at once, for all that waits in the simulator but its faults. */
  advance(milliseconds: number): Promise<unknown> {
    return this.control('PUT', '/clock', { advanceMs: milliseconds });
  }

  /** A signed call to CryptoProcessing or AlphaPo. */
  processing(
    provider: 'cryptoprocessing' | 'alphapo',
    method: Dispatcher.HttpMethod,
    path: string,
    body: unknown,
    headers: Record<string, string | undefined> = {},
  ): Promise<Reply> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const signature = createHmac('sha512', 'test-secret').update(text).digest('hex');
    return send(`${this.origins[provider]}/api/v2${path}`, {
      method,
      body: text,
      headers: present({
        'content-type': 'application/json',
        'x-processing-key': 'test-key',
        'x-processing-signature': signature,
        ...headers,
      }),
    });
  }

  createAt(provider: 'cryptoprocessing' | 'alphapo', fields: Record<string, unknown> = {}): Promise<Reply> {
    const base = provider === 'cryptoprocessing' ? cryptoprocessingRequest : alphapoRequest;
    return this.processing(provider, 'POST', '/withdrawal/crypto', { ...base, ...fields });
  }

  lookUpAt(provider: 'cryptoprocessing' | 'alphapo', by: Record<string, unknown>): Promise<Reply> {
    return this.processing(provider, 'GET', '/transactions/info', by);
  }

  /** A signed call to Cryptopay. */
  cryptopay(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    changed: { date?: string; headers?: Record<string, string | undefined> } = {},
  ): Promise<Reply> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const date = changed.date ?? new Date().toUTCString();
    const md5 = text === '' ? '' : createHash('md5').update(text).digest('hex');
    const lines = `${method}\n${md5}\napplication/json\n${date}\n${path}`;
    const signature = createHmac('sha1', 'test-secret').update(lines).digest('base64');
    return send(`${this.origins.cryptopay}${path}`, {
      method,
      ...(text !== '' && { body: text }),
      headers: present({
        'content-type': 'application/json',
        date,
        authorization: `HMAC test-key:${signature}`,
        ...changed.headers,
      }),
    });
  }

  createAtCryptopay(fields: Record<string, unknown> = {}): Promise<Reply> {
    return this.cryptopay('POST', '/api/coin_withdrawals', { ...cryptopayRequest, ...fields });
  }

  cryptocloud(body: string, headers: Record<string, string | undefined> = {}): Promise<Reply> {
    return send(`${this.origins.cryptocloud}/v2/invoice/api/out/create`, {
      method: 'POST',
      body,
      headers: present({ 'content-type': 'application/json', authorization: 'Token test-key', ...headers }),
    });
  }

  #started(): Simulator {
    if (!this.#running) throw new Error('the simulator is not running');
    return this.#running;
  }
}

function present(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

import { createHash, createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { request, type Dispatcher } from 'undici';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/index.js';

/** A callback that arrived at the stand-in for the bridge. */
export interface Arrived {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** The parsed body, for matchers. */
  readonly json: unknown;
}

export const anyPorts = { control: 0, cryptoprocessing: 0, alphapo: 0, cryptopay: 0, cryptocloud: 0 };

/** A simulator on free ports, a bridge that takes its callbacks, and clients that sign by the documents' rules. */
export class Stand {
  readonly callbacks: Arrived[] = [];
  /** What the bridge answers; 0 is no answer at all. */
  bridgeAnswers = 200;
  bridgeTakesMs = 0;
  #bridge: Server | undefined;
  #simulator: Simulator | undefined;

  static async start(options: SimulatorOptions = {}): Promise<Stand> {
    const stand = new Stand();
    const origin = await stand.openBridge();
    await stand.startSimulator({ callbackOrigin: origin, ...options });
    return stand;
  }

  get simulator(): Simulator {
    if (!this.#simulator) throw new Error('the simulator is not running');
    return this.#simulator;
  }

  async startSimulator(options: SimulatorOptions): Promise<void> {
    this.#simulator = await startSimulator({ ports: anyPorts, ...options });
  }

  /** Talks to a simulator in another process. */
  useOrigins(control: string, origins: Record<string, unknown>): void {
    const origin = (name: string) => String(origins[name]);
    this.#simulator = {
      control,
      origins: {
        cryptoprocessing: origin('cryptoprocessing'),
        alphapo: origin('alphapo'),
        cryptopay: origin('cryptopay'),
        cryptocloud: origin('cryptocloud'),
      },
      close: () => Promise.resolve(),
    };
  }

  async openBridge(port = 0): Promise<string> {
    const bridge = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]),
        );
        this.callbacks.push({ path: incoming.url ?? '', headers, body: Buffer.concat(chunks).toString('utf8') });
        const answer = () => {
          if (this.bridgeAnswers === 0) incoming.socket.destroy();
          else response.writeHead(this.bridgeAnswers).end();
        };
        if (this.bridgeTakesMs === 0) answer();
        else setTimeout(answer, this.bridgeTakesMs);
      });
    });
    this.#bridge = bridge;
    await new Promise<void>((resolve) => bridge.listen(port, '127.0.0.1', resolve));
    const address = bridge.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    await this.#simulator?.close();
    this.#bridge?.closeAllConnections();
    await new Promise((resolve) => this.#bridge?.close(resolve));
  }

  /** A call to the control port that must succeed. */
  async control(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<unknown> {
    const reply = await this.controlReply(method, path, body);
    if (reply.status !== 200) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.json;
  }

  controlReply(method: Dispatcher.HttpMethod, path: string, body?: unknown): Promise<Reply> {
    return send(`${this.simulator.control}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }

  async ledger(): Promise<Record<string, unknown>[]> {
    return rows(await this.control('GET', '/ledger'));
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
    return send(`${this.simulator.origins[provider]}/api/v2${path}`, {
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
    return send(`${this.simulator.origins.cryptopay}${path}`, {
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
    return send(`${this.simulator.origins.cryptocloud}/v2/invoice/api/out/create`, {
      method: 'POST',
      body,
      headers: present({ 'content-type': 'application/json', authorization: 'Token test-key', ...headers }),
    });
  }

  advance(milliseconds: number): Promise<unknown> {
    return this.control('PUT', '/clock', { advanceMs: milliseconds });
  }
}

/** The documents' own requests. */
export const cryptoprocessingRequest = {
  currency: 'BTC',
  foreign_id: 'test_foreign_id_0148',
  end_user_reference: 'test_end_user_reference',
  sender_type: 'legal',
  sender_data: { legal_name: 'Example GmbH', country_of_registration: 'DEU' },
  receiver_type: 'natural',
  receiver_data: { first_name: 'Friedrich', last_name: 'Müller', date_of_birth: '1995-08-17' },
  address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
  amount: '0.00003000',
};
export const alphapoRequest = {
  currency: 'EUR',
  convert_to: 'BTC',
  address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc',
  tag: null,
  amount: 25,
  foreign_id: 'user_2317',
  end_user_reference: 'guest_user17',
};
export const cryptopayRequest = {
  charged_currency: 'EUR',
  charged_amount_to_send: '10',
  address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
  received_currency: 'BTC',
};
export const cryptocloudRequest =
  '{"currency_code":"ETH","to_address":"0x3963430000000000000000000000210945346fb8","amount":0.003}';

async function send(url: string, options: Parameters<typeof request>[1]): Promise<Reply> {
  const response = await request(url, { ...options, headersTimeout: 5000 });
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function present(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

export function rows(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new Error('not an array');
  return value.map(record);
}

export function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${String(value)}`);
  return { ...value };
}

/** The `data` of an answer. */
export function dataOf(reply: Reply): Record<string, unknown> {
  return record(record(reply.json)['data']);
}

/** Waits until `check` holds; fails after five seconds. */
export async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

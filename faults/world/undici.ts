/**
 * Stands in for undici, of which Outflow and the simulator use a connector, one request on a connection of its own, and `request`. What is written
 * goes to the run's network instead of a socket; what that answers comes back as undici gives it.
 */
import { currentProcess } from './process.js';
import type { ReceivedAnswer } from './network.js';
import { ConnectionError, currentNetwork } from './network.js';

interface Socket {
  destroy(): void;
}
type ConnectCallback = (...result: [error: Error, socket: null] | [error: null, socket: Socket]) => void;
type Connector = (options: { origin: string }, callback: ConnectCallback) => void;

interface RequestOptions {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** The longest that a response may be where nothing else is said. */
const UNLIMITED = Number.POSITIVE_INFINITY;

export function buildConnector({ timeout }: { timeout: number }): Connector {
  return ({ origin }, callback) => {
    const life = currentProcess.getStore();
    let isDone = false;
    const finish = (give: () => void) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      void resumed(life).then(give);
    };
    const timer = setTimeout(
      () => finish(() => callback(new ConnectionError('UND_ERR_CONNECT_TIMEOUT'), null)),
      timeout,
    );
    currentNetwork()
      .connect(origin)
      .then(
        () => finish(() => callback(null, { destroy: () => undefined })),
        (error: unknown) => finish(() => callback(error as Error, null)),
      );
  };
}

export class Client {
  readonly #origin: string;
  readonly #connect: Connector;
  readonly #maxResponseSize: number;

  constructor(
    origin: string,
    { connect, maxResponseSize = UNLIMITED }: { connect: Connector; maxResponseSize?: number },
  ) {
    this.#origin = origin;
    this.#connect = connect;
    this.#maxResponseSize = maxResponseSize;
  }

  async request({ method = 'GET', path, headers = {}, body = '', signal }: RequestOptions) {
    const life = currentProcess.getStore();
    const exchange = async () => {
      await new Promise<void>((resolve, reject) => {
        this.#connect({ origin: this.#origin }, (...[error]) => (error === null ? resolve() : reject(error)));
      });
      return currentNetwork().exchange({ origin: this.#origin, method, path, headers: lowerCase(headers), body }, life);
    };
    const answer = await unlessAborted(exchange(), signal, life);
    return response(answer, this.#maxResponseSize);
  }

  destroy(): Promise<void> {
    return Promise.resolve();
  }
}

/** Pools connections; here it has none. */
export class Agent {
  destroy(): Promise<void> {
    return Promise.resolve();
  }
}

export async function request(
  url: string,
  { method = 'GET', headers = {}, body = '' }: Omit<RequestOptions, 'path'> = {},
) {
  const { origin, pathname, search } = new URL(url);
  await currentNetwork().connect(origin);
  const answer = await currentNetwork().exchange(
    { origin, method, path: pathname + search, headers: lowerCase(headers), body },
    undefined,
  );
  return response(answer, UNLIMITED);
}

function response({ status, headers, body, cutAt }: ReceivedAnswer, maxSize: number) {
  const text = () => {
    if (cutAt !== undefined) return Promise.reject(new ConnectionError('UND_ERR_SOCKET'));
    if (body.length > maxSize) return Promise.reject(new ConnectionError('UND_ERR_RES_EXCEEDED_MAX_SIZE'));
    return Promise.resolve(body.toString('utf8'));
  };
  return { statusCode: status, headers, body: { text, dump: () => Promise.resolve() } };
}

/** What comes of it, unless the signal comes first; either only while its process runs. */
async function unlessAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  life: ReturnType<typeof currentProcess.getStore>,
): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    await resumed(life);
  }
}

async function resumed(life: ReturnType<typeof currentProcess.getStore>): Promise<void> {
  await life?.running();
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

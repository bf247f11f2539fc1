import { createServer, type Server } from 'node:http';

/** A callback that arrived. */
export interface ReceivedCallback {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

interface Wait {
  readonly count: number;
  readonly resolve: () => void;
}

/** Stands for the bridge: takes the simulator’s callbacks and responds as a test wants it. */
export class CallbackReceiver {
  readonly received: ReceivedCallback[] = [];
  /** The HTTP status of its responses; `none` ends the connection without one. */
  status: number | 'none' = 200;
  #server: Server | undefined;
  #held: (() => void)[] | undefined;
  readonly #waits = new Set<Wait>();

  /** Starts on a free port, or is there already; gives its origin. */
  async listen(): Promise<string> {
    if (this.#server === undefined) {
      const server = this.#create();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      this.#server = server;
    }
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the receiver of callbacks is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves once so many have arrived since the start or `reset`; rejects if there are more, or after five seconds. */
  async untilReceived(count: number): Promise<void> {
    if (this.received.length > count) throw new Error(`${this.received.length} callbacks arrived, not ${count}`);
    if (this.received.length === count) return;
    await new Promise<void>((resolve, reject) => {
      const wait: Wait = { count, resolve };
      this.#waits.add(wait);
      setTimeout(() => {
        if (this.#waits.delete(wait)) reject(new Error(`${this.received.length} callbacks arrived, not ${count}`));
      }, 5000).unref();
    });
  }

  /** From now on responses wait for `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const respond of held) respond();
  }

  reset(): void {
    this.status = 200;
    this.release();
    this.received.length = 0;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #create(): Server {
    return createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
        );
        this.received.push({ path: request.url ?? '', headers, body: Buffer.concat(chunks).toString('utf8') });
        for (const wait of this.#waits) {
          if (wait.count <= this.received.length && this.#waits.delete(wait)) wait.resolve();
        }
        const respond = () => {
          if (this.status === 'none') request.socket.destroy();
          else response.writeHead(this.status).end();
        };
        if (this.#held) this.#held.push(respond);
        else respond();
      });
    });
  }
}

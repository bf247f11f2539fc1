import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { finished } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { request } from 'undici';

/** What the provider answered, as it came. */
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A call that has come over the wire, whole. What becomes of it is up to the test. */
export class Call {
  /** When it had come, ms since 1970. */
  readonly at = Date.now();

  constructor(
    readonly method: string,
    readonly path: string,
    readonly body: string,
    private readonly headers: IncomingHttpHeaders,
    private readonly provider: string,
    private readonly caller: ServerResponse,
  ) {}

  get operation(): 'create' | 'commit' | 'lookUp' {
    if (this.method === 'GET') return 'lookUp';
    return this.path.endsWith('/commit') ? 'commit' : 'create';
  }

  /** Passes it on to the provider. Its answer is not given to the caller yet. */
  async pass(): Promise<Answer> {
    const answer = await request(`${this.provider}${this.path}`, {
      method: this.method,
      headers: headersOf(this.headers),
      body: this.body === '' ? null : this.body,
    });
    return {
      status: answer.statusCode,
      headers: headersOf(answer.headers),
      body: Buffer.from(await answer.body.arrayBuffer()),
    };
  }

  /** Gives the caller an answer; resolves once it is written, or rejects if the caller waits no more. */
  async give({ status, headers, body }: Answer): Promise<void> {
    this.caller.writeHead(status, headers).end(body);
    await finished(this.caller);
  }

  /** Ends the caller's connection without an answer. */
  drop(): void {
    this.caller.destroy();
  }
}

/** Those that don't speak of one connection only: the next has its own. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const ofTheConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  const kept = Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

interface Hold {
  matches: (call: Call) => boolean;
  met: (call: Call) => void;
}

/** A wire between Outflow and one provider, on which a test can hold a call, drop it or let it arrive late. The others go through. */
export class Wire {
  private readonly holds: Hold[] = [];
  /** Every call that came, in order. */
  readonly calls: Call[] = [];

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  static async to(provider: string): Promise<Wire> {
    const server = createServer((incoming, caller) => {
      void buffer(incoming).then((body) => {
        const { method = '', url = '', headers } = incoming;
        return wire.carry(new Call(method, url, body.toString('utf8'), headers, provider, caller));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const wire = new Wire(server, (server.address() as AddressInfo).port);
    return wire;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private async carry(call: Call): Promise<void> {
    this.calls.push(call);
    const index = this.holds.findIndex(({ matches }) => matches(call));
    const [hold] = index < 0 ? [] : this.holds.splice(index, 1);
    if (hold !== undefined) return hold.met(call);
    try {
      await call.give(await call.pass());
    } catch {
      call.drop(); // the provider, or the caller, is gone: so it is for the other
    }
  }

  /** The next call like this, which then waits for the test. Rejects if none comes within a minute. */
  hold(what: string, matches: (call: Call) => boolean): Promise<Call> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`it never came over the wire: ${what}`)), 60_000);
      const met = (call: Call) => {
        clearTimeout(timer);
        resolve(call);
      };
      this.holds.push({ matches, met });
    });
  }

  /** From now on nothing connects, until it is restored. What is connected stays. */
  cut(): void {
    this.server.close();
  }

  restore(): Promise<void> {
    return new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

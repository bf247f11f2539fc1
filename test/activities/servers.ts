import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

const loopback = '127.0.0.1';

/** What a server does with a connection; `received` is all that came on it so far. */
export type Behaviour = (socket: Socket, received: string, connection: number) => void;

/** A server of raw sockets, which remembers every byte that came. */
export class RawServer {
  readonly connections: { bytes: string; port: number }[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** `onData` acts each time bytes come, `onConnection` at once. */
  static async start(onData: Behaviour, onConnection?: Behaviour, server = createServer()): Promise<RawServer> {
    await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
    const raw = new RawServer(server, (server.address() as AddressInfo).port);
    // A TLS server hands out its sockets once they are secure: what comes on them is what was sent within TLS.
    server.on('keepCert' in server ? 'secureConnection' : 'connection', (socket: Socket) => {
      const connection = { bytes: '', port: socket.remotePort ?? 0 };
      const count = raw.connections.push(connection);
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        connection.bytes += chunk.toString('latin1');
        onData(socket, connection.bytes, count);
      });
      onConnection?.(socket, '', count);
    });
    return raw;
  }

  get origin(): string {
    return `http://${loopback}:${this.port}`;
  }

  /** All that came, on whatever connection. */
  get bytes(): string {
    return this.connections.map(({ bytes }) => bytes).join('');
  }

  /** How many requests came, whole or in part. */
  get requests(): number {
    return this.bytes.match(/(GET|POST) \/\S* HTTP\/1\.1\r\n/g)?.length ?? 0;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

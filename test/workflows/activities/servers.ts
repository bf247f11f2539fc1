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

/** What a server does with a connection. */
export type Act = (socket: Socket) => void;

export interface Acts {
  /** As soon as it is connected. */
  onConnection?: Act;
  /** Once a whole request has arrived. */
  onRequest?: Act;
}

export interface Connection {
  /** The other end's port: each connection has its own. */
  port: number;
  /** All that came on it; within TLS, what was sent within TLS. */
  bytes: string;
}

/** A server of raw sockets, which remembers every byte that came. */
export class RawServer {
  readonly connections: Connection[] = [];

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  static async start(acts: Acts = {}, tls?: { key: string; cert: string }): Promise<RawServer> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    const raw = new RawServer(server, tls === undefined ? 'http' : 'https');
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => raw.serve(socket, acts));
    await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
    return raw;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `${this.scheme}://${loopback}:${this.port}`;
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

  private serve(socket: Socket, { onConnection, onRequest }: Acts): void {
    const connection = { port: socket.remotePort ?? 0, bytes: '' };
    this.connections.push(connection);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      connection.bytes += chunk.toString('latin1');
      if (isWhole(connection.bytes)) onRequest?.(socket);
    });
    onConnection?.(socket);
  }
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  const length = Number(/^content-length: *(\d+)\r?$/im.exec(request)?.[1] ?? 0);
  return end >= 0 && request.length >= end + 4 + length;
}

/** Answers a request and leaves the connection open, as servers do. */
export function answering(status: number, body: string, headers: Record<string, string> = {}): Act {
  const all = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return (socket) => void socket.write(`HTTP/1.1 ${status} Answer\r\n${lines.join('')}\r\n${body}`);
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await RawServer.start();
  const { port } = server;
  await server.stop();
  return port;
}

/** A key, and a certificate that it signed for itself. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-tls-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...subject];
  try {
    await promisify(execFile)('openssl', [...made, '-days', '1', '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A port whose server takes no more connections: its queue is full, and it never looks at it. */
export async function fullPort(): Promise<{ port: number; free: () => Promise<void> }> {
  const listening = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '${loopback}', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const thread = new Worker(listening, { eval: true });
  const port = await new Promise<number>((resolve) => thread.once('message', resolve));
  const waiting = Array.from({ length: 8 }, () => connect(port, loopback).on('error', () => undefined));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const free = async () => {
    for (const socket of waiting) socket.destroy();
    await thread.terminate();
  };
  return { port, free };
}

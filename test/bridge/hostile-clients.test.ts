import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { createBridge } from '../../bridge/bridge.js';
import { defaultLimits } from '../../http/server.js';
import { caseIds } from '../../temporal/encryption/case-id.js';
import { readBridgeSettings, withDevDefaults } from '../../settings/index.js';
import { testKeys } from '../support/encryption.js';
import { callbackBody, fetched, post, signatureOf } from '../support/callbacks.js';
import type { LogLine } from '../support/deployment.js';
import { until } from '../support/parent-process.js';

const limits = { headersMs: 300, requestMs: 600, silenceMs: 1_000, idleMs: 5_000, connections: 20 };
/** A client that nobody cuts off would be there for as long as a test may take. */
const cutOffMs = 20_000; // on a busy machine; by default it would be half a minute

// No Temporal is there: none of these gets so far.
let temporal: Connection;
let server: FastifyInstance;
let bridge: string;
let log: LogLine[];
const clients: HostileClient[] = [];

beforeEach(() => open(limits));
afterEach(close);

async function open(limited: typeof limits): Promise<void> {
  temporal = Connection.lazy({ address: '127.0.0.1:1' });
  log = [];
  const receivers = Object.values(readBridgeSettings(withDevDefaults(testKeys)).receivers);
  const note = (message: string, fields: Record<string, unknown>) => log.push({ message, fields });
  server = createBridge({
    temporal: new Client({ connection: temporal }),
    caseIdOf: caseIds({}),
    receivers,
    log: note,
    limits: limited,
  });
  bridge = await server.listen({ host: '127.0.0.1', port: 0 });
}

async function close(): Promise<void> {
  for (const client of clients.splice(0)) client.socket.destroy();
  await server.close();
  await temporal.close();
}

/** A client that writes raw bytes. */
class HostileClient {
  readonly socket: Socket;
  received = '';
  isCutOff = false;

  constructor() {
    this.socket = connect(Number(new URL(bridge).port), '127.0.0.1');
    this.socket.on('data', (chunk) => (this.received += chunk.toString()));
    this.socket.on('error', () => undefined); // to be cut off is what is expected here
    this.socket.once('close', () => (this.isCutOff = true));
    clients.push(this);
  }

  write(text: string): this {
    this.socket.write(text);
    return this;
  }

  /** Sends a byte every tenth of a second, for ever. */
  drip(): this {
    const dripping = setInterval(() => this.socket.write('a'), 100);
    this.socket.once('close', () => clearInterval(dripping));
    return this;
  }

  untilCutOff(): Promise<void> {
    return until('it is cut off', () => this.isCutOff, cutOffMs);
  }
}

/** What was logged as refused, by outcome, and the same as the metrics have it. */
async function reported(): Promise<{ logged: string[]; counted: string[] }> {
  const { text } = await fetched(`${bridge}/metrics`);
  const counts = [...text.matchAll(/^outflow_callbacks_total{provider="(.*)",outcome="(.*)"} (\d+)$/gm)];
  return {
    logged: log.map(({ fields }) => `${String(fields['provider'])}: ${String(fields['outcome'])}`).sort(),
    counted: counts.flatMap(([, by, outcome, count]) => Array<string>(Number(count)).fill(`${by}: ${outcome}`)).sort(),
  };
}

const head = (length: number) =>
  `POST /callbacks/cryptoprocessing HTTP/1.1\r\nHost: bridge\r\nContent-Length: ${length}\r\n`;

describe('a client that holds the bridge up is cut off, counted and logged', () => {
  it.each<[string, (client: HostileClient) => HostileClient]>([
    ['that connects and says nothing', (client) => client],
    ['that sends its headers a byte now and then', (client) => client.write(`${head(9)}X-Slow: `).drip()],
    ['that sends its body a byte now and then', (client) => client.write(`${head(9_999)}\r\n`).drip()],
    ['that sends half a body and no more', (client) => client.write(`${head(9)}\r\n{"a"`)],
  ])('one %s', async (_, misbehave) => {
    const client = misbehave(new HostileClient());
    await client.untilCutOff();
    expect(client.received).toMatch(/^HTTP\/1\.1 408 /);
    expect(await reported()).toEqual({ logged: ['none: refused 408'], counted: ['none: refused 408'] });
  });

  it('one that asks and never reads the answers', async () => {
    const client = new HostileClient();
    client.socket.pause();
    client.write('GET /metrics HTTP/1.1\r\nHost: bridge\r\n\r\n'.repeat(20_000));
    const connections = () =>
      new Promise<number>((resolve, reject) =>
        server.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
      );
    await until('it is connected', async () => (await connections()) === 1);
    await until('it is cut off', async () => (await connections()) === 0, cutOffMs);
  });

  it('and no more of them are let in than the bridge has room for; then others are taken again', async () => {
    await close();
    await open({ ...limits, headersMs: 2_000, requestMs: 3_000, silenceMs: 5_000 }); // time for all to come before the first is cut off
    const slow = Array.from({ length: limits.connections + 5 }, () => new HostileClient());
    await Promise.all(slow.map((client) => client.untilCutOff()));
    const outcomes = [
      ...Array<string>(5).fill('none: dropped: too many connections'),
      ...Array<string>(limits.connections).fill('none: refused 408'),
    ];
    expect(await reported()).toEqual({ logged: outcomes, counted: outcomes });
    expect((await fetched(`${bridge}/healthz`)).status).toBe(200);
  });
});

describe('every refusal is counted and logged, once', () => {
  const tooLong = ' '.repeat(256 * 1024 + 1);

  it.each<[string, string, () => Promise<{ status: number }>]>([
    ['a body over 256 KiB', 'cryptoprocessing: refused 413', () => post(bridge, tooLong)],
    ['a provider that is not served', 'none: refused 404', () => post(bridge, '{}', {}, 'coinspaid')],
    ['a path that is none', 'none: refused 404', () => fetched(`${bridge}/admin`)],
    ['a method that is none of it', 'none: refused 404', () => fetched(`${bridge}/callbacks/cryptopay`)],
    ['a path that can’t be decoded', 'none: refused 400', () => post(bridge, '{}', {}, '%zz')],
    ['a path that is endless', 'none: refused 414', () => post(bridge, '{}', {}, 'x'.repeat(500))],
    ['a signature that is none', 'cryptopay: refused 401', () => post(bridge, '{}', {}, 'cryptopay')],
    ['what is no JSON', 'cryptoprocessing: refused 400', () => post(bridge, 'x')],
  ])('%s: %s', async (_, outcome, ask) => {
    const { status } = await ask();
    expect(status).toBe(Number(outcome.slice(-3)));
    expect(await reported()).toEqual({ logged: [outcome], counted: [outcome] });
  });

  it.each([
    ['what is no HTTP', 400, 'callback!\r\n\r\n'],
    ['a length that is none', 400, head(Number.NaN) + '\r\n'],
    ['headers that are endless', 431, `${head(0)}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`],
  ])('%s: refused %i', async (_, status, bytes) => {
    const client = new HostileClient().write(bytes);
    await client.untilCutOff();
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await reported()).toEqual({ logged: [`none: refused ${status}`], counted: [`none: refused ${status}`] });
  });

  it.each<[string, string, (socket: Socket) => void]>([
    ['ends', 'none: refused 400', (socket) => socket.end()],
    ['is reset', 'cryptoprocessing: broken off', (socket) => socket.resetAndDestroy()],
  ])('a callback whose connection %s in its middle: %s', async (_, outcome, breakOff) => {
    let began = false;
    server.server.once('request', () => (began = true));
    const client = new HostileClient().write(`${head(9)}\r\n{"a"`);
    await until('it has begun', () => began);
    breakOff(client.socket);
    await until('it is logged', () => log.length > 0);
    expect(await reported()).toEqual({ logged: [outcome], counted: [outcome] });
  });

  it('and nothing of what was sent stands in the log or the answers', async () => {
    const body = `${callbackBody()}${tooLong}`;
    const replies = [
      await post(bridge, body),
      await post(bridge, 'x', {}, '%zzFriedrich'),
      await fetched(`${bridge}/Friedrich`),
    ];
    const said = JSON.stringify([log, replies.map(({ text }) => text)]);
    expect(log).toHaveLength(3);
    for (const word of ['Friedrich', 'operation_987', signatureOf(body)]) expect(said).not.toContain(word);
  });
});

it('in production a client has ten seconds for its headers, twenty for all of it, and 1,000 may be there', () => {
  expect(defaultLimits).toMatchObject({ headersMs: 10_000, requestMs: 20_000, connections: 1_000 });
  // The bridge itself may wait for Temporal for so long: its time-out, of which there may be two, and the look into the index.
  expect(defaultLimits.silenceMs).toBeGreaterThan(2 * 9_000 + 5_000);
});

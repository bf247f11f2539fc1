import { afterEach, describe, expect, it } from '@jest/globals';
import type { SendOptions } from '../../../activities/http.js';
import { sendRequest } from '../../../activities/http.js';
import type { HttpRequest } from '../../../providers/provider.js';
import type { Act, Acts } from './servers.js';
import { answering, closedPort, fullPort, RawServer, selfSigned } from './servers.js';

const limits = { connectMs: 250, totalMs: 500, maxResponseBytes: 10_000 };
const options: SendOptions = { notAfter: Number.POSITIVE_INFINITY, now: Date.now, limits };
const create: HttpRequest = {
  method: 'POST',
  path: '/api/v2/withdrawal/crypto',
  headers: { 'Content-Type': 'application/json', 'X-Signature': 'abc' },
  body: '{"foreign_id":"w-1","name":"Müller"}',
};

const servers: RawServer[] = [];
async function started(acts: Acts, tls?: { key: string; cert: string }): Promise<RawServer> {
  const server = await RawServer.start(acts, tls);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

describe('a request whose connection never stood is proven unsent', () => {
  it('to a port on which nobody listens', async () => {
    const port = await closedPort();
    expect(await sendRequest(`http://127.0.0.1:${port}`, create, options)).toEqual({
      ok: false,
      failure: { type: 'NotConnected', code: 'ECONNREFUSED' },
    });
  });

  it('to a host that has no address', async () => {
    expect(await sendRequest('https://processing.invalid', create, options)).toMatchObject({
      ok: false,
      failure: { type: 'NotConnected' },
    });
  });

  it.each<[string, Act]>([
    ['answers in plain text', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['hangs up', (socket) => void socket.end()],
    ['resets', (socket) => void socket.resetAndDestroy()],
    ['never answers the handshake', () => undefined],
  ])('by a TLS handshake with a server that %s', async (_what, onConnection) => {
    const server = await started({ onConnection });

    const sent = await sendRequest(`https://127.0.0.1:${server.port}`, create, options);

    expect(sent).toMatchObject({ ok: false, failure: { type: 'NotConnected' } });
    expect(server.requests).toBe(0);
    expect(server.bytes).not.toContain('foreign_id');
  });

  it('by a certificate that no authority has signed', async () => {
    const server = await started({ onRequest: answering(201, '{}') }, await selfSigned());

    const sent = await sendRequest(server.origin, create, options);

    expect(sent).toEqual({ ok: false, failure: { type: 'NotConnected', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });
    expect(server.bytes).toBe('');
  });

  it('to a server that takes no more connections', async () => {
    const full = await fullPort();
    const began = Date.now();

    const sent = await sendRequest(`http://127.0.0.1:${full.port}`, create, options).finally(full.free);

    expect(sent).toEqual({ ok: false, failure: { type: 'NotConnected', code: 'UND_ERR_CONNECT_TIMEOUT' } });
    expect(Date.now() - began).toBeLessThan(limits.connectMs + 2_000);
  });

  it('by a reset as soon as it connects, if that is seen before anything is written', async () => {
    const server = await started({ onConnection: (socket) => void socket.resetAndDestroy() });

    const sent = await sendRequest(server.origin, create, options);

    const type = sent.ok ? 'a response' : sent.failure.type;
    expect(['NotConnected', 'NoAnswer']).toContain(type);
    if (type === 'NotConnected') expect(server.bytes).toBe('');
    expect(server.connections).toHaveLength(1);
  });
});

describe('notAfter', () => {
  it('is checked once the connection stands: later, not a byte is written', async () => {
    const server = await started({ onRequest: answering(201, '{}') });

    const sent = await sendRequest(server.origin, create, { ...options, notAfter: Date.now() - 1 });
    await untilSeen(() => server.connections.length > 0);

    expect(sent).toEqual({ ok: false, failure: { type: 'TooLateToSend' } });
    expect(server.bytes).toBe('');
  });

  it('counts by the clock that is given', async () => {
    const server = await started({ onRequest: answering(201, '{}') });
    const now = () => 1_000;

    expect(await sendRequest(server.origin, create, { ...options, now, notAfter: 999 })).toMatchObject({ ok: false });
    expect(await sendRequest(server.origin, create, { ...options, now, notAfter: 1_000 })).toMatchObject({
      ok: true,
      writtenAt: 1_000,
    });
    expect(server.requests).toBe(1);
  });
});

describe('a request that may have been read is unknown, and is never written again', () => {
  const half = 'HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n{"data":';
  const drip: Act = (socket) => {
    socket.write(half);
    const dripping = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(dripping));
  };
  it.each<[string, Acts]>([
    ['an end as soon as it connects', { onConnection: (socket) => void socket.end() }],
    ['a reset after it was written', { onRequest: (socket) => void socket.resetAndDestroy() }],
    ['an end without a response', { onRequest: (socket) => void socket.end() }],
    ['silence', {}],
    ['a response that never ends', { onRequest: drip }],
    ['a response that is cut short', { onRequest: (socket) => void socket.end(half) }],
    ['a response that is no HTTP', { onRequest: (socket) => void socket.end('220 mail ready\r\n') }],
    ['a response that is announced too long', { onRequest: answering(201, 'x'.repeat(10_001)) }],
    [
      'a response that turns out too long',
      { onRequest: (socket) => void socket.write(`HTTP/1.1 201 Created\r\n\r\n${'x'.repeat(20_000)}`) },
    ],
  ])('%s', async (_what, acts) => {
    const server = await started(acts);

    const sent = await sendRequest(server.origin, create, options);
    await new Promise((resolve) => setTimeout(resolve, 50)); // time for a second one, if there were any

    expect(sent).toMatchObject({ ok: false, failure: { type: 'NoAnswer' } });
    expect(server.requests).toBeLessThanOrEqual(1);
    expect(server.connections).toHaveLength(1);
  });
});

describe('a response', () => {
  it.each([200, 201, 400, 403, 404, 422, 429, 500, 502, 503])(
    'with status %d is handed over as it came',
    async (status) => {
      const server = await started({ onRequest: answering(status, '{"a":0.10}', { 'X-Request-Id': 'r-1' }) });

      expect(await sendRequest(server.origin, create, options)).toMatchObject({
        ok: true,
        response: { status, body: '{"a":0.10}', headers: { 'x-request-id': 'r-1' } },
      });
    },
  );

  it.each([301, 302, 303, 307, 308])('that redirects (%d) is not followed', async (status) => {
    const elsewhere = await started({ onRequest: answering(201, '{}') });
    const server = await started({ onRequest: answering(status, '', { Location: `${elsewhere.origin}/elsewhere` }) });

    const sent = await sendRequest(server.origin, create, options);

    expect(sent).toMatchObject({ ok: true, response: { status } });
    expect(server.requests).toBe(1);
    expect(elsewhere.connections).toHaveLength(0);
  });

  it('says when the request’s bytes began to be written', async () => {
    const server = await started({ onRequest: answering(201, '{}') });
    const began = Date.now();

    const sent = await sendRequest(server.origin, create, options);

    const writtenAt = sent.ok ? sent.writtenAt : 0;
    expect(writtenAt).toBeGreaterThanOrEqual(began);
    expect(writtenAt).toBeLessThanOrEqual(Date.now());
  });
});

describe('what is written', () => {
  it.each(['POST', 'GET'] as const)('is exactly the request, body and all: %s', async (method) => {
    const server = await started({ onRequest: answering(200, '{}') });

    await sendRequest(server.origin, { ...create, method }, options);

    const [head = '', body = ''] = server.bytes.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^${method} /api/v2/withdrawal/crypto HTTP/1\\.1\r\n`));
    expect(head).toMatch(/^x-signature: abc\r?$/im);
    expect(head).toMatch(/^content-length: 37\r?$/im);
    expect(Buffer.from(body, 'latin1').toString('utf8')).toBe(create.body);
  });

  it('goes over a connection of its own each time, so that no idle one is met at its end', async () => {
    const closesWhenIdle: Act = (socket) => {
      answering(200, '{}', { 'Keep-Alive': 'timeout=5' })(socket);
      setTimeout(() => socket.destroy(), 10);
    };
    const server = await started({ onRequest: closesWhenIdle });

    for (let call = 0; call < 5; call++) {
      expect(await sendRequest(server.origin, create, options)).toMatchObject({ ok: true });
      await new Promise((resolve) => setTimeout(resolve, call * 5));
    }

    expect(server.requests).toBe(5);
    expect(new Set(server.connections.map(({ port }) => port)).size).toBe(5);
  });
});

async function untilSeen(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition() && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
}

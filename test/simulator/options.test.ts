import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { startSimulator } from '../../simulator/index.js';
import { until } from '../support/parent-process.js';
import { cryptopayRequest } from '../support/simulator/documented-requests.js';
import { dataOf } from '../support/simulator/response.js';
import { anyPorts, TestSimulator } from '../support/simulator/test-simulator.js';

const simulator = new TestSimulator();
afterEach(() => simulator.stop());

test.each([
  [{ ports: { ...anyPorts, alphapo: 70_000 } }, 'ports.alphapo'],
  [{ ports: { ...anyPorts, control: 1.5 } }, 'ports.control'],
  [{ callbackOrigin: 'http://127.0.0.1:8090/callbacks' }, 'callbackOrigin'],
  [{ callbackOrigin: '127.0.0.1' }, 'callbackOrigin'],
  [{ host: '' }, 'host'],
  [{ credentials: { secret: '' } }, 'credentials.secret'],
  [{ journalFile: '' }, 'journalFile'],
])('%j is refused, naming %s', async (options, field) => {
  await expect(startSimulator(options)).rejects.toThrow(`${field}: `);
});

test('a port in use is named, and nothing is left open', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const free = probe.address();
  const freePort = typeof free === 'object' && free ? free.port : 0;
  await new Promise((resolve) => probe.close(resolve));

  const ports = { ...anyPorts, cryptoprocessing: freePort, control: port };
  await expect(startSimulator({ ports })).rejects.toThrow(`port ${port} on 127.0.0.1, for control, is in use`);
  await expect(request(`http://127.0.0.1:${freePort}/`)).rejects.toThrow(/ECONNREFUSED/);
  await new Promise((resolve) => taken.close(resolve));
});

test('close ends what is under way at once, and can be repeated', async () => {
  await simulator.start();
  await simulator.control('PUT', '/faults', [
    { provider: 'cryptopay', operation: 'create', fault: 'hang-after-store', ms: 60_000 },
  ]);
  const hanging = simulator.createAtCryptopay().catch(() => 'cut');
  await until('it is stored', async () => (await simulator.ledger()).length === 1);
  const start = Date.now();
  await simulator.stop();
  expect(await hanging).toBe('cut');
  await simulator.close();
  expect(Date.now() - start).toBeLessThan(10_000); // it hangs for a minute
});

test('the clock and the credentials come from outside', async () => {
  let now = Date.parse('2019-05-02T12:08:46Z');
  await simulator.start({ clock: () => now, credentials: { secret: 'other' } });
  const date = new Date(now).toUTCString();
  expect((await simulator.cryptopay('POST', '/api/coin_withdrawals', cryptopayRequest, { date })).status).toBe(401);
  await simulator.control('PUT', '/credentials', {});
  const reply = await simulator.cryptopay('POST', '/api/coin_withdrawals', cryptopayRequest, { date });
  expect(dataOf(reply)['created_at']).toBe('2019-05-02T12:08:46Z');
  expect(reply.headers['date']).toBe('Thu, 02 May 2019 12:08:46 GMT');
  expect(await simulator.control('GET', '/requests')).toMatchObject([{ arrivedAt: now }, { arrivedAt: now }]);
  now += 30_001;
  await simulator.control('PUT', '/clock', {});
  expect(await simulator.ledger()).toMatchObject([{ status: 'cancelled' }]);
});

import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { startSimulator } from '../../simulator/index.js';
import { anyPorts, cryptopayRequest, dataOf, Stand } from './stand.js';

let stand: Stand | undefined;
afterEach(async () => {
  await stand?.stop();
  stand = undefined;
});

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
  stand = await Stand.start();
  await stand.control('PUT', '/faults', [
    { provider: 'cryptopay', operation: 'create', fault: 'hang-after-store', ms: 60_000 },
  ]);
  const hanging = stand.createAtCryptopay().catch(() => 'cut');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const start = Date.now();
  await stand.stop();
  expect(await hanging).toBe('cut');
  await stand.simulator.close();
  expect(Date.now() - start).toBeLessThan(1000);
});

test('the clock and the credentials come from outside', async () => {
  let now = Date.parse('2019-05-02T12:08:46Z');
  stand = await Stand.start({ clock: () => now, credentials: { secret: 'other' } });
  const date = new Date(now).toUTCString();
  expect((await stand.cryptopay('POST', '/api/coin_withdrawals', cryptopayRequest, { date })).status).toBe(401);
  await stand.control('PUT', '/credentials', {});
  const reply = await stand.cryptopay('POST', '/api/coin_withdrawals', cryptopayRequest, { date });
  expect(dataOf(reply)['created_at']).toBe('2019-05-02T12:08:46Z');
  expect(reply.headers['date']).toBe('Thu, 02 May 2019 12:08:46 GMT');
  expect(await stand.control('GET', '/requests')).toMatchObject([{ arrivedAt: now }, { arrivedAt: now }]);
  now += 30_001;
  await stand.control('PUT', '/clock', {});
  expect(await stand.ledger()).toMatchObject([{ status: 'cancelled' }]);
});

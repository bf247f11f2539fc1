import { describe, expect, test } from '@jest/globals';
import { until } from '../support/parent-process.js';
import { cryptocloudRequest, cryptoprocessingRequest } from '../support/simulator/documented-requests.js';
import { dataOf, record, rows } from '../support/simulator/response.js';
import { useSimulator } from '../support/simulator/use-simulator.js';

const logged: { message: string; fields: object }[] = [];
const simulator = useSimulator({ log: (_level, message, fields) => logged.push({ message, fields }) });

const perform = (provider: string, id: unknown, name: string, body?: object) =>
  simulator.controlReply('POST', `/payouts/${provider}/${String(id)}/${name}`, body);

test('GET /requests shows every request, also unauthenticated and unknown ones, without secrets', async () => {
  const start = Date.now();
  await simulator.createAt('cryptoprocessing');
  await simulator.processing('alphapo', 'POST', '/withdrawal/crypto', '{', { 'x-processing-key': 'a-secret' });
  await simulator.cryptopay('GET', '/api/coin_withdrawals/custom_id/x?y=1');
  await simulator.cryptopay('GET', '/nowhere', undefined, { headers: { authorization: 'HMAC test-key:sig' } });
  const seen = rows(await simulator.control('GET', '/requests'));
  expect(seen).toMatchObject([
    {
      provider: 'cryptoprocessing',
      operation: 'create',
      method: 'POST',
      path: '/api/v2/withdrawal/crypto',
      body: JSON.stringify(cryptoprocessingRequest),
      answered: 201,
      fault: null,
    },
    { provider: 'alphapo', operation: 'create', body: '{', answered: 403 },
    { provider: 'cryptopay', operation: 'lookUp', path: '/api/coin_withdrawals/custom_id/x?y=1', answered: 404 },
    { provider: 'cryptopay', operation: null, path: '/nowhere', answered: 401 },
  ]);
  expect(record(seen[0]?.['headers'])['content-type']).toBe('application/json');
  for (const { arrivedAt } of seen) {
    expect(Number(arrivedAt)).toBeGreaterThanOrEqual(start);
    expect(Number(arrivedAt)).toBeLessThanOrEqual(Date.now());
  }
  expect(JSON.stringify(seen)).not.toMatch(/test-key|test-secret|a-secret/);
});

describe('an action of the Owner or the chain', () => {
  test.each([
    ['cryptoprocessing', 'approve', 'confirmed', 1],
    ['cryptoprocessing', 'decline', 'declined', 0],
    ['cryptoprocessing', 'cancel', 'cancelled', 0],
    ['alphapo', 'approve', 'confirmed', 1],
    ['alphapo', 'decline', 'declined', 0],
  ] as const)('%s, waiting for the Owner: %s makes it %s', async (provider, name, status, debits) => {
    const amount = provider === 'alphapo' ? 25.9101 : '0.00009101';
    const { id } = dataOf(await simulator.createAt(provider, { amount }));
    await simulator.advance(60_000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'pending' }]);
    expect((await perform(provider, id, name)).status).toBe(200);
    await simulator.advance(1000);
    expect(await simulator.ledger()).toMatchObject([{ status, debits }]);
    await simulator.untilCallbacks(2);
    const error = { declined: 'Declined by user ID:777', cancelled: 'Not enough money on balance', confirmed: '' };
    expect(JSON.parse(simulator.callbacks[1]?.body ?? '')).toMatchObject({ status, error: error[status] });
  });

  test.each([
    ['confirm', 'completed', 1],
    ['approve', 'completed', 1],
    ['decline', 'cancelled', 0],
    ['cancel', 'cancelled', 0],
  ])('cryptopay, on hold: %s makes it %s', async (name, status, debits) => {
    const { id } = dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9101', force_commit: true }));
    await simulator.advance(60_000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'on_hold' }]);
    expect((await perform('cryptopay', id, name)).status).toBe(200);
    await simulator.advance(1000);
    expect(await simulator.ledger()).toMatchObject([{ status, debits }]);
  });

  test('cryptocloud has confirm and cancel, and no Owner to approve', async () => {
    const open = cryptocloudRequest.replace('0.003', '0.9107');
    const invoice = record(record((await simulator.cryptocloud(open)).json)['result'])['invoice_id'];
    await simulator.advance(12_000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'created', debits: 0 }]);
    expect((await perform('cryptocloud', invoice, 'approve')).status).toBe(409);
    expect((await perform('cryptocloud', invoice, 'confirm')).json).toMatchObject({ status: 'confirmed', debits: 1 });
    await simulator.cryptocloud(open);
    const second = (await simulator.ledger())[1]?.['providerId'];
    expect((await perform('cryptocloud', second, 'cancel')).json).toMatchObject({ status: 'cancelled', debits: 0 });
  });

  test('an action that does not fit is refused with what would; by force it is done, and the ledger counts', async () => {
    const { id } = dataOf(await simulator.createAt('cryptoprocessing'));
    await simulator.advance(1000);
    const refused = await perform('cryptoprocessing', id, 'cancel');
    expect([refused.status, refused.text]).toEqual([
      409,
      expect.stringContaining('confirmed; cancel is possible from processing or pending only'),
    ]);
    const forced = await perform('cryptoprocessing', id, 'cancel', { force: true, error: 'Changed our mind' });
    expect(forced.json).toMatchObject({ status: 'cancelled', debits: 1 });
    expect((await perform('cryptoprocessing', id, 'confirm', { force: true })).json).toMatchObject({ debits: 2 });
    await simulator.untilCallbacks(3);
    expect(simulator.callbacks.some(({ body }) => body.includes('Changed our mind'))).toBe(true);
  });

  test.each([
    ['/payouts/paypal/1/confirm', 400, /provider.*cryptoprocessing/],
    ['/payouts/alphapo/1/refund', 400, /act.*confirm/],
    ['/payouts/alphapo/1/confirm', 404, /no payout 1/],
  ])('%s gets %i', async (path, status, text) => {
    const reply = await simulator.controlReply('POST', path);
    expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(text)]);
  });
});

describe('limits', () => {
  test('a payout over the Owner limit waits, one at the limit does not', async () => {
    await simulator.control('PUT', '/limits', {
      cryptoprocessing: { ownerLimits: { BTC: '0.00003' } },
      cryptopay: { ownerLimits: { EUR: '10' } },
    });
    await simulator.createAt('cryptoprocessing');
    await simulator.createAt('cryptoprocessing', { foreign_id: 'b', amount: '0.00003001' });
    await simulator.createAtCryptopay({ force_commit: true });
    await simulator.advance(5000);
    expect((await simulator.ledger()).map(({ status }) => status)).toEqual(['confirmed', 'pending', 'on_hold']);
  });

  test('the balance goes down by what is paid, and /accounts/list says so', async () => {
    const { id } = dataOf(await simulator.createAt('cryptoprocessing', { amount: '1.5' }));
    await simulator.advance(1000);
    // Saying `cancelled` afterwards brings nothing back.
    await perform('cryptoprocessing', id, 'cancel', { force: true });
    const other = dataOf(await simulator.createAt('cryptoprocessing', { foreign_id: 'cancelled in time' }));
    await perform('cryptoprocessing', other['id'], 'cancel');
    const reply = await simulator.processing('cryptoprocessing', 'POST', '/accounts/list', {});
    expect(rows(record(reply.json)['data']).find(({ currency }) => currency === 'BTC')).toEqual({
      currency: 'BTC',
      type: 'crypto',
      balance: '999998.50000000',
    });
  });

  test.each([
    [{ cryptopay: { balances: { EUR: 5 } } }, 'cryptopay.balances.EUR'],
    [{ cryptopay: { balances: { EUR: '-5' } } }, 'cryptopay.balances.EUR'],
    [{ cryptopay: { minimum: '5' } }, 'minimum'],
    [{ cryptocloud: { intervalMs: '12' } }, 'cryptocloud.intervalMs'],
  ])('%j is refused, naming %s', async (body, field) => {
    const reply = await simulator.controlReply('PUT', '/limits', body);
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(field)]);
  });
});

test.each([
  [{ speed: 0 }, 'speed'],
  [{ advanceMs: -1 }, 'advanceMs'],
  [{ offset: 1 }, 'offset'],
])('PUT /clock %j is refused, naming %s', async (body, field) => {
  const reply = await simulator.controlReply('PUT', '/clock', body);
  expect([reply.status, reply.text]).toEqual([400, expect.stringContaining(field)]);
});

test('advancing runs a whole script at once, step by step, without touching the wall clock', async () => {
  await simulator.createAtCryptopay({ charged_amount_to_send: '10.9202', force_commit: true });
  await simulator.advance(86_400_000);
  await simulator.untilCallbacks(4);
  expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
  const { wall } = record(await simulator.control('GET', '/clock'));
  expect(Math.abs(Date.parse(String(wall)) - Date.now())).toBeLessThan(2000);
});

test('DELETE / starts over: ledger, requests, callbacks, faults, modes, limits, clock', async () => {
  await simulator.createAt('cryptoprocessing');
  await simulator.control('PUT', '/faults', [{ provider: 'alphapo', operation: 'create', fault: 'none' }]);
  await simulator.control('PUT', '/modes', { 'look-up-lags': 5 });
  await simulator.control('PUT', '/limits', { alphapo: {} });
  await simulator.control('PUT', '/clock', { skewMs: 5 });
  await simulator.control('DELETE', '/');
  for (const path of ['/ledger', '/requests', '/callbacks', '/faults']) {
    expect(await simulator.control('GET', path)).toEqual([]);
  }
  expect(await simulator.control('GET', '/modes')).toMatchObject({ 'look-up-lags': 0 });
  expect(await simulator.control('GET', '/limits')).toEqual({});
  expect(await simulator.control('GET', '/clock')).toMatchObject({ skewMs: 0, speed: 1 });
  expect((await simulator.createAt('cryptoprocessing')).status).toBe(201);
});

test('an unknown path lists what there is, and a body that is no JSON is refused', async () => {
  const unknown = await simulator.controlReply('GET', '/legder');
  expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('GET /ledger')]);
  const reply = await simulator.controlReply('PUT', '/modes', undefined);
  expect(reply.status).toBe(400);
});

test('the log names no address, reference, amount or secret', async () => {
  logged.length = 0;
  await simulator.createAt('cryptoprocessing');
  await simulator.advance(1000);
  await until('something was logged', () => logged.length > 0);
  const text = JSON.stringify(logged);
  for (const personal of [cryptoprocessingRequest.address, 'test_foreign_id', '0.00003', 'test-', 'Müller']) {
    expect(text).not.toContain(personal);
  }
});

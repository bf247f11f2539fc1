import { describe, expect, test } from '@jest/globals';
import { until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/simulator/documented-requests.js';
import { dataOf, record, rows } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

const create = (fields: Record<string, unknown> = {}) => simulator.createAt('cryptoprocessing', fields);
const plan = (...faults: object[]) =>
  simulator.control(
    'PUT',
    '/faults',
    faults.map((fault) => ({ provider: 'cryptoprocessing', operation: 'create', ...fault })),
  );
const stored = async () => (await simulator.ledger()).length;
/** The status of the response to the first request; null before it is sent. */
const answered = async () => rows(await simulator.control('GET', '/requests'))[0]?.['answered'];
const elapsedWhile = async (call: () => Promise<unknown>) => {
  const start = Date.now();
  await call().catch(() => undefined);
  return Date.now() - start;
};

describe('a fault without a response', () => {
  test.each([
    ['reset-before-read', {}, 0],
    ['reset-after-write', {}, 0],
    ['reset-after-store', {}, 1],
    ['hang-before-store', { ms: 20 }, 0],
    ['hang-after-store', { ms: 20 }, 1],
    ['reset-in-answer', {}, 1],
  ])('%s with %j leaves %i payouts in the ledger', async (fault, parameters, count) => {
    await plan({ fault, ...parameters });
    await expect(create()).rejects.toThrow(/reset|closed|socket|terminated|aborted|ECONN/i);
    expect(await stored()).toBe(count);
    expect(await simulator.control('GET', '/requests')).toMatchObject([
      { operation: 'create', fault, answered: fault === 'reset-in-answer' ? 201 : null },
    ]);
    // Used up: the next one gets through, or meets the first one's reference.
    expect((await create()).status).toBe(count === 0 ? 201 : 400);
  });

  test('a request reset before it was read is recorded without its body, others with it', async () => {
    await plan({ fault: 'reset-before-read' }, { fault: 'reset-after-write' });
    await expect(create()).rejects.toThrow();
    await expect(create()).rejects.toThrow();
    const bodies = rows(await simulator.control('GET', '/requests')).map(({ body }) => body);
    expect(bodies).toEqual(['', JSON.stringify(cryptoprocessingRequest)]);
  });

  test('a request hangs as long as its fault says', async () => {
    await plan({ fault: 'hang-before-store', ms: 100 }, { fault: 'hang-after-store', ms: 100 });
    expect(await elapsedWhile(create)).toBeGreaterThanOrEqual(95);
    expect(await elapsedWhile(create)).toBeGreaterThanOrEqual(95);
  });
});

describe('a fault that is late', () => {
  test('slow stores the payout at once and responds later', async () => {
    await plan({ fault: 'slow', ms: 1_500 });
    const start = Date.now();
    const reply = create();
    await until('it is stored', async () => (await stored()) === 1);
    expect(await answered()).toBeNull();
    expect((await reply).status).toBe(201);
    expect(Date.now() - start).toBeGreaterThanOrEqual(1_495);
  });

  test('store-late stores the payout later, whether the client still waits or not', async () => {
    await plan({ fault: 'store-late', ms: 300 });
    const reply = create();
    await until('it arrived', async () => rows(await simulator.control('GET', '/requests')).length === 1);
    expect(await stored()).toBe(0);
    expect((await reply).status).toBe(201);
    expect(await stored()).toBe(1);
  });
});

describe('a fault with another response', () => {
  test('status responds with what the plan says and stores nothing', async () => {
    await plan(
      { fault: 'status', status: 502, body: '<html>Bad gateway</html>' },
      { fault: 'status', status: 429, body: { errors: {} }, headers: { 'retry-after': '7' } },
      { fault: 'status', status: 403, body: '<html>', contentType: 'text/html; charset=utf-8' },
    );
    const [bad, many, proxy] = [await create(), await create(), await create()];
    expect([bad.status, bad.text, bad.headers['content-type']]).toEqual([502, '<html>Bad gateway</html>', 'text/html']);
    expect([many.status, many.json, many.headers['retry-after']]).toEqual([429, { errors: {} }, '7']);
    expect(many.headers['content-type']).toBe('application/json');
    expect(proxy.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(await stored()).toBe(0);
  });

  test('status-after-store stores the payout first', async () => {
    await plan({ fault: 'status-after-store', status: 500, body: '' });
    expect((await create()).status).toBe(500);
    expect(await stored()).toBe(1);
  });

  test('truncated responds with whole HTTP around half the JSON', async () => {
    await plan({ fault: 'truncated' });
    const reply = await create();
    expect([reply.status, reply.json]).toEqual([201, undefined]);
    expect(reply.text).toMatch(/^\{"data":\{"id":/);
    expect(await stored()).toBe(1);
  });

  test('wrong-shape responds with other JSON and the right status', async () => {
    await plan({ fault: 'wrong-shape' }, { fault: 'wrong-shape', body: { data: [] } });
    expect([(await create()).json, (await create({ foreign_id: 'b' })).json]).toEqual([{ ok: true }, { data: [] }]);
    expect(await stored()).toBe(2);
  });

  test('oversized responds with many megabytes', async () => {
    await plan({ fault: 'oversized', megabytes: 3 });
    expect((await create()).text.length).toBeGreaterThan(3_000_000);
    expect(await stored()).toBe(1);
  });

  test('redirect points elsewhere and stores nothing', async () => {
    await plan({ fault: 'redirect' }, { fault: 'redirect', status: 307, location: 'http://127.0.0.1:9/x' });
    const [first, second] = [await create(), await create()];
    expect([first.status, first.headers['location']]).toEqual([302, 'http://127.0.0.1:9/elsewhere']);
    expect([second.status, second.headers['location']]).toEqual([307, 'http://127.0.0.1:9/x']);
    expect(await stored()).toBe(0);
  });
});

describe('the plan of faults', () => {
  test('the plan goes by provider and operation, in its order, as often as it says', async () => {
    await simulator.control('PUT', '/faults', [
      { provider: 'cryptoprocessing', operation: 'lookUp', fault: 'none' },
      { provider: 'cryptoprocessing', operation: 'lookUp', fault: 'status', status: 500, times: 2 },
      { provider: 'cryptopay', operation: 'commit', fault: 'status', status: 503 },
      { provider: 'alphapo', operation: 'create', fault: 'status', status: 500, times: 'always' },
    ]);
    expect((await create()).status).toBe(201);
    const lookUps = [];
    for (let i = 0; i < 4; i++) {
      lookUps.push((await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' })).status);
    }
    expect(lookUps).toEqual([200, 500, 500, 200]);
    const { id } = dataOf(await simulator.createAtCryptopay());
    const commit = `/api/coin_withdrawals/${String(id)}/commit`;
    expect((await simulator.cryptopay('POST', commit)).status).toBe(503);
    expect((await simulator.cryptopay('POST', commit)).status).toBe(200);
    for (let i = 0; i < 3; i++) expect((await simulator.createAt('alphapo')).status).toBe(500);
    expect(await simulator.control('GET', '/faults')).toMatchObject([{ provider: 'alphapo', times: 'always' }]);
  });

  test.each([
    [{}, 'body', /expected array/],
    [[{ provider: 'paypal', operation: 'create', fault: 'none' }], '0.provider', /cryptoprocessing/],
    [[{ provider: 'alphapo', operation: 'pay', fault: 'none' }], '0.operation', /lookUp/],
    [[{ provider: 'alphapo', operation: 'create', fault: 'explode' }], '0.fault', /reset-before-read/],
    [[{ provider: 'alphapo', operation: 'callback', fault: 'truncated' }], '0.fault', /lost/],
    [[{ provider: 'alphapo', operation: 'create', fault: 'slow' }], '0.ms', /number/],
    [[{ provider: 'alphapo', operation: 'create', fault: 'none', times: 0 }], '0.times', /./],
  ])('%j is refused at %s', async (body, field, message) => {
    const reply = await simulator.controlReply('PUT', '/faults', body);
    expect(reply.status).toBe(400);
    const [first] = rows(record(reply.json)['fields']);
    expect(first?.['field']).toContain(field);
    expect(first?.['message']).toMatch(message);
  });
});

import { expect, test } from '@jest/globals';
import { until } from '../../support/parent-process.js';
import { cryptocloudRequest } from '../../support/simulator/documented-requests.js';
import { dataOf, record } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

const modes = (values: object) => simulator.control('PUT', '/modes', values);
const commit = (id: unknown) => simulator.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`);
const lookUp = (id: unknown) => simulator.cryptopay('GET', `/api/coin_withdrawals/${String(id)}`);

test('reference-not-unique: a repeat is a second payout, and both are paid', async () => {
  await modes({ 'reference-not-unique': true });
  expect((await simulator.createAt('cryptoprocessing')).status).toBe(201);
  const second = dataOf(await simulator.createAt('cryptoprocessing'));
  await simulator.createAtCryptopay({ custom_id: 'x', force_commit: true });
  await simulator.createAtCryptopay({ custom_id: 'x', force_commit: true });
  await simulator.advance(1000);
  expect((await simulator.ledger()).map(({ debits }) => debits)).toEqual([1, 1, 1, 1]);
  const found = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
  expect(record(found.json)['id']).toBe(second['id']);
});

test('reference-ignores-case: the other spelling is taken, and finds the first', async () => {
  await modes({ 'reference-ignores-case': true });
  const first = dataOf(await simulator.createAt('cryptoprocessing', { foreign_id: 'abc' }));
  expect((await simulator.createAt('cryptoprocessing', { foreign_id: 'ABC' })).status).toBe(400);
  const found = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'ABC' });
  expect(found.json).toMatchObject({ id: first['id'], foreign_id: 'abc' });
});

test('late-commit-accepted: a commit after the window pays, a second one does not', async () => {
  await modes({ 'late-commit-accepted': true });
  const { id } = dataOf(await simulator.createAtCryptopay());
  await simulator.advance(60_000);
  expect(dataOf(await lookUp(id))['status']).toBe('cancelled');
  expect((await commit(id)).status).toBe(200);
  expect((await commit(id)).status).toBe(409);
  await simulator.advance(1000);
  expect((await commit(id)).status).toBe(409);
  expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
});

test('new-after-expiry: it goes on saying new, and a commit is too late all the same', async () => {
  await modes({ 'new-after-expiry': true });
  const { id } = dataOf(await simulator.createAtCryptopay());
  await simulator.advance(60_000);
  expect(dataOf(await lookUp(id))['status']).toBe('new');
  expect((await commit(id)).status).toBe(409);
  expect(await simulator.ledger()).toMatchObject([{ status: 'new', debits: 0 }]);
});

test('pending-until-committed: it says pending, and is paid only if committed', async () => {
  await modes({ 'pending-until-committed': true });
  const left = dataOf(await simulator.createAtCryptopay());
  const taken = dataOf(await simulator.createAtCryptopay());
  expect([left['status'], taken['status']]).toEqual(['pending', 'pending']);
  expect(dataOf(await commit(taken['id']))['status']).toBe('pending');
  await simulator.advance(30_001);
  expect(await simulator.ledger()).toMatchObject([
    { status: 'cancelled', debits: 0 },
    { status: 'completed', debits: 1 },
  ]);
});

test('refusal-stored: a refused create leaves a cancelled record under its reference, and no money moves', async () => {
  await modes({ 'refusal-stored': true });
  expect((await simulator.createAtCryptopay({ custom_id: 'risky', charged_amount_to_send: '10.9201' })).status).toBe(
    422,
  );
  expect((await simulator.createAt('cryptoprocessing', { amount: '0.00009105' })).status).toBe(400);
  const found = await simulator.cryptopay('GET', '/api/coin_withdrawals/custom_id/risky');
  expect(dataOf(found)['status']).toBe('cancelled');
  const other = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
  expect(record(other.json)['status']).toBe('cancelled');
  await simulator.advance(60_000);
  expect((await simulator.ledger()).map(({ debits }) => debits)).toEqual([0, 0]);
  expect(simulator.callbacks).toEqual([]);
});

test('look-up-lags: look-ups show an earlier state, while references are taken at once', async () => {
  await modes({ 'look-up-lags': 10_000 });
  const by = { foreign_id: 'test_foreign_id_0148' };
  await simulator.createAt('cryptoprocessing');
  expect((await simulator.lookUpAt('cryptoprocessing', by)).status).toBe(404);
  expect((await simulator.createAt('cryptoprocessing')).status).toBe(400);
  await simulator.advance(10_500);
  expect((await simulator.lookUpAt('cryptoprocessing', by)).json).toMatchObject({ status: 'not_confirmed' });
  expect(await simulator.ledger()).toMatchObject([{ status: 'confirmed' }]);
  await simulator.advance(1_000);
  expect((await simulator.lookUpAt('cryptoprocessing', by)).json).toMatchObject({ status: 'confirmed' });
});

test('absent-status: an unknown reference gets the response that is set', async () => {
  const absent = () => simulator.lookUpAt('alphapo', { foreign_id: 'unknown' });
  await modes({ 'absent-status': { status: 400 } });
  expect((await absent()).status).toBe(400);
  await modes({ 'absent-status': { status: 404, body: { error: 'Not found', code: 'not_found' } } });
  expect((await absent()).json).toEqual({ error: 'Not found', code: 'not_found' });
  await modes({ 'absent-status': { status: 404, body: '<html>' } });
  expect((await absent()).headers['content-type']).toBe('text/html');
});

test('amounts-as-strings: AlphaPo takes them, and by default refuses them', async () => {
  const refused = await simulator.createAt('alphapo', { amount: '25' });
  expect([refused.status, refused.json]).toEqual([400, { errors: { amount: 'The amount must be a number.' } }]);
  expect(await simulator.ledger()).toEqual([]);
  await modes({ 'amounts-as-strings': true });
  expect((await simulator.createAt('alphapo', { amount: '25' })).status).toBe(200);
  expect((await simulator.createAt('alphapo', { foreign_id: 'in-numbers' })).status).toBe(200);
});

test('xrp-tag-required: XRP without a tag is refused, with one it is taken', async () => {
  await modes({ 'xrp-tag-required': true });
  const xrp = { currency: 'XRP', convert_to: undefined, address: 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe' };
  for (const [provider, amount] of [
    ['alphapo', 10],
    ['cryptoprocessing', '10'],
  ] as const) {
    const untagged = await simulator.createAt(provider, { ...xrp, amount, tag: undefined });
    expect([untagged.status, untagged.json]).toEqual([400, { errors: { tag: 'The tag field is required.' } }]);
    expect((await simulator.createAt(provider, { ...xrp, amount, tag: '7' })).status).toBeLessThan(300);
  }
  expect((await simulator.createAt('alphapo', { foreign_id: 'no-xrp', tag: null })).status).toBe(200);
});

test('bare-envelope: Cryptopay responds without data, as its documents’ sample; callbacks stay as they are', async () => {
  await modes({ 'bare-envelope': true });
  const created = record((await simulator.createAtCryptopay()).json);
  expect(created).toMatchObject({ status: 'new', charged_amount: '10.17' });
  expect((await commit(created['id'])).json).toMatchObject({ id: created['id'], status: 'pending' });
  expect((await lookUp(created['id'])).json).toMatchObject({ id: created['id'] });
  await until('a callback arrived', () => simulator.callbacks.length > 0);
  expect(record(JSON.parse(simulator.callbacks[0]?.body ?? ''))['data']).toMatchObject({ id: created['id'] });
});

test('exchange-without-fee: Cryptopay’s exchange has a pair and a rate alone, in responses and callbacks', async () => {
  await modes({ 'exchange-without-fee': true });
  const exchange = { pair: 'BTCEUR', rate: '9699.0409' };
  expect(dataOf(await simulator.createAtCryptopay({ force_commit: true }))['exchange']).toEqual(exchange);
  await simulator.advance(1000);
  await until('a callback arrived', () => simulator.callbacks.length > 0);
  expect(record(record(JSON.parse(simulator.callbacks[0]?.body ?? ''))['data'])['exchange']).toEqual(exchange);
});

test('old-envelope: CryptoCloud responds in data', async () => {
  await modes({ 'old-envelope': true });
  expect((await simulator.cryptocloud(cryptocloudRequest)).json).toMatchObject({
    status: 'success',
    data: { status: 'created', amount: 0.0029 },
  });
});

test('each PUT replaces all modes, and an unknown one is refused by name', async () => {
  await modes({ 'reference-not-unique': true });
  await modes({ 'look-up-lags': 5 });
  expect(await simulator.control('GET', '/modes')).toMatchObject({ 'reference-not-unique': false, 'look-up-lags': 5 });
  const reply = await simulator.controlReply('PUT', '/modes', { 'reference-is-unique': true });
  expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('reference-is-unique')]);
  await until('the old ones stay', async () => record(await simulator.control('GET', '/modes'))['look-up-lags'] === 5);
});

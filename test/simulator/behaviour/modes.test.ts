import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { cryptocloudRequest, dataOf, record, Stand, until } from '../stand.js';

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.start();
});
beforeEach(async () => {
  await stand.control('DELETE', '/');
  stand.callbacks.length = 0;
});
afterAll(() => stand.stop());

const modes = (values: object) => stand.control('PUT', '/modes', values);
const commit = (id: unknown) => stand.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`);
const lookUp = (id: unknown) => stand.cryptopay('GET', `/api/coin_withdrawals/${String(id)}`);

test('reference-not-unique: a repeat is a second payout, and both are paid', async () => {
  await modes({ 'reference-not-unique': true });
  expect((await stand.createAt('cryptoprocessing')).status).toBe(201);
  const second = dataOf(await stand.createAt('cryptoprocessing'));
  await stand.createAtCryptopay({ custom_id: 'x', force_commit: true });
  await stand.createAtCryptopay({ custom_id: 'x', force_commit: true });
  await stand.advance(1000);
  expect((await stand.ledger()).map(({ debits }) => debits)).toEqual([1, 1, 1, 1]);
  const found = await stand.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
  expect(record(found.json)['id']).toBe(second['id']);
});

test('reference-ignores-case: the other spelling is taken, and finds the first', async () => {
  await modes({ 'reference-ignores-case': true });
  const first = dataOf(await stand.createAt('cryptoprocessing', { foreign_id: 'abc' }));
  expect((await stand.createAt('cryptoprocessing', { foreign_id: 'ABC' })).status).toBe(400);
  const found = await stand.lookUpAt('cryptoprocessing', { foreign_id: 'ABC' });
  expect(found.json).toMatchObject({ id: first['id'], foreign_id: 'abc' });
});

test('late-commit-accepted: a commit after the window pays, a second one does not', async () => {
  await modes({ 'late-commit-accepted': true });
  const { id } = dataOf(await stand.createAtCryptopay());
  await stand.advance(60_000);
  expect(dataOf(await lookUp(id))['status']).toBe('cancelled');
  expect((await commit(id)).status).toBe(200);
  expect((await commit(id)).status).toBe(409);
  await stand.advance(1000);
  expect((await commit(id)).status).toBe(409);
  expect(await stand.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
});

test('new-after-expiry: it goes on saying new, and a commit is too late all the same', async () => {
  await modes({ 'new-after-expiry': true });
  const { id } = dataOf(await stand.createAtCryptopay());
  await stand.advance(60_000);
  expect(dataOf(await lookUp(id))['status']).toBe('new');
  expect((await commit(id)).status).toBe(409);
  expect(await stand.ledger()).toMatchObject([{ status: 'new', debits: 0 }]);
});

test('pending-until-committed: it says pending, and is paid only if committed', async () => {
  await modes({ 'pending-until-committed': true });
  const left = dataOf(await stand.createAtCryptopay());
  const taken = dataOf(await stand.createAtCryptopay());
  expect([left['status'], taken['status']]).toEqual(['pending', 'pending']);
  expect(dataOf(await commit(taken['id']))['status']).toBe('pending');
  await stand.advance(30_001);
  expect(await stand.ledger()).toMatchObject([
    { status: 'cancelled', debits: 0 },
    { status: 'completed', debits: 1 },
  ]);
});

test('refusal-stored: a refused create leaves a cancelled record under its reference, and no money moves', async () => {
  await modes({ 'refusal-stored': true });
  expect((await stand.createAtCryptopay({ custom_id: 'risky', charged_amount_to_send: '10.9201' })).status).toBe(422);
  expect((await stand.createAt('cryptoprocessing', { amount: '0.00009105' })).status).toBe(400);
  const found = await stand.cryptopay('GET', '/api/coin_withdrawals/custom_id/risky');
  expect(dataOf(found)['status']).toBe('cancelled');
  const other = await stand.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
  expect(record(other.json)['status']).toBe('cancelled');
  await stand.advance(60_000);
  expect((await stand.ledger()).map(({ debits }) => debits)).toEqual([0, 0]);
  expect(stand.callbacks).toEqual([]);
});

test('look-up-lags: look-ups show the world as it was, while references are taken at once', async () => {
  await modes({ 'look-up-lags': 10_000 });
  const by = { foreign_id: 'test_foreign_id_0148' };
  await stand.createAt('cryptoprocessing');
  expect((await stand.lookUpAt('cryptoprocessing', by)).status).toBe(404);
  expect((await stand.createAt('cryptoprocessing')).status).toBe(400);
  await stand.advance(10_500);
  expect((await stand.lookUpAt('cryptoprocessing', by)).json).toMatchObject({ status: 'not_confirmed' });
  expect(await stand.ledger()).toMatchObject([{ status: 'confirmed' }]);
  await stand.advance(1_000);
  expect((await stand.lookUpAt('cryptoprocessing', by)).json).toMatchObject({ status: 'confirmed' });
});

test('absent-status: what an unknown reference gets', async () => {
  const absent = () => stand.lookUpAt('alphapo', { foreign_id: 'unknown' });
  await modes({ 'absent-status': { status: 400 } });
  expect((await absent()).status).toBe(400);
  await modes({ 'absent-status': { status: 404, body: { error: 'Not found', code: 'not_found' } } });
  expect((await absent()).json).toEqual({ error: 'Not found', code: 'not_found' });
  await modes({ 'absent-status': { status: 404, body: '<html>' } });
  expect((await absent()).headers['content-type']).toBe('text/html');
});

test('amounts-as-strings: AlphaPo takes them, and by itself refuses them', async () => {
  const refused = await stand.createAt('alphapo', { amount: '25' });
  expect([refused.status, refused.json]).toEqual([400, { errors: { amount: 'The amount must be a number.' } }]);
  expect(await stand.ledger()).toEqual([]);
  await modes({ 'amounts-as-strings': true });
  expect((await stand.createAt('alphapo', { amount: '25' })).status).toBe(200);
  expect((await stand.createAt('alphapo', { foreign_id: 'in-numbers' })).status).toBe(200);
});

test('xrp-tag-required: XRP without a tag is refused, with one it is taken', async () => {
  await modes({ 'xrp-tag-required': true });
  const xrp = { currency: 'XRP', convert_to: undefined, address: 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe' };
  for (const [provider, amount] of [
    ['alphapo', 10],
    ['cryptoprocessing', '10'],
  ] as const) {
    const untagged = await stand.createAt(provider, { ...xrp, amount, tag: undefined });
    expect([untagged.status, untagged.json]).toEqual([400, { errors: { tag: 'The tag field is required.' } }]);
    expect((await stand.createAt(provider, { ...xrp, amount, tag: '7' })).status).toBeLessThan(300);
  }
  expect((await stand.createAt('alphapo', { foreign_id: 'no-xrp', tag: null })).status).toBe(200);
});

test('bare-envelope: Cryptopay answers without data, as its documents’ sample; callbacks stay as they are', async () => {
  await modes({ 'bare-envelope': true });
  const created = record((await stand.createAtCryptopay()).json);
  expect(created).toMatchObject({ status: 'new', charged_amount: '10.17' });
  expect((await commit(created['id'])).json).toMatchObject({ id: created['id'], status: 'pending' });
  expect((await lookUp(created['id'])).json).toMatchObject({ id: created['id'] });
  await until('a callback came', () => stand.callbacks.length > 0);
  expect(record(JSON.parse(stand.callbacks[0]?.body ?? ''))['data']).toMatchObject({ id: created['id'] });
});

test('exchange-without-fee: Cryptopay’s exchange has a pair and a rate alone, in answers and callbacks', async () => {
  await modes({ 'exchange-without-fee': true });
  const exchange = { pair: 'BTCEUR', rate: '9699.0409' };
  expect(dataOf(await stand.createAtCryptopay({ force_commit: true }))['exchange']).toEqual(exchange);
  await stand.advance(1000);
  await until('a callback came', () => stand.callbacks.length > 0);
  expect(record(record(JSON.parse(stand.callbacks[0]?.body ?? ''))['data'])['exchange']).toEqual(exchange);
});

test('old-envelope: CryptoCloud answers in data', async () => {
  await modes({ 'old-envelope': true });
  expect((await stand.cryptocloud(cryptocloudRequest)).json).toMatchObject({
    status: 'success',
    data: { status: 'created', amount: 0.0029 },
  });
});

test('each PUT replaces all modes, and an unknown one is refused by name', async () => {
  await modes({ 'reference-not-unique': true });
  await modes({ 'look-up-lags': 5 });
  expect(await stand.control('GET', '/modes')).toMatchObject({ 'reference-not-unique': false, 'look-up-lags': 5 });
  const reply = await stand.controlReply('PUT', '/modes', { 'reference-is-unique': true });
  expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('reference-is-unique')]);
  await until('the old ones stay', async () => record(await stand.control('GET', '/modes'))['look-up-lags'] === 5);
});

import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { alphapoRequest, dataOf, record, Stand, until } from '../stand.js';

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.start();
});
beforeEach(async () => {
  await stand.control('DELETE', '/');
  stand.callbacks.length = 0;
});
afterAll(() => stand.stop());

test("a request like the documents' gets 200 and an answer like theirs", async () => {
  const reply = await stand.createAt('alphapo');
  expect(reply.status).toBe(200);
  expect(dataOf(reply)).toEqual({
    id: expect.any(Number),
    foreign_id: 'user_2317',
    end_user_reference: 'guest_user17',
    type: 'withdrawal_exchange',
    status: 'processing',
    amount: '25.00000000',
    sender_amount: '25.00000000',
    sender_currency: 'EUR',
    receiver_currency: 'BTC',
    receiver_amount: '0.00256468',
  });
});

test.each([
  ['no key', { 'x-processing-key': undefined }, 403, 'required_header_key'],
  ['a wrong key', { 'x-processing-key': 'other' }, 403, 'bad_header_key'],
  ['no signature', { 'x-processing-signature': undefined }, 403, 'required_header_signature'],
  ['a wrong signature', { 'x-processing-signature': 'ab12' }, 403, 'bad_header_signature'],
  ['no content type', { 'content-type': undefined }, 400, 'bad_content_format'],
])('%s gets the documented error', async (_case, headers, status, code) => {
  const reply = await stand.processing('alphapo', 'POST', '/withdrawal/crypto', alphapoRequest, headers);
  expect([reply.status, record(reply.json)['code']]).toEqual([status, code]);
  expect(await stand.ledger()).toEqual([]);
});

test('sender and receiver are unknown fields here', async () => {
  const reply = await stand.createAt('alphapo', { sender_type: 'legal', receiver_type: 'self' });
  expect(reply.status).toBe(400);
  expect(Object.keys(record(record(reply.json)['errors']))).toEqual(['sender_type', 'receiver_type']);
});

test('XRP is taken with a tag and without one, of which the document only warns', async () => {
  const xrp = { currency: 'XRP', convert_to: undefined, address: 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe', amount: 10 };
  expect((await stand.createAt('alphapo', { ...xrp, tag: '12345' })).status).toBe(200);
  expect((await stand.createAt('alphapo', { ...xrp, foreign_id: 'without' })).status).toBe(200);
  expect(await stand.ledger()).toMatchObject([{ tag: '12345' }, { tag: null }]);
});

test('an exact JSON number keeps every digit', async () => {
  const text = JSON.stringify({ ...alphapoRequest, currency: 'BTC', convert_to: undefined });
  const reply = await stand.processing(
    'alphapo',
    'POST',
    '/withdrawal/crypto',
    text.replace('25', '0.30000000000000004441'),
  );
  expect(dataOf(reply)['amount']).toBe('0.30000000000000004441');
});

test('a foreign id is unique here, and another at CryptoProcessing', async () => {
  await stand.createAt('alphapo');
  const again = await stand.createAt('alphapo');
  expect([again.status, again.json]).toEqual([
    400,
    { errors: { foreign_id: 'The foreign id has already been taken.' } },
  ]);
  expect((await stand.createAt('cryptoprocessing', { foreign_id: 'user_2317' })).status).toBe(201);
});

test('a look-up goes by id or foreign id, not by txid, and shows the callback', async () => {
  const { id } = dataOf(await stand.createAt('alphapo'));
  await stand.advance(1000);
  await until('the callback came', () => stand.callbacks.length === 1);
  const [callback] = stand.callbacks;
  expect(callback?.path).toBe('/callbacks/alphapo');
  expect(callback?.headers['x-processing-signature']).toBe(
    createHmac('sha512', 'test-secret')
      .update(callback?.body ?? '')
      .digest('hex'),
  );
  for (const by of [{ foreign_id: 'user_2317' }, { id }]) {
    expect((await stand.lookUpAt('alphapo', by)).text).toBe(callback?.body);
  }
  const [row] = await stand.ledger();
  expect((await stand.lookUpAt('alphapo', { txid: row?.['txid'] })).status).toBe(400);
});

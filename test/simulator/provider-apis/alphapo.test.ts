import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { alphapoRequest } from '../../support/simulator/documented-requests.js';
import { dataOf, record } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

test("a request like the documents' gets 200 and a response like theirs", async () => {
  const reply = await simulator.createAt('alphapo');
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
  const reply = await simulator.processing('alphapo', 'POST', '/withdrawal/crypto', alphapoRequest, headers);
  expect([reply.status, record(reply.json)['code']]).toEqual([status, code]);
  expect(await simulator.ledger()).toEqual([]);
});

test('sender and receiver are unknown fields here', async () => {
  const reply = await simulator.createAt('alphapo', { sender_type: 'legal', receiver_type: 'self' });
  expect(reply.status).toBe(400);
  expect(Object.keys(record(record(reply.json)['errors']))).toEqual(['sender_type', 'receiver_type']);
});

test('XRP is taken with a tag and without one, of which the document only warns', async () => {
  const xrp = { currency: 'XRP', convert_to: undefined, address: 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe', amount: 10 };
  expect((await simulator.createAt('alphapo', { ...xrp, tag: '12345' })).status).toBe(200);
  expect((await simulator.createAt('alphapo', { ...xrp, foreign_id: 'without' })).status).toBe(200);
  expect(await simulator.ledger()).toMatchObject([{ tag: '12345' }, { tag: null }]);
});

test('an exact JSON number keeps every digit', async () => {
  const text = JSON.stringify({ ...alphapoRequest, currency: 'BTC', convert_to: undefined });
  const reply = await simulator.processing(
    'alphapo',
    'POST',
    '/withdrawal/crypto',
    text.replace('25', '0.30000000000000004441'),
  );
  expect(dataOf(reply)['amount']).toBe('0.30000000000000004441');
});

test('a foreign id is unique here, and another at CryptoProcessing', async () => {
  await simulator.createAt('alphapo');
  const again = await simulator.createAt('alphapo');
  expect([again.status, again.json]).toEqual([
    400,
    { errors: { foreign_id: 'The foreign id has already been taken.' } },
  ]);
  expect((await simulator.createAt('cryptoprocessing', { foreign_id: 'user_2317' })).status).toBe(201);
});

test('a look-up goes by id or foreign id, not by txid, and shows the callback', async () => {
  const { id } = dataOf(await simulator.createAt('alphapo'));
  await simulator.advance(1000);
  await simulator.untilCallbacks(1);
  const [callback] = simulator.callbacks;
  expect(callback?.path).toBe('/callbacks/alphapo');
  expect(callback?.headers['x-processing-signature']).toBe(
    createHmac('sha512', 'test-secret')
      .update(callback?.body ?? '')
      .digest('hex'),
  );
  for (const by of [{ foreign_id: 'user_2317' }, { id }]) {
    expect((await simulator.lookUpAt('alphapo', by)).text).toBe(callback?.body);
  }
  const [row] = await simulator.ledger();
  expect((await simulator.lookUpAt('alphapo', { txid: row?.['txid'] })).status).toBe(400);
});

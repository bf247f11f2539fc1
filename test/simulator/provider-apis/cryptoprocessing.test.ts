import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { request } from 'undici';
import { signatureOf } from '../../../simulator/provider-apis/processing/authentication.js';
import { cryptoprocessingRequest } from '../../support/simulator/documented-requests.js';
import { dataOf, record } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

const create = (fields: Record<string, unknown> = {}) => simulator.createAt('cryptoprocessing', fields);

const withoutField = (field: string) =>
  Object.fromEntries(Object.entries(cryptoprocessingRequest).filter(([name]) => name !== field));

describe('authentication', () => {
  test("the signature is the documents' vector", () => {
    expect(signatureOf('{"currency":"BTC","foreign_id":"123456"}', 'AbCdEfG123456')).toBe(
      '03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec',
    );
  });

  test.each([
    ['no key', { 'x-processing-key': undefined }, 403, 'No key header', 'required_header_key'],
    ['a wrong key', { 'x-processing-key': 'other' }, 403, 'Bad key header', 'bad_header_key'],
    ['no signature', { 'x-processing-signature': undefined }, 403, 'No signature header', 'required_header_signature'],
    ['a wrong signature', { 'x-processing-signature': 'ab12' }, 403, 'Bad signature header', 'bad_header_signature'],
    ['no content type', { 'content-type': undefined }, 400, 'Bad content format', 'bad_content_format'],
    ['another content type', { 'content-type': 'text/plain' }, 400, 'Bad content format', 'bad_content_format'],
  ])('%s gets the documented response and stores nothing', async (_case, headers, status, error, code) => {
    const reply = await simulator.processing(
      'cryptoprocessing',
      'POST',
      '/withdrawal/crypto',
      cryptoprocessingRequest,
      headers,
    );
    expect(reply.status).toBe(status);
    expect(reply.json).toEqual({ error, code });
    expect(await simulator.ledger()).toEqual([]);
  });

  test('an upper-case signature is wrong', async () => {
    const body = JSON.stringify(cryptoprocessingRequest);
    const upper = createHmac('sha512', 'test-secret').update(body).digest('hex').toUpperCase();
    const reply = await simulator.processing('cryptoprocessing', 'POST', '/withdrawal/crypto', body, {
      'x-processing-signature': upper,
    });
    expect(reply.json).toMatchObject({ code: 'bad_header_signature' });
  });

  test('malformed JSON, signed, is a bad content format', async () => {
    const reply = await simulator.processing('cryptoprocessing', 'POST', '/withdrawal/crypto', '{"currency":');
    expect([reply.status, reply.json]).toEqual([400, { error: 'Bad content format', code: 'bad_content_format' }]);
  });

  test('the signature covers the raw bytes: the same JSON with a space more is refused', async () => {
    const signature = createHmac('sha512', 'test-secret').update(JSON.stringify(cryptoprocessingRequest)).digest('hex');
    const spaced = JSON.stringify(cryptoprocessingRequest, null, 1);
    const reply = await simulator.processing('cryptoprocessing', 'POST', '/withdrawal/crypto', spaced, {
      'x-processing-signature': signature,
    });
    expect(reply.json).toMatchObject({ code: 'bad_header_signature' });
  });

  test('a wrong URL gets the response to a missing key, and ping needs none', async () => {
    const wrong = await simulator.processing('cryptoprocessing', 'POST', '/withdrawals/crypto', {});
    expect([wrong.status, record(wrong.json)['code']]).toEqual([403, 'required_header_key']);
    const ping = await request(`${simulator.origins.cryptoprocessing}/api/v2/ping`);
    expect(await ping.body.text()).toBe('OK');
  });
});

describe('create', () => {
  test("the documents' request gets the documents' response", async () => {
    const reply = await create();
    expect(reply.status).toBe(201);
    expect(dataOf(reply)).toEqual({
      id: expect.any(Number),
      foreign_id: 'test_foreign_id_0148',
      end_user_reference: 'test_end_user_reference',
      type: 'withdrawal',
      status: 'processing',
      amount: '0.00003000',
      sender_amount: '0.00003000',
      sender_currency: 'BTC',
      receiver_currency: 'BTC',
      receiver_amount: '0.00003000',
    });
    expect(await simulator.ledger()).toMatchObject([
      { reference: 'test_foreign_id_0148', currency: 'BTC', amount: '0.00003000', tag: null, debits: 0 },
    ]);
  });

  test('an amount may be a number, and keeps its digits', async () => {
    const body = JSON.stringify(cryptoprocessingRequest).replace('"0.00003000"', '0.12345678901234567890');
    const reply = await simulator.processing('cryptoprocessing', 'POST', '/withdrawal/crypto', body);
    expect(dataOf(reply)['amount']).toBe('0.1234567890123456789');
    expect(await simulator.ledger()).toMatchObject([{ amount: '0.12345678901234567890' }]);
  });

  test.each([
    ['currency', { currency: 'NOPE' }, { currency: 'The selected currency is invalid.' }],
    ['fiat without conversion', { currency: 'EUR' }, { currency: 'The selected currency is invalid.' }],
    ['amount below the minimum', { amount: '0.000000001' }, { amount: 'The amount must be at least 0.00000001.' }],
    ['amount of zero', { amount: '0' }, { amount: 'The amount must be at least 0.00000001.' }],
    ['amount that is no number', { amount: '1e-3' }, { amount: 'The amount must be a number.' }],
    ['negative amount', { amount: -1 }, { amount: 'The amount must be a number.' }],
    ['amount of the wrong type', { amount: true }, { amount: 'The amount must be a number.' }],
    [
      'both amounts',
      { amount_to: '1', currency: 'EUR', convert_to: 'BTC' },
      { amount_to: expect.stringContaining('only specify either') },
    ],
    [
      'address of another chain',
      { address: '0x3963430000000000000000000000210945346fb8' },
      { address: expect.any(String) },
    ],
    ['unknown field', { memo: 'x' }, { memo: expect.any(String) }],
    ['null tag', { tag: null }, { tag: 'The tag must be a string.' }],
    ['convert_to fiat', { convert_to: 'EUR' }, { convert_to: expect.any(String) }],
    ['long end user', { end_user_reference: 'x'.repeat(256) }, { end_user_reference: expect.stringContaining('255') }],
    ['sender type', { sender_type: 'self' }, { sender_type: 'The selected sender type is invalid.' }],
    ['self with data', { receiver_type: 'self' }, { receiver_data: expect.any(String) }],
    [
      'receiver with email',
      { receiver_data: { ...cryptoprocessingRequest.receiver_data, email: 'a@b.cc' } },
      { 'receiver_data.email': expect.any(String) },
    ],
    [
      'no birth date that could be',
      { receiver_data: { ...cryptoprocessingRequest.receiver_data, date_of_birth: '1995-02-30' } },
      { 'receiver_data.date_of_birth': expect.any(String) },
    ],
    [
      'two-letter country',
      { sender_data: { legal_name: 'X', country_of_registration: 'DE' } },
      { 'sender_data.country_of_registration': expect.any(String) },
    ],
  ])('%s is refused by field', async (_case, fields, errors) => {
    const reply = await create(fields);
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({ errors });
    expect(await simulator.ledger()).toEqual([]);
  });

  test.each([
    'currency',
    'amount',
    'address',
    'foreign_id',
    'end_user_reference',
    'sender_type',
    'sender_data',
    'receiver_type',
    'receiver_data',
  ])('%s is required', async (field) => {
    const reply = await simulator.processing('cryptoprocessing', 'POST', '/withdrawal/crypto', withoutField(field));
    expect([reply.status, reply.json]).toEqual([
      400,
      { errors: { [field]: `The ${field.replaceAll('_', ' ')} field is required.` } },
    ]);
  });

  test('a natural sender may leave out the email, and a receiver may be oneself', async () => {
    const reply = await create({
      sender_type: 'natural',
      sender_data: { first_name: 'A', last_name: 'B', date_of_birth: '1990-01-31', email: 'a@b.cc' },
      receiver_type: 'self',
      receiver_data: undefined,
    });
    expect(reply.status).toBe(201);
  });

  test('a used foreign id is refused, also after the payout failed, and makes no second payout', async () => {
    await create({ amount: '0.00009104' });
    await simulator.advance(1000);
    const reply = await create();
    expect([reply.status, reply.json]).toEqual([
      400,
      { errors: { foreign_id: 'The foreign id has already been taken.' } },
    ]);
    expect(await simulator.ledger()).toMatchObject([{ status: 'cancelled' }]);
  });

  test('of several errors every one is named', async () => {
    const reply = await create({ currency: 'NOPE', amount: '0', x: 1 });
    expect(Object.keys(record(record(reply.json)['errors'])).sort()).toEqual(['amount', 'currency', 'x']);
  });

  test('more than the balance is refused, and the foreign id stays free', async () => {
    await simulator.control('PUT', '/limits', { cryptoprocessing: { balances: { BTC: '0.00002' } } });
    const refused = await create();
    expect(refused.status).toBe(400);
    expect(refused.json).toEqual({ errors: { amount: 'Not enough amount' }, error_code: 'not_enough_balance' });
    await simulator.control('PUT', '/limits', {});
    expect((await create()).status).toBe(201);
  });

  test('the money of payouts under way is set aside from the balance', async () => {
    await simulator.control('PUT', '/limits', { cryptoprocessing: { balances: { BTC: '0.00005' } } });
    expect((await create()).status).toBe(201);
    expect((await create({ foreign_id: 'second' })).status).toBe(400);
    await simulator.control('PUT', '/limits', { cryptoprocessing: { balances: { BTC: '0.00003' } } });
    expect((await create({ foreign_id: 'second' })).status).toBe(201);
  });
});

describe('look-up', () => {
  test('a look-up shows not_confirmed at first and then what the callback says, not wrapped', async () => {
    const { id } = dataOf(await create());
    const early = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
    expect([early.status, record(early.json)['status']]).toEqual([200, 'not_confirmed']);
    await simulator.advance(1000);
    await simulator.untilCallbacks(1);
    for (const by of [{ foreign_id: 'test_foreign_id_0148' }, { id }]) {
      const late = await simulator.lookUpAt('cryptoprocessing', by);
      expect(late.text).toBe(simulator.callbacks[0]?.body);
    }
    const [row] = await simulator.ledger();
    const byTxid = await simulator.lookUpAt('cryptoprocessing', { txid: row?.['txid'] });
    expect(record(byTxid.json)['id']).toBe(id);
  });

  test('a look-up that finds nothing gets 404 in the shape of its errors', async () => {
    const reply = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'unknown' });
    expect([reply.status, reply.json]).toEqual([404, { errors: { foreign_id: 'Transaction not found.' } }]);
  });

  test.each([
    ['nothing', {}],
    ['two parameters', { id: 1, foreign_id: 'a' }],
    ['an unknown parameter', { reference: 'a' }],
    ['an id that is text', { id: 'a' }],
  ])('a look-up by %s is an error', async (_case, by) => {
    const reply = await simulator.lookUpAt('cryptoprocessing', by);
    expect(reply.status).toBe(400);
    expect(reply.json).toHaveProperty('errors');
  });

  test('references that differ by case are different', async () => {
    await create({ foreign_id: 'abc' });
    expect((await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'ABC' })).status).toBe(404);
  });
});

describe('callbacks', () => {
  test('the callback of a confirmed withdrawal is sent once, signed, as in the documents', async () => {
    await create();
    await simulator.advance(1000);
    await simulator.untilCallbacks(1);
    const [callback] = simulator.callbacks;
    expect(callback?.path).toBe('/callbacks/cryptoprocessing');
    expect(callback?.headers['x-processing-key']).toBe('test-key');
    expect(callback?.headers['x-processing-signature']).toBe(
      createHmac('sha512', 'test-secret')
        .update(callback?.body ?? '')
        .digest('hex'),
    );
    expect(JSON.parse(callback?.body ?? '')).toEqual({
      id: expect.any(Number),
      foreign_id: 'test_foreign_id_0148',
      end_user_reference: 'test_end_user_reference',
      type: 'withdrawal',
      crypto_address: { id: expect.any(Number), currency: 'BTC', address: cryptoprocessingRequest.address, tag: null },
      transactions: [
        {
          id: expect.any(Number),
          currency: 'BTC',
          transaction_type: 'blockchain',
          type: 'withdrawal',
          address: cryptoprocessingRequest.address,
          tag: null,
          amount: '0.00003000',
          txid: expect.stringMatching(/^[0-9a-f]{64}$/),
          confirmations: '0',
        },
      ],
      fees: [],
      error: '',
      status: 'confirmed',
    });
    expect(await simulator.ledger()).toMatchObject([{ status: 'confirmed', debits: 1 }]);
  });

  test('a conversion that waits for the Owner shows zeros; once confirmed, what was sent, received and the fee', async () => {
    const reply = await create({ currency: 'EUR', convert_to: 'BTC', amount: '100.9102' });
    expect(dataOf(reply)).toMatchObject({ type: 'withdrawal_exchange', receiver_amount: '0.01035211' });
    await simulator.advance(5000);
    await simulator.untilCallbacks(2);
    const [pending, confirmed] = simulator.callbacks.map(({ body }) => record(JSON.parse(body)));
    expect(pending).toMatchObject({
      type: 'withdrawal_exchange',
      status: 'pending',
      fees: [],
      transactions: [
        { amount: '0.00000000', txid: null, riskscore: null },
        {
          currency: 'EUR',
          currency_to: 'BTC',
          transaction_type: 'exchange',
          amount: '100.91020000',
          amount_to: '0.00000000',
        },
      ],
    });
    expect(pending).not.toHaveProperty('currency_sent');
    expect(confirmed).toMatchObject({
      status: 'confirmed',
      currency_sent: { currency: 'EUR', amount: '100.91020000' },
      currency_received: { currency: 'BTC', amount: '0.01035211' },
      transactions: [
        { currency: 'BTC', amount: '0.01035211', txid: expect.any(String) },
        { amount: '100.91020000', amount_to: '0.01035211' },
      ],
      fees: [{ type: 'fee_crypto_withdrawal_from_fiat', currency: 'BTC', amount: '0.00005203' }],
    });
  });

  test('an exact target amount arrives exactly, and the ledger shows what it costs', async () => {
    await create({ currency: 'EUR', convert_to: 'BTC', amount: undefined, amount_to: '0.01' });
    expect(await simulator.ledger()).toMatchObject([
      { currency: 'EUR', amount: '97.47536105', received: { currency: 'BTC', amount: '0.01' } },
    ]);
  });
});

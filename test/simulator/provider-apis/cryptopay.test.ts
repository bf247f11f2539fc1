import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { callbackSignatureOf, signatureOf } from '../../../simulator/provider-apis/cryptopay/authentication.js';
import { until } from '../../support/parent-process.js';
import { cryptopayRequest } from '../../support/simulator/documented-requests.js';
import { dataOf, record, rows, type Reply } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

const create = (fields: Record<string, unknown> = {}) => simulator.createAtCryptopay(fields);
const commit = (id: unknown) => simulator.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`);
const lookUp = (id: unknown) => simulator.cryptopay('GET', `/api/coin_withdrawals/${String(id)}`);
const errorOf = (reply: Reply) => record(record(reply.json)['error']);
const meta = { request_id: expect.stringMatching(/^[0-9a-f]{32}$/) };

describe('authentication', () => {
  test("both signatures are the documents' vectors", () => {
    const asked = { method: 'POST', body: '{"count":"1"}', contentType: 'application/json', path: '/api/items' };
    expect(signatureOf({ ...asked, date: 'Thu, 6 Jan 2022 12:09:25 GMT' }, 'kJFE6jF6f97FFsfeYhfw_73KJDlf73kF7J')).toBe(
      'tji3k+LpWAnLuv6t109mwdQ16zs=',
    );
    expect(
      callbackSignatureOf('{"amount":"4","price":"2.0","item":"jeans"}', 'gkgkGG6834KJC7JJks7Df3-8JJFeiv72H53DFggg3'),
    ).toBe('93ab032f2eeefbbd3205b25ce7062b0fef8b96c1c83f6dfd8bd85acd4983f4f7');
  });

  test.each([
    ['no authorization', { authorization: undefined }],
    ['a wrong signature', { authorization: 'HMAC test-key:AAAA' }],
    ['no date', { date: undefined }],
    ['a date that is no HTTP date', { date: '2026-11-21T05:00:00Z' }],
    ['no content type', { 'content-type': undefined }],
    ['another content type', { 'content-type': 'text/plain' }],
  ])('%s is unauthenticated and stores nothing', async (_case, headers) => {
    const reply = await simulator.cryptopay('POST', '/api/coin_withdrawals', cryptopayRequest, { headers });
    expect(reply.status).toBe(401);
    expect(reply.json).toEqual({ error: expect.objectContaining({ code: 'unauthenticated' }), meta });
    expect(await simulator.ledger()).toEqual([]);
  });

  test('the signature covers the query: a look-up signed without it is refused', async () => {
    const { id } = dataOf(await create());
    const path = `/api/coin_withdrawals/${String(id)}`;
    const date = new Date().toUTCString();
    const text = `GET\n\napplication/json\n${date}\n${path}`;
    const authorization = `HMAC test-key:${createHmac('sha1', 'test-secret').update(text).digest('base64')}`;
    const signed = { date, headers: { authorization } };
    expect((await simulator.cryptopay('GET', `${path}?x=1`, undefined, signed)).status).toBe(401);
    expect((await simulator.cryptopay('GET', path, undefined, signed)).status).toBe(200);
  });

  test.each([
    [-14, 200],
    [14, 200],
    [-16, 401],
    [16, 401],
  ])('a clock that is %i minutes off gets %i', async (minutes, status) => {
    const { id } = dataOf(await create());
    await simulator.control('PUT', '/clock', { skewMs: minutes * 60_000 });
    expect((await lookUp(id)).status).toBe(status);
  });

  test("every response has the Date of the provider's clock", async () => {
    await simulator.control('PUT', '/clock', { skewMs: 3_600_000 });
    const reply = await create();
    expect(reply.status).toBe(401);
    const ahead = Date.parse(String(reply.headers['date'])) - Date.now();
    expect(ahead).toBeGreaterThan(3_590_000);
  });
});

describe('create', () => {
  test("the documents' request gets the documents' quote, and is `new` until it is committed", async () => {
    const reply = await create({ custom_id: '113562013' });
    expect(reply.status).toBe(201);
    expect(dataOf(reply)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      custom_id: '113562013',
      customer_id: null,
      address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV',
      network: 'bitcoin',
      txid: null,
      status: 'new',
      charged_amount: '10.17',
      charged_currency: 'EUR',
      received_amount: '0.00103102',
      received_currency: 'BTC',
      network_fee: '0.0000054',
      network_fee_level: 'average',
      fee: '0.0',
      fee_currency: 'BTC',
      exchange: { pair: 'BTCEUR', rate: '9699.0409', fee: '0.11', fee_currency: 'EUR' },
      risk: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(await simulator.ledger()).toMatchObject([
      { reference: '113562013', currency: 'EUR', amount: '10', status: 'new', debits: 0 },
    ]);
  });

  test('force_commit starts as pending and needs no commit', async () => {
    const { id, status } = dataOf(await create({ force_commit: true }));
    expect(status).toBe('pending');
    const late = await commit(id);
    expect([late.status, late.text]).toEqual([409, '']);
    await simulator.advance(1000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
  });

  test('fees come out of charged_amount, and go on top of received_amount', async () => {
    const out = { charged_amount_to_send: undefined };
    expect(dataOf(await create({ ...out, charged_amount: '100.0' }))).toMatchObject({
      charged_amount: '100.0',
      received_amount: '0.01020179',
      exchange: { fee: '1.0' },
    });
    expect(dataOf(await create({ ...out, received_amount: '0.01' }))).toMatchObject({
      charged_amount: '98.04',
      received_amount: '0.01',
    });
  });

  test('without a conversion there is no exchange, and the network fee is what it costs', async () => {
    const btc = { charged_currency: 'BTC', charged_amount_to_send: '0.01', network_fee_level: 'fast' };
    const data = dataOf(await create(btc));
    expect(data).toMatchObject({ charged_amount: '0.0100108', received_amount: '0.01', network_fee: '0.0000108' });
    expect(data).not.toHaveProperty('exchange');
  });

  const list =
    'BTC, LTC, GBP, CNY, TRY, USD, RUB, KRW, NOK, INR, BCH, ETH, JPY, CAD, THB, AUD, HKD, MYR, NZD, TWD, MXN, BRL, COP, SEK, PLN, HUF, IDR, VND, XRP, EUR';

  test.each([
    [
      'less than 5 EUR',
      { charged_amount_to_send: '4.99' },
      {
        code: 'must_be_greater_than_or_equal',
        target: 'charged_amount_to_send',
        message: 'must be greater than or equal to 5.0',
        args: { value: '5.0' },
      },
    ],
    [
      'a bad address',
      { address: '2N122JKRz52gokTmaVYNiMA43qvdSqnhLG0' },
      {
        code: 'invalid_coin_address',
        target: 'address',
        message: 'must be a valid BTC address',
        args: { currency: 'BTC' },
      },
    ],
    [
      'a currency without account',
      { charged_currency: 'ABC' },
      {
        code: 'must_be_included_in',
        target: 'charged_currency',
        message: `must be one of: ${list}`,
        args: { list: list.split(', ') },
      },
    ],
  ])('%s is refused with the documented body', async (_case, fields, detail) => {
    const reply = await create(fields);
    expect(reply.status).toBe(422);
    expect(reply.json).toEqual({ error: { code: 'invalid', message: 'invalid', details: [detail] }, meta });
    expect(await simulator.ledger()).toEqual([]);
  });

  test('not enough balance is refused with the documented body, and with what is there', async () => {
    const value = (target: string, text: string) => ({
      code: 'must_be_less_than_or_equal',
      target,
      message: `must be less than or equal to ${text}`,
      args: { value: text },
    });
    const sample = await create({ charged_amount_to_send: '10.9105' });
    expect([sample.status, sample.json]).toEqual([
      422,
      {
        error: {
          code: 'invalid',
          message: 'invalid',
          details: [value('charged_amount', '167.75222297'), value('received_amount', '12500.0')],
        },
        meta,
      },
    ]);
    await simulator.control('PUT', '/limits', { cryptopay: { balances: { EUR: '8' } } });
    expect(errorOf(await create())['details']).toMatchObject([
      value('charged_amount', '8.0'),
      { target: 'received_amount' },
    ]);
  });

  test('a high-risk address is refused with the documented body', async () => {
    const reply = await create({ charged_amount_to_send: '10.9201' });
    expect([reply.status, reply.json]).toEqual([
      422,
      {
        error: {
          code: 'high_risk_address',
          message:
            'We were unable to process your request as the address of the recipient may be associated with resource primarily used for unlawful activities',
          details: [],
        },
        meta,
      },
    ]);
  });

  test.each([
    ['an unknown field', { memo: 'x' }, 'memo'],
    ['two amounts', { charged_amount: '10' }, 'charged_amount_to_send'],
    ['no amount', { charged_amount_to_send: undefined }, 'charged_amount'],
    ['a number for an amount', { charged_amount_to_send: 10 }, 'charged_amount_to_send'],
    ['a fee level that is none', { network_fee_level: 'rapid' }, 'network_fee_level'],
    ['a network of another coin', { network: 'tron' }, 'network'],
    ['a coin that can not be received', { received_currency: 'EUR' }, 'received_currency'],
    ['no received currency', { received_currency: undefined }, 'received_currency'],
    ['force_commit as text', { force_commit: 'true' }, 'force_commit'],
    ['a number for a custom id', { custom_id: 7 }, 'custom_id'],
  ])('%s is refused at that field', async (_case, fields, target) => {
    const reply = await create(fields);
    expect([reply.status, errorOf(reply)['details']]).toMatchObject([422, [{ target }]]);
    expect(await simulator.ledger()).toEqual([]);
  });

  test.each([
    ['XRP', 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe?dt=123', 201, '123'],
    ['XRP', 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe?dt=0', 201, null],
    ['XRP', 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe', 422, undefined],
    ['XRP', 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe?dt=x', 422, undefined],
    ['XLM', `G${'A'.repeat(55)}?dt=memo`, 201, 'memo'],
    ['XLM', `G${'A'.repeat(55)}?memoId=7`, 201, '7'],
    ['XLM', `G${'A'.repeat(55)}`, 201, null],
    ['BTC', '2N122JKRz52gokTmaVYNiMA43qvdSqnhLGV?dt=1', 422, undefined],
  ])('%s to %s gets %i', async (currency, address, status, tag) => {
    const reply = await create({ received_currency: currency, address });
    expect(reply.status).toBe(status);
    const [row] = await simulator.ledger();
    expect([row?.['tag'], row?.['address']]).toEqual([tag, status === 201 ? address.split('?')[0] : undefined]);
  });

  const evm = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  const tron = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t';

  test.each([
    ['USDT', evm, 'bnb_smart_chain', 'bnb_smart_chain'],
    ['USDT', evm, undefined, 'ethereum'],
    ['USDT', tron, undefined, 'tron'],
    ['USDT', tron, 'tron', 'tron'],
  ])('%s to %s on %s is recorded on the network %s', async (currency, address, network, recorded) => {
    const { id } = dataOf(await create({ received_currency: currency, address, network }));
    expect(dataOf(await lookUp(id))).toMatchObject({ address, network: recorded });
  });

  test('an address of another network than the one that is asked is refused', async () => {
    const reply = await create({ received_currency: 'USDT', address: tron, network: 'ethereum' });
    expect([reply.status, errorOf(reply)['details']]).toMatchObject([422, [{ code: 'invalid_coin_address' }]]);
  });

  test('a used custom_id gets 409, also after the withdrawal expired', async () => {
    expect((await create({ custom_id: 'once' })).status).toBe(201);
    const again = await create({ custom_id: 'once' });
    expect([again.status, errorOf(again)['code']]).toEqual([409, 'duplicate_custom_id']);
    await simulator.advance(30_000);
    expect((await create({ custom_id: 'once' })).status).toBe(409);
    expect(await simulator.ledger()).toHaveLength(1);
  });

  test('without a custom_id, two creates are two withdrawals', async () => {
    await create();
    await create();
    expect(await simulator.ledger()).toHaveLength(2);
  });
});

describe('commit', () => {
  test('a commit in time leads to pending, processing, sent and completed, each with a signed callback', async () => {
    const { id } = dataOf(await create({ custom_id: 'c-1' }));
    await simulator.advance(29_900);
    const reply = await commit(id);
    expect([reply.status, dataOf(reply)['status']]).toEqual([200, 'pending']);
    await simulator.advance(1000);
    await simulator.untilCallbacks(5);
    const sent = simulator.callbacks.map(({ body, headers }) => {
      expect(headers['x-cryptopay-signature']).toBe(
        createHmac('sha256', 'test-callback-secret').update(body).digest('hex'),
      );
      const { type, event, data } = record(JSON.parse(body));
      return [type, event, record(data)['status'], record(data)['custom_id']];
    });
    expect(sent).toEqual([
      ['CoinWithdrawal', 'created', 'new', 'c-1'],
      ['CoinWithdrawal', 'status_changed', 'pending', 'c-1'],
      ['CoinWithdrawal', 'status_changed', 'processing', 'c-1'],
      ['CoinWithdrawal', 'status_changed', 'sent', 'c-1'],
      ['CoinWithdrawal', 'status_changed', 'completed', 'c-1'],
    ]);
    expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
    expect(dataOf(await lookUp(id))).toMatchObject({ status: 'completed', txid: expect.any(String) });
  });

  test('a commit at once: the callback of the create is sent before that of the commit', async () => {
    await simulator.control('PUT', '/clock', { speed: 0.001 }); // the created callback is not due for minutes
    const ids = [];
    for (let i = 0; i < 5; i++) ids.push(dataOf(await create())['id']);
    for (const id of ids) await commit(id);
    await simulator.untilCallbacks(10);
    const sent = simulator.callbacks.map(({ body }) => record(JSON.parse(body)));
    for (const id of ids) {
      const own = sent.filter(({ data }) => record(data)['id'] === id);
      expect(own.map(({ event, data }) => [event, record(data)['status']])).toEqual([
        ['created', 'new'],
        ['status_changed', 'pending'],
      ]);
    }
  });

  test('a commit at once, while the bridge is away: the callback of the create is sent again when its retry is due, not before', async () => {
    simulator.receiver.status = 503;
    const { id } = dataOf(await create());
    await commit(id);
    await simulator.advance(29_000);
    const created = async () =>
      rows(await simulator.control('GET', '/callbacks')).filter(({ status }) => status === 'new');
    await until('all were tried', async () => rows(await simulator.control('GET', '/callbacks')).length >= 5);
    expect(await created()).toHaveLength(1);
    simulator.receiver.status = 200;
    await simulator.advance(2_000);
    await until('it was tried again', async () => (await created()).length === 2);
  });

  test('a commit after 30 seconds is too late: cancelled, nothing paid', async () => {
    const { id } = dataOf(await create());
    await simulator.advance(30_001);
    expect(dataOf(await lookUp(id))['status']).toBe('cancelled');
    expect((await commit(id)).status).toBe(409);
    await simulator.advance(60_000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'cancelled', debits: 0 }]);
  });

  test('a second commit is refused and pays nothing more', async () => {
    const { id } = dataOf(await create());
    expect((await commit(id)).status).toBe(200);
    expect((await commit(id)).status).toBe(409);
    await simulator.advance(40_000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
  });

  test('a commit has no body, and one of an unknown id is not found', async () => {
    const { id } = dataOf(await create());
    expect((await simulator.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`, {})).status).toBe(400);
    const unknown = await commit('f04d3cac-837a-4245-840d-1b525a4d693d');
    expect([unknown.status, errorOf(unknown)['code']]).toEqual([404, 'not_found']);
  });
});

test('a look-up goes by id and by custom_id, decoded', async () => {
  const { id } = dataOf(await create({ custom_id: 'a b/ü' }));
  const reply = await simulator.cryptopay('GET', `/api/coin_withdrawals/custom_id/${encodeURIComponent('a b/ü')}`);
  expect(dataOf(reply)['id']).toBe(id);
  expect(dataOf(await lookUp(id))['custom_id']).toBe('a b/ü');
  const unknown = await simulator.cryptopay('GET', '/api/coin_withdrawals/custom_id/unknown');
  expect([unknown.status, unknown.json]).toEqual([
    404,
    { error: { code: 'not_found', message: 'not found', details: [] }, meta },
  ]);
});

import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { withdrawalRequest } from '../../../providers/cryptopay/wire.js';
import {
  answer,
  changed,
  failureOf,
  NOW,
  providerOf,
  readCallback,
  receiverOf,
  requests,
  sample,
  valueOf,
} from '../support.js';

const provider = providerOf('cryptopay');
const request = requests.cryptopay;
const withdrawal = sample('cryptopay/withdrawal');
const { commit, lookUp } = provider;

function bodyOf(asked: WithdrawalRequest): unknown {
  return JSON.parse(provider.create.write(asked, NOW).body ?? '');
}

describe('a create', () => {
  test('asks what the documents’ own request asks, under our reference', () => {
    const { method, path } = provider.create.write(request, NOW);
    expect([method, path]).toEqual(['POST', '/api/coin_withdrawals']);
    const documented: unknown = JSON.parse(sample('cryptopay/create-request'));
    expect(bodyOf(request)).toEqual({ ...Object(documented), custom_id: 'w-1' });
  });

  const byAmountTo: WithdrawalRequest = { ...request, amountTo: '0.00103102' };
  delete byAmountTo.amount;
  const plain: WithdrawalRequest = { ...request, currency: 'BTC' };
  delete plain.convertTo;
  const options = { networkFeeLevel: 'fast', forceCommit: true, network: 'bitcoin', customerId: 'c-1' } as const;

  test.each<[string, WithdrawalRequest, Record<string, unknown>]>([
    ['fees on top of the amount', request, { charged_amount_to_send: '10' }],
    ['fees out of the amount', { ...request, cryptopay: { feesIncluded: true } }, { charged_amount: '10' }],
    ['the exact amount that arrives', byAmountTo, { received_amount: '0.00103102' }],
    ['without conversion', plain, { charged_amount_to_send: '10', charged_currency: 'BTC', received_currency: 'BTC' }],
    [
      'with every option',
      { ...request, endUserReference: 'user-1', cryptopay: { ...options, maxCharge: '11' } },
      {
        charged_amount_to_send: '10',
        network_fee_level: 'fast',
        force_commit: true,
        network: 'bitcoin',
        customer_id: 'c-1',
      },
    ],
  ])('%s', (_case, asked, fields) => {
    expect(bodyOf(asked)).toEqual({
      charged_currency: 'EUR',
      received_currency: 'BTC',
      address: request.address,
      custom_id: 'w-1',
      ...fields,
    });
    expect(withdrawalRequest.safeParse(bodyOf(asked)).success).toBe(true);
  });

  const xrp = { ...request, convertTo: 'XRP', address: 'rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY' };
  const xlm = { ...xrp, convertTo: 'XLM' };

  test.each<[string, WithdrawalRequest, string]>([
    ['XRP with a tag', { ...xrp, tag: '77' }, '?dt=77'],
    ['XRP without one: "leave it as 0"', xrp, '?dt=0'],
    ['XLM with a memo', { ...xlm, tag: 'a&b' }, '?dt=a%26b'],
    ['XLM without one', xlm, ''],
    ['a tag is never left out', { ...request, address: xrp.address, tag: '77' }, '?dt=77'],
  ])('%s', (_case, asked, suffix) => {
    expect(bodyOf(asked)).toHaveProperty('address', xrp.address + suffix);
  });

  test.each([
    ['the documents’ answer', withdrawal],
    ['the same, wrapped as the official clients expect it', `{"data":${withdrawal}}`],
  ])('is accepted: %s', (_case, body) => {
    expect(valueOf(provider.create.read(answer(201, body), request))).toEqual({
      provider: 'cryptopay',
      providerId: 'f04d3cac-837a-4245-840d-1b525a4d693d',
      reference: '113562013',
      providerStatus: 'pending',
      meaning: 'awaiting_commit',
      currency: 'EUR',
      convertTo: 'BTC',
      amountTo: '0.00103102',
      address: '2MyYeAkU162aMh3otEhYHP9yhUR7xqS7S1r',
      fees: [
        { type: 'network_fee', kind: 'network', currency: 'BTC', amount: '0.0000054' },
        { type: 'fee', kind: 'service', currency: 'BTC', amount: '0.0' },
      ],
      exchange: { pair: 'BTCEUR', rate: '9699.0409', fee: '0.11', feeCurrency: 'EUR' },
      charge: '10.17',
    });
  });
});

describe('a record', () => {
  const recordOf = (fields: Record<string, unknown>) => {
    const reading = lookUp?.read(answer(200, `{"data":${changed(withdrawal, fields)}}`), { withdrawalId: 'w-1' });
    if (!reading?.ok || reading.value === 'absent') throw new Error(JSON.stringify(reading));
    return reading.value;
  };

  test.each([
    ['new', 'awaiting_commit'],
    ['pending', 'awaiting_commit'],
    ['processing', 'processing'],
    ['sent', 'processing'],
    ['completed', 'confirmed'],
    ['on_hold', 'on_hold'],
    ['failed', 'on_hold'],
    ['cancelled', 'cancelled'],
    ['expired', 'unrecognised'],
    ['constructor', 'unrecognised'],
  ])('of status %s means %s', (status, meaning) => {
    expect(recordOf({ status })).toMatchObject({ providerStatus: status, meaning });
  });

  test.each(['processing', 'sent', 'completed'])('of status %s says what moves', (status) => {
    expect(recordOf({ status, txid: 'abc' })).toMatchObject({
      txid: 'abc',
      sent: { amount: '10.17', currency: 'EUR' },
      received: { amount: '0.00103102', currency: 'BTC' },
    });
  });

  test.each(['new', 'pending', 'on_hold', 'failed', 'cancelled'])('of status %s says nothing of the kind', (status) => {
    const record = recordOf({ status });
    expect(record).not.toHaveProperty('sent');
    expect(record).not.toHaveProperty('received');
  });

  test.each([
    ['rAddress?dt=77', 'rAddress', '77'],
    ['rAddress?dt=0', 'rAddress', ''],
    ['GADDRESS?memoId=a%26b', 'GADDRESS', 'a&b'],
    ['rAddress', 'rAddress', undefined],
    ['bitcoincash:qAddress', 'bitcoincash:qAddress', undefined],
  ])('to %s', (text, address, tag) => {
    const record = recordOf({ address: text });
    expect([record.address, record.tag]).toEqual([address, tag]);
  });

  test('without conversion has no target currency and no exchange', () => {
    const record = recordOf({ charged_currency: 'BTC', exchange: undefined });
    expect(record).not.toHaveProperty('convertTo');
    expect(record).not.toHaveProperty('exchange');
  });

  test('says the risk, its score as written', () => {
    const risk = '{"score":0.10,"level":"low","resource_name":"Kraken","resource_category":"Exchange"}';
    const body = withdrawal.replace('"risk": null', `"risk": ${risk}`);
    expect(lookUp?.read(answer(200, body), { withdrawalId: 'w-1' })).toHaveProperty('value.risk', {
      score: '0.10',
      level: 'low',
      resourceName: 'Kraken',
      resourceCategory: 'Exchange',
    });
  });
});

describe('what the official clients’ fixtures hold', () => {
  test('a callback whose exchange has a pair and a rate alone, with network, description and an offset of +00:00', () => {
    expect(readCallback(provider, sample('cryptopay/callback-completed'))).toEqual({
      kind: 'withdrawal',
      record: {
        provider: 'cryptopay',
        providerId: '0b7c9d52-7a44-4a0e-9c53-5d1f2e60a7b1',
        reference: 'payout-5531',
        providerStatus: 'completed',
        meaning: 'confirmed',
        currency: 'EUR',
        convertTo: 'USDT',
        amountTo: '54.75',
        address: 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
        network: 'tron',
        txid: '2f6a1c7be0d94f35b8a4c19d7733ee5a90c1d2b84f6e57a3c8d90b1f42e6a705',
        sent: { amount: '52.4', currency: 'EUR' },
        received: { amount: '54.75', currency: 'USDT' },
        fees: [
          { type: 'network_fee', kind: 'network', currency: 'USDT', amount: '1.25' },
          { type: 'fee', kind: 'service', currency: 'EUR', amount: '0.0' },
        ],
        exchange: { pair: 'USDTEUR', rate: '0.9301' },
        risk: { score: '5.2', level: 'medium', resourceName: 'Example Exchange', resourceCategory: 'exchange' },
        charge: '52.4',
      },
    });
  });

  test('amounts as JSON numbers, with the digits as written', () => {
    const reading = provider.create.read(answer(201, sample('cryptopay/withdrawal-in-numbers')), request);
    expect(valueOf(reading)).toMatchObject({
      amountTo: '0.010241790000000000001',
      charge: '100.0',
      network: 'bitcoin',
      fees: [{ amount: '0.0000054' }, { amount: '0.0' }],
      exchange: { pair: 'BTCEUR', rate: '9699.0409', fee: '1.0', feeCurrency: 'EUR' },
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['no rate', { pair: 'BTCEUR' }, { pair: 'BTCEUR' }],
    ['a null fee', { pair: 'BTCEUR', rate: '1', fee: null, fee_currency: null }, { pair: 'BTCEUR', rate: '1' }],
  ])('an exchange with %s', (_case, exchange, expected) => {
    const reading = provider.create.read(answer(201, changed(withdrawal, { exchange })), request);
    expect(valueOf(reading).exchange).toEqual(expected);
  });

  test('an exchange without a pair is not in the documented shape', () => {
    const reading = provider.create.read(answer(201, changed(withdrawal, { exchange: { rate: '1' } })), request);
    expect(failureOf(reading).type).toBe('UnreadableAnswer');
  });
});

describe('the commit', () => {
  test('is a POST without a body', () => {
    const written = commit?.write('f04d3cac-837a', NOW);
    expect(written).toMatchObject({ method: 'POST', path: '/api/coin_withdrawals/f04d3cac-837a/commit' });
    expect(written).not.toHaveProperty('body');
  });

  test('done, pending is on its way', () => {
    const reading = commit?.read(answer(200, `{"data":${withdrawal}}`), 'f04d3cac-837a');
    expect(reading).toMatchObject({ ok: true, value: { providerStatus: 'pending', meaning: 'processing' } });
  });

  test('answered with new, it still waits', () => {
    const reading = commit?.read(answer(200, changed(withdrawal, { status: 'new' })), 'f04d3cac-837a');
    expect(reading).toMatchObject({ ok: true, value: { meaning: 'awaiting_commit' } });
  });

  test('isn’t needed with force_commit: pending is on its way', () => {
    const reading = provider.create.read(answer(201, withdrawal), { ...request, cryptopay: { forceCommit: true } });
    expect(valueOf(reading)).toMatchObject({ providerStatus: 'pending', meaning: 'processing' });
  });

  // What a late or a second commit is answered is not documented.
  test.each([
    [404, '{"error":{"code":"not_found","message":"not found"},"meta":{"request_id":"r"}}'],
    [409, '{}'],
    [422, sample('cryptopay/error-exceeds-balance')],
    [422, sample('cryptopay/error-high-risk')],
  ])('answered with %d is of unknown outcome', (status, body) => {
    const reading = commit?.read(answer(status, body), 'f04d3cac-837a');
    expect(reading && failureOf(reading).type).toMatch(/^(UndocumentedError|UnreadableAnswer)$/);
  });
});

describe('a look-up', () => {
  test.each([
    [{ withdrawalId: 'w-1' }, '/api/coin_withdrawals/custom_id/w-1'],
    [{ withdrawalId: 'w-1', providerId: 'f04d/3cac' }, '/api/coin_withdrawals/f04d%2F3cac'],
  ])('of %o', (key, path) => {
    const written = lookUp?.write(key, NOW);
    expect(written).toMatchObject({ method: 'GET', path });
    expect(written).not.toHaveProperty('body');
  });

  const absent = '{"error":{"code":"not_found","message":"not found"},"meta":{"request_id":"r"}}';

  const detailed = absent.replace('"message"', '"details":[{"code":"blank","target":"custom_id"}],"message"');

  test.each([
    ['the documented answer', absent],
    ['with no details', absent.replace('"message"', '"details":[],"message"')],
  ])('absent: %s', (_case, body) => {
    expect(lookUp?.read(answer(404, body), { withdrawalId: 'w-1' })).toEqual({ ok: true, value: 'absent' });
  });

  test('absent: the documented code under the status that is configured', () => {
    const configured = providerOf('cryptopay', { ABSENT_STATUS: '410' }).lookUp;
    expect(configured?.read(answer(410, absent), { withdrawalId: 'w-1' })).toEqual({ ok: true, value: 'absent' });
    expect(configured?.read(answer(404, absent), { withdrawalId: 'w-1' })).toMatchObject({ ok: false });
  });

  test.each(['route_not_found', 'ip_not_allowed', 'not_found_', 'NOT_FOUND', '', 'invalid', 'unauthorized'])(
    'not absent: the code %j under the same status',
    (code) => {
      const reading = lookUp?.read(answer(404, absent.replace('not_found', code)), { withdrawalId: 'w-1' });
      expect(reading && failureOf(reading).type).toBe('UndocumentedError');
    },
  );

  test.each([
    ['a proxy’s page', 404, '<html></html>', 'UnreadableAnswer'],
    ['a proxy’s JSON', 404, '{"error":"not_found"}', 'UnreadableAnswer'],
    ['a complaint about a field', 404, detailed, 'UndocumentedError'],
    ['another status', 410, absent, 'UndocumentedError'],
    ['bad credentials', 401, absent.replace('not_found', 'unauthenticated'), 'BadCredentials'],
    ['a record without our reference', 200, changed(withdrawal, { custom_id: null }), 'UnreadableAnswer'],
  ])('not absent: %s', (_case, status, body, type) => {
    const reading = lookUp?.read(answer(status, body), { withdrawalId: 'w-1' });
    expect(reading && failureOf(reading).type).toBe(type);
  });

  test('what is wrong is named by field', () => {
    const reading = lookUp?.read(answer(200, `{"data":${changed(withdrawal, { status: 5, txid: true })}}`), {
      withdrawalId: 'w-1',
    });
    expect(reading && failureOf(reading).message).toMatch(/^txid: .*; status: /);
  });
});

describe('a callback', () => {
  const body = (type: string) => `{"type":"${type}","event":"status_changed","data":${withdrawal}}`;

  test('of a withdrawal is read like an answer', () => {
    const reading = readCallback(provider, body('CoinWithdrawal').replace('"pending"', '"completed"'));
    expect(reading).toMatchObject({
      kind: 'withdrawal',
      record: { reference: '113562013', meaning: 'confirmed', sent: { amount: '10.17', currency: 'EUR' } },
    });
  });

  test.each(['Invoice', 'ChannelPayment', 'CoinPayment'])('of type %s is none of a withdrawal', (type) => {
    expect(readCallback(provider, body(type))).toEqual({ kind: 'not a withdrawal', type });
  });

  test.each([
    ['no type', '{"event":"created"}', 'type: '],
    ['no data', '{"type":"CoinWithdrawal","event":"created"}', 'data: '],
    ['no custom_id', body('CoinWithdrawal').replace('"custom_id"', '"other_id"'), 'data.custom_id: '],
    ['a custom_id that is none', body('CoinWithdrawal').replace('"113562013"', '7'), 'data.custom_id: '],
  ])('with %s is unreadable', (_case, text, start) => {
    expect(readCallback(provider, text)).toEqual({ kind: 'unreadable', problem: expect.stringContaining(start) });
  });

  test('with a null custom_id is of a payout made in the dashboard, and not ours', () => {
    expect(readCallback(provider, body('CoinWithdrawal').replace('"113562013"', 'null'))).toEqual({ kind: 'not ours' });
  });

  test('a look-up of ours that answers a null custom_id is not believed', () => {
    const bare = JSON.stringify((JSON.parse(body('CoinWithdrawal')) as { data: object }).data);
    const key = { withdrawalId: '113562013' };
    expect(provider.lookUp?.read(answer(200, bare), key)).toMatchObject({ ok: true });
    const reading = provider.lookUp?.read(answer(200, bare.replace('"113562013"', 'null')), key);
    expect(reading).toMatchObject({ ok: false, failure: { type: 'UnreadableAnswer' } });
  });

  const raw = Buffer.from(body('CoinWithdrawal'));
  const by = (secret: string) => createHmac('sha256', secret).update(raw).digest('hex');

  test.each([
    ['signed with the callback secret', { 'x-cryptopay-signature': by('new-secret') }, raw, true],
    ['signed with the one before the rotation', { 'x-cryptopay-signature': by('old-secret') }, raw, true],
    ['signed with the API secret', { 'x-cryptopay-signature': by('secret') }, raw, false],
    [
      'with one byte changed',
      { 'x-cryptopay-signature': by('new-secret') },
      Buffer.concat([raw, Buffer.from(' ')]),
      false,
    ],
    ['without a signature', {}, raw, false],
  ])('%s', (_case, headers, bytes, authentic) => {
    expect(receiverOf('cryptopay').isAuthentic(headers, bytes, NOW)).toBe(authentic);
  });
});

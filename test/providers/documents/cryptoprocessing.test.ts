import { describe, expect, test } from '@jest/globals';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { cryptoprocessingRequest } from '../../../providers/cryptoprocessing/wire.js';
import {
  answer,
  changed,
  digits,
  failureOf,
  NOW,
  providerOf,
  readCallback,
  requests,
  sample,
  valueOf,
} from '../support.js';

const provider = providerOf('cryptoprocessing');
const request = requests.cryptoprocessing;
const { lookUp } = provider;

describe('a create', () => {
  const documented: WithdrawalRequest = {
    ...request,
    withdrawalId: 'test_foreign_id_0148',
    endUserReference: 'test_end_user_reference',
  };

  test('asks what the documents’ own request asks', () => {
    const { method, path, body } = provider.create.write(documented, NOW);
    expect([method, path]).toEqual(['POST', '/api/v2/withdrawal/crypto']);
    expect(digits(body)).toEqual(digits(sample('cryptoprocessing/create-request')));
  });

  test('names every field of ours by the provider’s names', () => {
    const full: WithdrawalRequest = {
      ...request,
      currency: 'EUR',
      convertTo: 'XRP',
      amountTo: '12.50',
      tag: '77',
      sender: {
        type: 'natural',
        firstName: 'Ada',
        lastName: 'Lovelace',
        dateOfBirth: '1815-12-10',
        email: 'ada@example.com',
      },
      receiver: { type: 'legal', legalName: 'Example GmbH', countryOfRegistration: 'DEU' },
    };
    delete full.amount;
    const body: unknown = JSON.parse(provider.create.write(full, NOW).body ?? '');
    expect(body).toEqual({
      currency: 'EUR',
      foreign_id: 'w-1',
      end_user_reference: 'user-1',
      convert_to: 'XRP',
      address: request.address,
      tag: '77',
      amount_to: '12.50',
      sender_type: 'natural',
      sender_data: {
        first_name: 'Ada',
        last_name: 'Lovelace',
        date_of_birth: '1815-12-10',
        email: 'ada@example.com',
      },
      receiver_type: 'legal',
      receiver_data: { legal_name: 'Example GmbH', country_of_registration: 'DEU' },
    });
    expect(cryptoprocessingRequest.safeParse(body).success).toBe(true);
  });

  test('to the sender’s own address has no receiver_data', () => {
    const { body } = provider.create.write({ ...request, receiver: { type: 'self' } }, NOW);
    const json: unknown = JSON.parse(body ?? '');
    expect(json).toHaveProperty('receiver_type', 'self');
    expect(json).not.toHaveProperty('receiver_data');
  });

  test.each([200, 201])('is accepted: the documents’ answer with %d', (status) => {
    const reading = provider.create.read(answer(status, sample('cryptoprocessing/create-response')), documented);
    expect(valueOf(reading)).toEqual({
      provider: 'cryptoprocessing',
      providerId: '134702815',
      reference: 'test_foreign_id_0148',
      endUserReference: 'test_end_user_reference',
      providerStatus: 'processing',
      meaning: 'processing',
      currency: 'BTC',
      amount: '0.00003000',
      sent: { amount: '0.00003000', currency: 'BTC' },
      received: { amount: '0.00003000', currency: 'BTC' },
    });
  });

  test('of a conversion whose rate is not known yet says nothing of what it doesn’t know', () => {
    const { data } = JSON.parse(sample('cryptoprocessing/create-response')) as { data: Record<string, unknown> };
    const body = JSON.stringify({
      data: {
        ...data,
        type: 'withdrawal_exchange',
        amount: '0.00000000',
        sender_amount: '0.00000000',
        sender_currency: 'EUR',
        receiver_amount: '0.01000000',
      },
    });
    const record = valueOf(provider.create.read(answer(201, body), { ...request, convertTo: 'BTC' }));
    expect(record).toMatchObject({
      currency: 'EUR',
      convertTo: 'BTC',
      received: { amount: '0.01000000', currency: 'BTC' },
    });
    expect(record).not.toHaveProperty('amount');
    expect(record).not.toHaveProperty('sent');
  });

  test('with amount_to: what is debited is worked out, so it is not taken for what was asked', () => {
    const byTarget: WithdrawalRequest = { ...request, convertTo: 'ETH', amountTo: '1' };
    delete byTarget.amount;
    const record = valueOf(provider.create.read(answer(201, sample('cryptoprocessing/create-response')), byTarget));
    expect(record).not.toHaveProperty('amount');
  });
});

const destination = {
  provider: 'cryptoprocessing',
  providerId: '123',
  reference: 'operation_987',
  endUserReference: 'user_12345',
  address: 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm',
};
const txid = 'bb040d895ef7141ea0b06b04227d8f5dd4ee12d5b890e6e5633f6439393a666b';

const samples = [
  [
    'confirmed',
    'callback-confirmed',
    {
      ...destination,
      providerStatus: 'confirmed',
      meaning: 'confirmed',
      currency: 'BTC',
      amount: '0.01000000',
      txid,
    },
  ],
  [
    'confirmed, with conversion',
    'callback-confirmed-exchange',
    {
      ...destination,
      providerStatus: 'confirmed',
      meaning: 'confirmed',
      currency: 'EUR',
      convertTo: 'BTC',
      amount: '804.25693204',
      txid,
      sent: { currency: 'EUR', amount: '804.25693204' },
      received: { currency: 'BTC', amount: '0.01000000' },
      fees: [{ type: 'fee_crypto_withdrawal_from_fiat', kind: 'service', currency: 'BTC', amount: '0.00028735' }],
    },
  ],
  [
    'pending: its Owner must approve',
    'callback-pending',
    {
      ...destination,
      providerStatus: 'pending',
      meaning: 'awaiting_approval',
      currency: 'BTC',
      amount: '0.01000000',
    },
  ],
  [
    'pending, with conversion: 0.00000000 is not an amount that was asked for',
    'callback-pending-exchange',
    {
      provider: 'cryptoprocessing',
      providerId: '132533108',
      reference: 'withdrawal_1230203',
      endUserReference: 'user_12345',
      providerStatus: 'pending',
      meaning: 'awaiting_approval',
      currency: 'EUR',
      convertTo: 'BTC',
      amount: '100.00000000',
      address: 'tb1qj0d4rsczat6dx3yy065g98rrz5hewkrdcrz7je',
    },
  ],
  [
    'declined by the Owner',
    'callback-declined',
    {
      ...destination,
      providerStatus: 'declined',
      meaning: 'declined',
      currency: 'BTC',
      amount: '0.01000000',
      error: 'Declined by user ID:777',
    },
  ],
  [
    'cancelled',
    'callback-cancelled',
    {
      ...destination,
      providerStatus: 'cancelled',
      meaning: 'cancelled',
      currency: 'BTC',
      amount: '0.01000000',
      error: 'Not enough money on balance',
    },
  ],
] as const;

describe('the documents’ callbacks', () => {
  test.each(samples)('%s', (_case, file, record) => {
    const expected = { kind: 'withdrawal', record: { ...record, tag: '' } }; // the samples' null: it has none
    expect(readCallback(provider, sample(`cryptoprocessing/${file}`))).toEqual(expected);
  });

  test.each(samples)('as a look-up’s response: %s', (_case, file, record) => {
    const reading = lookUp?.read(answer(200, sample(`cryptoprocessing/${file}`)), { withdrawalId: 'w-1' });
    expect(reading).toEqual({ ok: true, value: { ...record, tag: '' } });
  });
});

describe('what a callback may hold besides', () => {
  const confirmed = sample('cryptoprocessing/callback-confirmed');
  const recordOf = (fields: Record<string, unknown>) => {
    const reading = readCallback(provider, changed(confirmed, fields));
    if (reading.kind !== 'withdrawal') throw new Error(JSON.stringify(reading));
    return reading.record;
  };
  const transaction = {
    id: 1,
    currency: 'BTC',
    transaction_type: 'blockchain',
    type: 'withdrawal',
    amount: '0.01',
    txid: 'abc',
  };

  test('fees, each under the provider’s name, and ours where it maps', () => {
    const words = ['mining', 'withdrawal', 'exchange', 'transfer', 'deposit', 'constructor'];
    const fees = words.map((type) => ({ type, currency: 'BTC', amount: '0.1' }));
    expect(recordOf({ fees }).fees?.map(({ type, kind }) => [type, kind])).toEqual([
      ['mining', 'network'],
      ['withdrawal', 'service'],
      ['exchange', 'exchange'],
      ['transfer', undefined],
      ['deposit', undefined],
      ['constructor', undefined],
    ]);
  });

  test('amounts as numbers keep their digits', () => {
    const text = confirmed.replace('"amount": "0.01000000"', '"amount": 12345678901234567890.10');
    expect(readCallback(provider, text)).toHaveProperty('record.amount', '12345678901234567890.10');
  });

  test('an internal transfer’s txid is not one of a blockchain', () => {
    const record = recordOf({ transactions: [{ ...transaction, transaction_type: 'internal' }] });
    expect(record).not.toHaveProperty('txid');
  });

  test.each(['cancelled', 'declined'])('but beside %s it is recorded: money that moved is no unpaid end', (status) => {
    const transactions = [{ ...transaction, transaction_type: 'internal' }];
    expect(recordOf({ transactions, status })).toMatchObject({ txid: 'abc', meaning: status });
    expect(recordOf({ transactions: [{ ...transactions[0], txid: null }], status })).not.toHaveProperty('txid');
  });

  test('of two payments neither amount is the one asked for', () => {
    const record = recordOf({ transactions: [transaction, { ...transaction, id: 2 }] });
    expect(record).toMatchObject({ currency: 'BTC', txid: 'abc' });
    expect(record).not.toHaveProperty('amount');
  });

  test('a risk score and a tag', () => {
    const record = recordOf({
      transactions: [{ ...transaction, riskscore: '0.4', confirmations: 3 }],
      crypto_address: { id: 1, currency: 'XRP', address: 'rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY', tag: '77' },
    });
    expect(record).toMatchObject({ risk: { score: '0.4' }, tag: '77' });
  });

  test('where a transaction went, if that is not its destination', () => {
    const destination = { id: 1, currency: 'XRP', address: 'rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY', tag: '77' };
    const { address } = destination;
    const elsewhere = (...transactions: Record<string, unknown>[]) =>
      recordOf({ crypto_address: destination, transactions: transactions.map((more) => ({ ...transaction, ...more })) })
        .otherDestinations;
    expect(elsewhere({ address, tag: '77' }, { address, tag: null }, { address: null }, {})).toBeUndefined();
    expect(elsewhere({ address: 'rElsewhere', tag: '77' }, { address, tag: '78' }, {})).toEqual([
      { address: 'rElsewhere', tag: '77' },
      { address, tag: '78' },
    ]);
  });

  test.each(['withdrawal_instant', 'withdrawal_instant_exchange'])('the type %s', (type) => {
    expect(recordOf({ type })).toMatchObject({ reference: 'operation_987' });
  });

  test.each([
    ['processing', 'processing'],
    ['not_confirmed', 'processing'],
    ['error', 'unrecognised'],
    ['Confirmed', 'unrecognised'],
    ['toString', 'unrecognised'],
  ])('the status %s means %s', (status, meaning) => {
    expect(recordOf({ status })).toMatchObject({ providerStatus: status, meaning });
  });

  test('fields that the documents don’t have', () => {
    expect(recordOf({ network: 'bitcoin' })).toEqual(recordOf({}));
  });
});

describe('callbacks that are not about a withdrawal of ours', () => {
  test('one with a null foreign_id is of a payout made in the dashboard, and not ours', () => {
    for (const provider of [providerOf('cryptoprocessing'), providerOf('alphapo')]) {
      expect(readCallback(provider, changed(confirmed, { foreign_id: null }))).toEqual({ kind: 'not ours' });
      for (const foreign_id of [undefined, 7, {}])
        expect(readCallback(provider, changed(confirmed, { foreign_id }))).toMatchObject({ kind: 'unreadable' });
    }
  });

  test('a look-up of ours that answers a null foreign_id is not believed', () => {
    const key = { withdrawalId: 'operation_987' };
    expect(provider.lookUp?.read(answer(200, confirmed), key)).toMatchObject({ ok: true });
    const reading = provider.lookUp?.read(answer(200, changed(confirmed, { foreign_id: null })), key);
    expect(reading).toMatchObject({ ok: false, failure: { type: 'UnreadableAnswer' } });
  });

  const confirmed = sample('cryptoprocessing/callback-confirmed');

  test.each(['deposit', 'deposit_exchange', 'invoice', 'exchange'])('type %s is not a withdrawal', (type) => {
    expect(readCallback(provider, changed(confirmed, { type }))).toEqual({ kind: 'not a withdrawal', type });
  });

  test.each([
    ['no object', '[1]', 'the body: '],
    ['no type', '{"id":1}', 'type: '],
    ['no foreign_id', changed(confirmed, { foreign_id: undefined }), 'foreign_id: '],
    ['an id that is a text', changed(confirmed, { id: 'abc' }), 'id: '],
    [
      'an amount that is none',
      changed(confirmed, { currency_sent: { currency: 'EUR', amount: 'much' } }),
      'currency_sent.amount: ',
    ],
    ['no destination', changed(confirmed, { crypto_address: undefined }), 'crypto_address: '],
    ['a status that is no word', changed(confirmed, { status: 1 }), 'status: '],
  ])('%s is unreadable, and the problem names the field', (_case, text, start) => {
    const reading = readCallback(provider, text);
    expect(reading).toEqual({ kind: 'unreadable', problem: expect.stringContaining(start) });
  });

  test('the problem holds no value', () => {
    const reading = readCallback(provider, changed(confirmed, { crypto_address: 'Friedrich Müller', fees: 'secret' }));
    expect(JSON.stringify(reading)).not.toMatch(/Friedrich|secret/);
  });
});

describe('a look-up', () => {
  test('is a GET with a signed JSON body that holds our reference alone', () => {
    expect(lookUp?.write({ withdrawalId: 'w-1', providerId: '123' }, NOW)).toMatchObject({
      method: 'GET',
      path: '/api/v2/transactions/info',
      body: '{"foreign_id":"w-1"}',
      headers: { 'X-Processing-Key': 'key' },
    });
  });

  const absent = '{"errors":{"foreign_id":"The selected foreign id is invalid."}}';

  test('absent: the configured status and field, in the shape of validation', () => {
    expect(lookUp?.read(answer(404, absent), { withdrawalId: 'w-1' })).toEqual({ ok: true, value: 'absent' });
  });

  test('absent: another field, once it is configured, and then that one alone', () => {
    const configured = providerOf('cryptoprocessing', { ABSENT_FIELD: 'transaction' }).lookUp;
    const read = (body: string) => configured?.read(answer(404, body), { withdrawalId: 'w-1' });
    expect(read('{"errors":{"transaction":"Not found."}}')).toEqual({ ok: true, value: 'absent' });
    expect(read(absent)).toMatchObject({ ok: false, failure: { type: 'UndocumentedError', field: 'foreign_id' } });
  });

  test.each([
    ['another status', 400, absent, 'UndocumentedError'],
    ['a code', 404, '{"error":"Not found","code":"not_found"}', 'UndocumentedError'],
    ['a code beside the field', 404, absent.replace('}}', '},"error_code":"x"}'), 'UndocumentedError'],
    ['another field', 404, '{"errors":{"id":"Not found"}}', 'UndocumentedError'],
    ['a field that begins alike', 404, '{"errors":{"foreign_id.0":"Not found"}}', 'UndocumentedError'],
    ['a complaint about our key', 404, '{"errors":{"key":"Unknown key."}}', 'UndocumentedError'],
    ['a second complaint', 404, absent.replace('}}', ',"key":"Unknown key."}}'), 'UndocumentedError'],
    ['no complaint', 404, '{"errors":{}}', 'UndocumentedError'],
    [
      'a complaint about the request',
      404,
      '{"errors":{"params":"more than one param is present"}}',
      'UndocumentedError',
    ],
    ['a proxy’s page', 404, '<html>404 Not Found</html>', 'UnreadableAnswer'],
    ['a proxy’s JSON', 404, '{"message":"no Route matched"}', 'UnreadableAnswer'],
    ['nothing at all', 404, '', 'UnreadableAnswer'],
    ['a fault', 502, absent, 'ProviderFault'],
    ['bad credentials', 403, '{"error":"Bad key","code":"bad_header_key"}', 'BadCredentials'],
  ])('not absent: %s', (_case, status, body, type) => {
    const reading = lookUp?.read(answer(status, body), { withdrawalId: 'w-1' });
    expect(reading && failureOf(reading)).toMatchObject({ type, httpStatus: status });
  });

  test('only the status that is configured means absent, and never a documented error', () => {
    const configured = providerOf('cryptoprocessing', { ABSENT_STATUS: '400' }).lookUp;
    const read = (status: number, body: string) => configured?.read(answer(status, body), { withdrawalId: 'w-1' });
    expect(read(400, absent)).toEqual({ ok: true, value: 'absent' });
    expect(read(404, absent)).toMatchObject({ ok: false });
    expect(read(400, '{"error":"…","code":"bad_content_format"}')).toMatchObject({
      ok: false,
      failure: { type: 'InvalidRequest' },
    });
  });
});

test('the second secret of a rotation verifies callbacks, the first one signs requests', () => {
  const { headers } = provider.create.write(request, NOW);
  const only = providerOf('cryptoprocessing', { SECRET: 'new-secret' }).create.write(request, NOW).headers;
  expect(headers).toEqual(only);
});

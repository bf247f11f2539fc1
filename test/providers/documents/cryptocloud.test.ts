import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { withdrawalRequest } from '../../../providers/cryptocloud/wire.js';
import { parseJson } from '../../../providers/http/responses.js';
import { answer, digits, failureOf, NOW, providerOf, receiverOf, requests, valueOf } from '../support.js';

const provider = providerOf('cryptocloud');
const request = requests.cryptocloud;

/** The documents' example values; they show no whole body. */
const withdrawal = '{"invoice_id":"INV-89UX09KA","status":"created","currency":"ETH","amount":0.0029}';

describe('a create', () => {
  test('has the three fields, the amount as a number with the digits that were asked', () => {
    const { method, path, headers, body } = provider.create.write(request, NOW);
    expect({ method, path, headers }).toEqual({
      method: 'POST',
      path: '/v2/invoice/api/out/create',
      headers: { 'Content-Type': 'application/json', Authorization: 'Token key' },
    });
    expect(digits(body)).toEqual({ currency_code: 'ETH', to_address: request.address, amount: 'number 0.003' });
    expect(withdrawalRequest.safeParse(parseJson(body ?? '')).success).toBe(true);
  });

  test.each([
    ['result', 200, `{"status":"success","result":${withdrawal}}`],
    ['data, as in older documents', 201, `{"status":"success","data":${withdrawal}}`],
  ])('is accepted in %s; its amount is net, so it is what is received', (_case, status, body) => {
    expect(valueOf(provider.create.read(answer(status, body), request))).toEqual({
      provider: 'cryptocloud',
      providerId: 'INV-89UX09KA',
      providerStatus: 'created',
      meaning: 'processing',
      currency: 'ETH',
      received: { amount: '0.0029', currency: 'ETH' },
    });
  });

  test('an amount in exponent form keeps its value, in plain digits', () => {
    const body = `{"status":"success","result":${withdrawal.replace('0.0029', '2.9e-7')}}`;
    expect(valueOf(provider.create.read(answer(200, body), request)).received?.amount).toBe('0.00000029');
  });

  test('a status that is in no table is not final', () => {
    const body = `{"status":"success","result":${withdrawal.replace('created', 'done')}}`;
    expect(valueOf(provider.create.read(answer(200, body), request)).meaning).toBe('unrecognised');
  });

  test.each([`{"status":"success"}`, `{"result":${withdrawal}}`, `{"status":"success","result":{"invoice_id":7}}`])(
    'an answer in another shape is unreadable: %s',
    (body) => {
      expect(failureOf(provider.create.read(answer(200, body), request)).type).toBe('UnreadableAnswer');
    },
  );

  test('takes no reference of ours: nothing is looked up, nothing is sent again', () => {
    expect(provider.create.write(request, NOW).body).not.toContain(request.withdrawalId);
    expect(provider).toMatchObject({ mayResend: false, minIntervalMs: 12_000 });
    expect(provider).not.toHaveProperty('lookUp');
    expect(provider).not.toHaveProperty('commit');
  });
});

/** A postback's token, made as another program would make it. */
function token({
  claims = { id: '89UX09KA', exp: NOW.getTime() / 1000 + 300 },
  header = { alg: 'HS256', typ: 'JWT' },
  secret = 'new-secret',
  hash = 'sha256',
}: { claims?: object; header?: object; secret?: string; hash?: string } = {}): string {
  const [head, body] = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac(hash, secret).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
}

const fields = { status: 'success', invoice_id: '89UX09KA', amount_crypto: '0.0029', currency: 'ETH', order_id: '' };

describe('a postback', () => {
  const receiver = receiverOf('cryptocloud');
  const asJson = (values: object) => Buffer.from(JSON.stringify(values));
  const asForm = (values: Record<string, string>) => Buffer.from(new URLSearchParams(values).toString());
  const isAuthentic = (rawBody: Buffer, now = NOW) => receiver.isAuthentic({}, rawBody, now);
  const expiry = NOW.getTime() / 1000;

  test.each([
    ['JSON', asJson({ ...fields, token: token() })],
    ['a form', asForm({ ...fields, token: token() })],
    ['JSON with a nested invoice', asJson({ ...fields, token: token(), invoice_info: { uuid: 'INV-89UX09KA' } })],
    ['signed with the secret before the rotation', asForm({ ...fields, token: token({ secret: 'old-secret' }) })],
    [
      'with the prefix in the token',
      asJson({ ...fields, token: token({ claims: { id: 'INV-89UX09KA', exp: expiry + 1 } }) }),
    ],
    ['with the prefix in the body', asJson({ ...fields, invoice_id: 'INV-89UX09KA', token: token() })],
  ])('is authentic: %s', (_case, rawBody) => {
    expect(isAuthentic(rawBody)).toBe(true);
  });

  const [head, claims, signature] = token().split('.');

  test.each([
    ['another secret', token({ secret: 'other' })],
    ['the API key for a secret', token({ secret: 'key' })],
    ['another algorithm', token({ header: { alg: 'HS512' }, hash: 'sha512' })],
    ['an algorithm that differs from what was done', token({ header: { alg: 'HS512' } })],
    ['the algorithm none', token({ header: { alg: 'none' } })],
    ['no signature', `${head}.${claims}.`],
    ['a part too few', `${head}.${claims}`],
    ['a part too many', `${head}.${claims}.${signature}.`],
    [
      'changed claims',
      `${head}.${Buffer.from('{"id":"89UX09KA","exp":9999999999}').toString('base64url')}.${signature}`,
    ],
    ['an unknown critical extension', token({ header: { alg: 'HS256', crit: ['b64'] } })],
    ['the time of its expiry', token({ claims: { id: '89UX09KA', exp: expiry } })],
    ['no expiry', token({ claims: { id: '89UX09KA' } })],
    ['an expiry that is a text', token({ claims: { id: '89UX09KA', exp: '9999999999' } })],
    ['another invoice’s id', token({ claims: { id: '89UX09KB', exp: expiry + 1 } })],
    ['no id', token({ claims: { exp: expiry + 1 } })],
    ['no claims', token({ claims: [] })],
    ['nothing', ''],
  ])('is not authentic with %s', (_case, presented) => {
    expect(isAuthentic(asJson({ ...fields, token: presented }))).toBe(false);
    expect(isAuthentic(asForm({ ...fields, token: presented }))).toBe(false);
  });

  test('is not authentic any more once its token has expired', () => {
    const rawBody = asJson({ ...fields, token: token() });
    expect(isAuthentic(rawBody, new Date(NOW.getTime() + 299_999))).toBe(true);
    expect(isAuthentic(rawBody, new Date(NOW.getTime() + 300_000))).toBe(false);
  });

  test.each([
    ['without a token', JSON.stringify(fields)],
    ['that is no JSON', '{"status":'],
    ['that is nothing', ''],
  ])('%s is not authentic', (_case, text) => {
    expect(isAuthentic(Buffer.from(text))).toBe(false);
  });

  test.each([
    ['ask', 'success', 'unrecognised'],
    ['confirm', 'success', 'confirmed'],
    ['confirm', 'canceled', 'unrecognised'],
    ['confirm', 'Success', 'unrecognised'],
  ])('%s: the status %s means %s', (POSTBACK, status, meaning) => {
    const callbacks = receiverOf('cryptocloud', { POSTBACK, SANDBOX: 'true' });
    const values = { ...fields, status, token: token() };
    const record = { provider: 'cryptocloud', providerId: 'INV-89UX09KA', providerStatus: status, meaning };
    for (const rawBody of [asJson(values), asForm(values)]) {
      expect(callbacks.read(callbacks.parse(rawBody))).toEqual({ kind: 'withdrawal', record });
    }
  });

  test('is unreadable without its fields', () => {
    expect(receiver.read({ token: 'x' })).toEqual({
      kind: 'unreadable',
      problem: expect.stringContaining('invoice_id: '),
    });
  });

  test('in neither of its forms has no fields', () => {
    expect(receiver.parse(Buffer.from('hello'))).toBeUndefined();
    expect(receiver.parse(Buffer.from('{"status":'))).toBeUndefined();
  });
});

import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { cryptocloudRequest } from '../../support/simulator/documented-requests.js';
import { record } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

const evm = '0x3963430000000000000000000000210945346fb8';
const tron = 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8';
const body = (currency: unknown, address: unknown, amount: string) =>
  `{"currency_code":${JSON.stringify(currency)},"to_address":${JSON.stringify(address)},"amount":${amount}}`;

test("the documents' request gets the documents' response: numbers, less the fee", async () => {
  const reply = await simulator.cryptocloud(cryptocloudRequest);
  expect(reply.status).toBe(200);
  expect(reply.json).toEqual({
    status: 'success',
    result: {
      invoice_id: expect.stringMatching(/^INV-[A-Z0-9]{8}$/),
      status: 'created',
      currency: 'ETH',
      amount: 0.0029,
    },
  });
  await simulator.advance(1000);
  expect(await simulator.ledger()).toMatchObject([
    { provider: 'cryptocloud', reference: null, currency: 'ETH', amount: '0.003', status: 'confirmed', debits: 1 },
  ]);
});

test('an exact number keeps every digit', async () => {
  const reply = await simulator.cryptocloud(body('ETH', evm, '100.000000000000000003'));
  expect(reply.text).toContain('"amount":96.666666670000000003');
});

test.each([
  ['no key', undefined, 400, { status: 'error', result: { authorization: 'Unauthorized request.' } }],
  ['no Token', 'test-key', 400, { status: 'error', result: { authorization: 'Unauthorized request.' } }],
  ['a wrong key', 'Token other', 403, { detail: 'Signature verification failed' }],
])('%s is refused, and does not start the twelve seconds', async (_case, authorization, status, body) => {
  const reply = await simulator.cryptocloud(cryptocloudRequest, { authorization });
  expect([reply.status, reply.json]).toEqual([status, body]);
  expect((await simulator.cryptocloud(cryptocloudRequest)).status).toBe(200);
});

test.each([
  ['a missing field', '{"currency_code":"ETH","amount":1}', ['required_parameter']],
  ['an unknown field', cryptocloudRequest.replace('{', '{"order_id":"1",'), ['validate_error']],
  ['no JSON', 'currency_code=ETH', ['validate_error']],
  ['an unknown currency', body('USDT', evm, '1'), ['currency_code']],
  ["another chain's address", body('USDT_TRC20', evm, '1'), ['network']],
  ['an amount as text', body('ETH', evm, '"1"'), ['uncorrected_amount']],
  ['an amount too small', body('ETH', evm, '0.000000001'), ['uncorrected_amount']],
  ['an amount over the balance', body('ETH', evm, '1000001'), ['uncorrected_amount']],
  ['two mistakes', body('USDT', evm, '0'), ['currency_code', 'uncorrected_amount']],
])('%s gets its documented key', async (_case, text, keys) => {
  const reply = await simulator.cryptocloud(text);
  expect(reply.status).toBe(400);
  expect(record(reply.json)['status']).toBe('error');
  expect(Object.keys(record(record(reply.json)['result']))).toEqual(keys);
  expect(await simulator.ledger()).toEqual([]);
});

test.each(
  'BTC LTC TRX SOL TON BNB ETH ETH_ARB ETH_BASE ETH_OPT USDT_ARB USDT_BSC USDT_ERC20 USDT_OPT USDT_SOL USDT_TON USDT_TRC20 USDC_ARB USDC_BASE USDC_BSC USDC_ERC20 USDC_OPT USDC_SOL DAI_ARB DAI_BASE DAI_BSC DAI_ERC20 DAI_OPT USDD_TRC20 PYUSD_ERC20 PYUSD_SOL XAUT_ERC20 XAUT_TON ARB_ARB OP_OPT PEPE_BSC PEPE_ERC20 SHIB_BSC SHIB_ERC20 TRUMP_SOL'.split(
    ' ',
  ),
)('%s of the documents is known', async (code) => {
  // No chain takes this address, so the currency is all that is judged.
  const reply = await simulator.cryptocloud(body(code, '?', '1'));
  expect(Object.keys(record(record(reply.json)['result']))).toEqual(['network']);
});

describe('twelve seconds', () => {
  test('a create within the twelve seconds is a rate limit, which starts no new wait; a repeat after them is a second payout', async () => {
    const usdt = body('USDT_TRC20', tron, '10');
    expect((await simulator.cryptocloud(usdt)).status).toBe(200);
    await simulator.advance(11_500);
    const soon = await simulator.cryptocloud(usdt);
    expect([soon.status, Object.keys(record(record(soon.json)['result']))]).toEqual([400, ['rate_limit']]);
    await simulator.advance(500);
    expect((await simulator.cryptocloud(usdt)).status).toBe(200);
    expect(await simulator.ledger()).toMatchObject([{ amount: '10' }, { amount: '10' }]);
  });

  test('a refused create starts the twelve seconds, too', async () => {
    await simulator.cryptocloud(body('USDT', evm, '1'));
    expect((await simulator.cryptocloud(cryptocloudRequest)).text).toContain('rate_limit');
  });

  test('the twelve seconds can be made shorter', async () => {
    await simulator.control('PUT', '/limits', { cryptocloud: { intervalMs: 0 } });
    await simulator.cryptocloud(cryptocloudRequest);
    expect((await simulator.cryptocloud(cryptocloudRequest)).status).toBe(200);
  });
});

test('by default no callback is sent, since none is documented', async () => {
  await simulator.cryptocloud(cryptocloudRequest);
  await simulator.advance(60_000);
  expect(await simulator.control('GET', '/callbacks')).toEqual([]);
});

describe('the postback', () => {
  const claimsOf = (token: string) => {
    const [head, claims, signature] = token.split('.');
    const expected = createHmac('sha256', 'test-project-secret').update(`${head}.${claims}`).digest('base64url');
    expect(signature).toBe(expected);
    expect(JSON.parse(Buffer.from(head ?? '', 'base64url').toString())).toEqual({ alg: 'HS256', typ: 'JWT' });
    return record(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()));
  };

  test.each([
    ['json', '100.9301'],
    ['form', '100.9302'],
  ])('the postback as %s, by magic value, names the invoice in a five-minute token', async (form, amount) => {
    await simulator.cryptocloud(body('USDT_TRC20', tron, amount));
    await simulator.advance(1000);
    await simulator.untilCallbacks(1);
    const [row] = await simulator.ledger();
    const text = simulator.callbacks[0]?.body ?? '';
    const fields = form === 'json' ? record(JSON.parse(text)) : Object.fromEntries(new URLSearchParams(text));
    expect(simulator.callbacks[0]?.headers['content-type']).toContain(
      form === 'json' ? 'json' : 'x-www-form-urlencoded',
    );
    expect(fields).toMatchObject({ status: 'success', currency: 'USDT_TRC20' });
    expect(`INV-${String(fields['invoice_id'])}`).toBe(row?.['providerId']);
    const claims = claimsOf(String(fields['token']));
    expect(claims['id']).toBe(row?.['providerId']);
    expect(Number(claims['exp']) - Date.now() / 1000).toBeGreaterThan(290);
    expect(Number(claims['exp']) - Date.now() / 1000).toBeLessThanOrEqual(300);
  });

  test('the postback as a mode is sent for every payout', async () => {
    await simulator.control('PUT', '/modes', { postback: 'json' });
    await simulator.cryptocloud(cryptocloudRequest);
    await simulator.advance(1000);
    await simulator.untilCallbacks(1);
    expect(simulator.callbacks[0]?.body).toContain('"amount_crypto":0.0029');
  });
});

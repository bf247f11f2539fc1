import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'undici';

/** A withdrawal's callback in the form of CryptoProcessing's documents. */
export function callbackBody(fields: Record<string, unknown> = {}): string {
  const address = 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm';
  const transaction = { id: 999, currency: 'BTC', transaction_type: 'blockchain', type: 'withdrawal' };
  return JSON.stringify({
    id: 134702815,
    foreign_id: 'operation_987',
    end_user_reference: 'user_12345',
    type: 'withdrawal',
    crypto_address: { id: 123, currency: 'BTC', address, tag: null },
    transactions: [{ ...transaction, address, tag: null, amount: '0.01000000', txid: null, confirmations: '0' }],
    fees: [],
    error: '',
    status: 'pending',
    ...fields,
  });
}

/** HMAC of the raw body in lower-case hex, as the documents say; SHA512 is the processing family's. */
export function signatureOf(body: string | Buffer, secret = 'test-secret', digest = 'sha512'): string {
  return createHmac(digest, secret).update(body).digest('hex');
}

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export type Headers = Record<string, string | string[] | undefined>;

/** Posts a callback as a provider would: signed, unless other headers say otherwise (undefined leaves one out). */
export function post(bridge: string, body: string | Buffer, headers: Headers = {}, provider = 'cryptoprocessing') {
  const all: Headers = {
    'content-type': 'application/json',
    'x-processing-key': 'test-key',
    'x-processing-signature': signatureOf(body),
    ...headers,
  };
  return fetched(`${bridge}/callbacks/${provider}`, {
    method: 'POST',
    body,
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  });
}

export async function fetched(url: string, options: Parameters<typeof request>[1] = {}): Promise<Reply> {
  const { statusCode, headers, body } = await request(url, options);
  return { status: statusCode, headers, text: await body.text() };
}

/** CryptoCloud's postback of an invoice: signed is the token, which names the invoice and nothing else. */
export function postback(invoice: string, status = 'success', secret = 'test-project-secret'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { id: `INV-${invoice}`, exp: Math.floor(Date.now() / 1_000) + 300 };
  const text = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
  const token = `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  return JSON.stringify({ status, invoice_id: invoice, amount_crypto: 15.9, currency: 'USDT', token });
}

import { createHmac } from 'node:crypto';
import { stringify } from 'lossless-json';
import type { Credentials } from '../../behaviour/credentials.js';
import { parseObject } from '../../http/json.js';
import type { HttpResponse, CallbackBody, HttpRequest, SignedCallback } from '../provider.js';
import { unauthorized, wrongKey } from './errors.js';

const fiveMinutes = 5 * 60;

/** The refusal of a request without our key; null if it may pass. Nothing of a request is signed. */
export function refusalOf({ headers }: HttpRequest, { key }: Credentials): HttpResponse | null {
  const token = /^Token (\S+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return unauthorized;
  return token === key ? null : wrongKey;
}

/** The postback's token: HS256 with the project's secret, five minutes, naming the invoice and nothing else. */
export function tokenFor(invoice: string, projectSecret: string, now: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ id: invoice, exp: Math.floor(now / 1000) + fiveMinutes })}`;
  return `${text}.${createHmac('sha256', projectSecret).update(text).digest('base64url')}`;
}

/** Puts a new token into the body of each attempt: there is no signature header. */
export function signPostback(
  { contentType, body }: CallbackBody,
  { projectSecret }: Credentials,
  now: number,
): SignedCallback {
  const postback = parseObject(body);
  const invoice = postback?.['invoice_id'];
  if (!postback || typeof invoice !== 'string') return { contentType, body, headers: {} };
  const signed = { ...postback, token: tokenFor(`INV-${invoice}`, projectSecret, now) };
  if (contentType === 'application/json') return { contentType, body: stringify(signed) ?? '', headers: {} };
  const fields = Object.entries(signed).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : (stringify(value) ?? ''),
  ]);
  return { contentType, body: new URLSearchParams(fields).toString(), headers: {} };
}

import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../../behaviour/credentials.js';
import type { HttpResponse, CallbackBody, HttpRequest, SignedCallback } from '../provider.js';
import { unauthenticated } from './errors.js';

const fifteenMinutes = 15 * 60_000;

/** `Thu, 6 Jan 2022 12:09:25 GMT`; a recorded exchange of the PHP client has `+0000` in place of GMT. */
const httpDate =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (GMT|\+0000)$/;

/** base64 HMAC-SHA1 over method, MD5 of the body (nothing for an empty one), content type, date and path, line by line. */
export function signatureOf(
  request: { method: string; body: Buffer | string; contentType: string; date: string; path: string },
  secret: string,
): string {
  const { method, body, contentType, date, path } = request;
  const digest = body.length === 0 ? '' : createHash('md5').update(body).digest('hex');
  return createHmac('sha1', secret).update([method, digest, contentType, date, path].join('\n')).digest('base64');
}

/** The refusal of a request that isn't from us or whose Date is over 15 minutes off; null if it may pass. */
export function refusalOf(request: HttpRequest, { key, secret }: Credentials, now: number): HttpResponse | null {
  const { authorization, date, 'content-type': contentType } = request.headers;
  if (contentType !== 'application/json' || date === undefined || !httpDate.test(date)) return unauthenticated();
  if (Math.abs(now - Date.parse(date)) > fifteenMinutes) return unauthenticated();
  const expected = `HMAC ${key}:${signatureOf({ ...request, contentType, date }, secret)}`;
  return authorization === expected ? null : unauthenticated();
}

export function callbackSignatureOf(body: string, callbackSecret: string): string {
  return createHmac('sha256', callbackSecret).update(body).digest('hex');
}

/** Callbacks have a secret of their own. */
export function signCallback({ contentType, body }: CallbackBody, { callbackSecret }: Credentials): SignedCallback {
  return { contentType, body, headers: { 'x-cryptopay-signature': callbackSignatureOf(body, callbackSecret) } };
}

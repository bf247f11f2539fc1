import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from '../provider.js';

const CONTENT_TYPE = 'application/json';

export interface Credentials {
  apiKey: string;
  /** Signs requests. */
  apiSecret: string;
}

/** What the signature covers: five parts, the second one empty where there is no body. */
export function signature(
  method: string,
  path: string,
  body: string | undefined,
  date: string,
  secret: string,
): string {
  const bodyHash = body === undefined ? '' : createHash('md5').update(body).digest('hex');
  const text = [method, bodyHash, CONTENT_TYPE, date, path].join('\n');
  return createHmac('sha1', secret).update(text).digest('base64');
}

/** A request signed for this very attempt: its `Date` may be at most 15 minutes off. */
export function signed(
  { method, path, body }: Omit<HttpRequest, 'headers'>,
  now: Date,
  { apiKey, apiSecret }: Credentials,
): HttpRequest {
  const date = now.toUTCString();
  return {
    method,
    path,
    headers: {
      'Content-Type': CONTENT_TYPE,
      Date: date,
      Authorization: `HMAC ${apiKey}:${signature(method, path, body, date, apiSecret)}`,
    },
    ...(body !== undefined && { body }),
  };
}

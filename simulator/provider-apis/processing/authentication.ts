import { createHmac } from 'node:crypto';
import type { Credentials } from '../../behaviour/credentials.js';
import type { HttpResponse, CallbackBody, HttpRequest, SignedCallback } from '../provider.js';
import {
  badContentFormat,
  badHeaderKey,
  badHeaderSignature,
  requiredHeaderKey,
  requiredHeaderSignature,
} from './errors.js';

/** Lower-case hex HMAC-SHA512 of the raw body: nothing else of a request is signed. */
export function signatureOf(body: Buffer | string, secret: string): string {
  return createHmac('sha512', secret).update(body).digest('hex');
}

/** The refusal of a request that isn't from us, or isn't JSON by its header; null if it may pass. */
export function refusalOf({ headers, body }: HttpRequest, { key, secret }: Credentials): HttpResponse | null {
  if (headers['x-processing-key'] === undefined) return requiredHeaderKey;
  if (headers['x-processing-key'] !== key) return badHeaderKey;
  if (headers['x-processing-signature'] === undefined) return requiredHeaderSignature;
  if (headers['x-processing-signature'] !== signatureOf(body, secret)) return badHeaderSignature;
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return badContentFormat;
  return null;
}

/** Callbacks are signed with the same key pair as requests. */
export function signCallback({ contentType, body }: CallbackBody, { key, secret }: Credentials): SignedCallback {
  return {
    contentType,
    body,
    headers: { 'x-processing-key': key, 'x-processing-signature': signatureOf(body, secret) },
  };
}

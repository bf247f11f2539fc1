import type { Headers } from '../http/headers.js';
import type { HttpRequest } from '../provider.js';
import { hmacHex, isSignedByAny } from '../http/signatures.js';

/** The account's key, and its secrets: the first one signs, any of them verifies callbacks. */
export interface Credentials {
  apiKey: string;
  secrets: readonly [string, ...string[]];
}

/** A JSON request with its signature: HMAC-SHA512 of the exact body, and of nothing else. */
export function signed(
  method: HttpRequest['method'],
  path: string,
  body: string,
  credentials: Credentials,
): HttpRequest {
  return {
    method,
    path,
    headers: {
      'Content-Type': 'application/json',
      'X-Processing-Key': credentials.apiKey,
      'X-Processing-Signature': hmacHex('sha512', credentials.secrets[0], body),
    },
    body,
  };
}

/**
 * True if the callback carries a signature of ours. `X-Processing-Key` is not compared: the documents don't ask for it, the
 * signature doesn't cover it, and keys rotate.
 */
export function isAuthentic(headers: Headers, rawBody: Buffer, secrets: readonly string[]): boolean {
  return isSignedByAny('sha512', secrets, rawBody, headers['x-processing-signature']);
}

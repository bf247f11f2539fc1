import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { HttpRequest } from '../provider.js';
import { isSameText } from '../http/signatures.js';
import { tokenClaims } from './wire.js';

/** A request under a key; nothing of it is signed. */
export function withToken(path: string, body: string, apiKey: string): HttpRequest {
  return {
    method: 'POST',
    path,
    headers: { 'Content-Type': 'application/json', Authorization: `Token ${apiKey}` },
    body,
  };
}

/** A token that asks for anything but plain HS256 is refused, `none` and extensions included. */
const tokenHeader = z.object({ alg: z.literal('HS256'), crit: z.undefined().optional() });

/** True if the token is a JWT (HS256) of one of the secrets, unexpired, for this id. */
export function isTokenOf(id: string, token: string, now: Date, secrets: readonly string[]): boolean {
  const [header, claims, signature, ...rest] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) return false;
  const isSigned = secrets.map((secret) => isSameText(hs256(`${header}.${claims}`, secret), signature)).includes(true);
  if (!isSigned || !tokenHeader.safeParse(decoded(header)).success) return false;
  const read = tokenClaims.safeParse(decoded(claims));
  if (!read.success || read.data.exp * 1000 <= now.getTime()) return false;
  return read.data.id === id || read.data.id === `INV-${id}`;
}

function hs256(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

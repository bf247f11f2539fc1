import { z } from 'zod';
import type { Headers } from '../http/headers.js';
import type { CallbackReading } from '../provider.js';
import { isSignedByAny } from '../http/signatures.js';
import { problemsOf } from '../http/wire-fields.js';
import { toRecord } from './records.js';
import { withdrawalCallback } from './wire.js';

/** True if one of the callback secrets, which are not the API's, signed these exact bytes (§3.6). */
export function isAuthentic(headers: Headers, rawBody: Buffer, secrets: readonly string[]): boolean {
  return isSignedByAny('sha256', secrets, rawBody, headers['x-cryptopay-signature']);
}

const typed = z.object({ type: z.string() });
const withoutReference = z.object({ data: z.object({ custom_id: z.null() }) });

/** Reads a verified callback. */
export function readCallback(body: unknown): CallbackReading {
  const kind = typed.safeParse(body);
  if (!kind.success) return { kind: 'unreadable', problem: problemsOf(kind.error) };
  const { type } = kind.data;
  if (type !== 'CoinWithdrawal') return { kind: 'not a withdrawal', type };
  if (withoutReference.safeParse(body).success) return { kind: 'not ours' };
  const news = withdrawalCallback.safeParse(body);
  return news.success
    ? { kind: 'withdrawal', record: toRecord(news.data.data, { committed: false }) }
    : { kind: 'unreadable', problem: problemsOf(news.error) };
}

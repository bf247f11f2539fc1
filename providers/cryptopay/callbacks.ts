import { z } from 'zod';
import type { Headers } from '../http/headers.js';
import type { CallbackContent } from '../provider.js';
import { isSignedByAny } from '../http/signatures.js';
import { problemsOf } from '../http/wire-fields.js';
import { toRecord } from './records.js';
import { withdrawalCallback } from './wire.js';

/** True if one of the callback secrets, which are not the API's, signed these exact bytes. */
export function isAuthentic(headers: Headers, rawBody: Buffer, secrets: readonly string[]): boolean {
  return isSignedByAny('sha256', secrets, rawBody, headers['x-cryptopay-signature']);
}

const typed = z.object({ type: z.string() });
const withoutReference = z.object({ data: z.object({ custom_id: z.null() }) });

/** Reads a verified callback. */
export function readCallback(body: unknown): CallbackContent {
  const parsedType = typed.safeParse(body);
  if (!parsedType.success) return { kind: 'unreadable', problem: problemsOf(parsedType.error) };
  const { type } = parsedType.data;
  if (type !== 'CoinWithdrawal') return { kind: 'not a withdrawal', type };
  if (withoutReference.safeParse(body).success) return { kind: 'not ours' };
  const parsed = withdrawalCallback.safeParse(body);
  return parsed.success
    ? { kind: 'withdrawal', record: toRecord(parsed.data.data, { committed: false }) }
    : { kind: 'unreadable', problem: problemsOf(parsed.error) };
}

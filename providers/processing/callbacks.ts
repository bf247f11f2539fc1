import { z } from 'zod';
import type { ProviderName } from '../../domain/providers/index.js';
import type { CallbackContent } from '../provider.js';
import { problemsOf } from '../http/wire-fields.js';
import { toRecord } from './records.js';
import { wireWithdrawal, withdrawalTypes } from './wire.js';

const typed = z.object({ type: z.string() });
const withoutReference = z.object({ foreign_id: z.null() });

/** Reads a verified callback. */
export function readCallback(provider: ProviderName, body: unknown): CallbackContent {
  const parsedType = typed.safeParse(body);
  if (!parsedType.success) return { kind: 'unreadable', problem: problemsOf(parsedType.error) };
  const { type } = parsedType.data;
  if (!withdrawalTypes.some((known) => known === type)) {
    // A type of withdrawal that the documents don't know yet is about money all the same.
    if (type.startsWith('withdrawal'))
      return { kind: 'unreadable', problem: 'type: a kind of withdrawal in no document' };
    return { kind: 'not a withdrawal', type };
  }
  if (withoutReference.safeParse(body).success) return { kind: 'not ours' };
  const parsed = wireWithdrawal.safeParse(body);
  return parsed.success
    ? { kind: 'withdrawal', record: toRecord(provider, parsed.data) }
    : { kind: 'unreadable', problem: problemsOf(parsed.error) };
}

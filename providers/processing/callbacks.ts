import { z } from 'zod';
import type { ProviderName } from '../../domain/providers/index.js';
import type { CallbackReading } from '../provider.js';
import { problemsOf } from '../http/wire-fields.js';
import { newsRecord } from './records.js';
import { withdrawalNews, withdrawalTypes } from './wire.js';

const typed = z.object({ type: z.string() });
const withoutReference = z.object({ foreign_id: z.null() });

/** Reads a verified callback. */
export function readCallback(provider: ProviderName, body: unknown): CallbackReading {
  const kind = typed.safeParse(body);
  if (!kind.success) return { kind: 'unreadable', problem: problemsOf(kind.error) };
  const { type } = kind.data;
  if (!withdrawalTypes.some((known) => known === type)) {
    // A kind of withdrawal that the documents don't know yet is news of money all the same.
    if (type.startsWith('withdrawal'))
      return { kind: 'unreadable', problem: 'type: a kind of withdrawal in no document' };
    return { kind: 'not a withdrawal', type };
  }
  if (withoutReference.safeParse(body).success) return { kind: 'not ours' };
  const news = withdrawalNews.safeParse(body);
  return news.success
    ? { kind: 'withdrawal', record: newsRecord(provider, news.data) }
    : { kind: 'unreadable', problem: problemsOf(news.error) };
}

import { z } from 'zod';
import type { ProviderName } from '../../domain/matrix.js';
import type { CallbackReading } from '../provider.js';
import { problemsOf } from '../wire.js';
import { newsRecord } from './records.js';
import { withdrawalNews, withdrawalTypes } from './wire.js';

const typed = z.object({ type: z.string() });

/** Reads a verified callback. */
export function readCallback(provider: ProviderName, body: unknown): CallbackReading {
  const kind = typed.safeParse(body);
  if (!kind.success) return { kind: 'unreadable', problem: problemsOf(kind.error) };
  const { type } = kind.data;
  if (!withdrawalTypes.some((known) => known === type)) return { kind: 'not a withdrawal', type };
  const news = withdrawalNews.safeParse(body);
  return news.success
    ? { kind: 'withdrawal', record: newsRecord(provider, news.data) }
    : { kind: 'unreadable', problem: problemsOf(news.error) };
}

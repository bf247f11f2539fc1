import type { z } from 'zod';
import { parseJson } from '../http/responses.js';
import type { CallbackContent } from '../provider.js';
import { problemsOf } from '../http/wire-fields.js';
import { statuses } from './records.js';
import { isTokenOf } from './signing.js';
import { postback } from './wire.js';

const PREFIX = 'INV-';

/** The fields of a postback, which comes as JSON or as a form; undefined if it is neither. */
export function parsePostback(rawBody: Buffer): unknown {
  const text = rawBody.toString('utf8');
  if (/^\s*[{[]/.test(text)) return parseJson(text);
  const form = new URLSearchParams(text);
  return form.has('token') ? Object.fromEntries(form) : undefined;
}

const signedPart = postback.pick({ invoice_id: true, token: true });

/** True if the postback's token is signed by one of the project's secrets, unexpired, and carries this invoice's id. */
export function isAuthentic(rawBody: Buffer, now: Date, secrets: readonly string[]): boolean {
  const parsed = signedPart.safeParse(parsePostback(rawBody));
  return parsed.success && isTokenOf(bareId(parsed.data), parsed.data.token, now, secrets);
}

/**
 * Reads a verified postback. Its token covers the id alone: nothing else in it is taken over, and its status counts only
 * where `CRYPTOCLOUD_POSTBACK=confirm` says so; else it is one that we don't recognise, so a person is asked.
 */
export function readPostback(body: unknown, mode: 'ask' | 'confirm'): CallbackContent {
  const parsed = postback.safeParse(body);
  if (!parsed.success) return { kind: 'unreadable', problem: problemsOf(parsed.error) };
  const { status } = parsed.data;
  const succeeds = mode === 'confirm' && status === 'success';
  return {
    kind: 'withdrawal',
    record: {
      provider: 'cryptocloud',
      providerId: PREFIX + bareId(parsed.data),
      providerStatus: status,
      meaning: succeeds ? 'confirmed' : (statuses.get(status) ?? 'unrecognised'),
    },
  };
}

function bareId({ invoice_id: id }: z.output<typeof signedPart>): string {
  return id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id;
}

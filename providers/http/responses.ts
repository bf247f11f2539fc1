import { parse } from 'lossless-json';
import type { z } from 'zod';
import type { Failure } from '../../domain/failures.js';
import { gravest } from '../../domain/failures.js';
import type { Call, Complaint, FailureRow } from '../failures.js';
import { failureOf } from '../failures.js';
import type { Headers } from './headers.js';
import type { HttpAnswer, Reading } from '../provider.js';
import { problemsOf } from './wire-fields.js';

/** How one provider's errors are told and understood. */
export interface ErrorRules {
  /** The complaints of an answer in the provider's own error shape; undefined if it is not in that shape. */
  complaintsIn: (json: unknown, httpStatus: number) => Complaint[] | undefined;
  table: readonly FailureRow[];
  /** How long to wait when a rate limit is complained of and no `Retry-After` says it, in ms. */
  rateLimitMs?: number;
}

/** How the answer to one call is read. */
export interface AnswerRules<Wire, Value> {
  call: Call;
  /** The documented shape of success. */
  shape: z.ZodType<Wire>;
  /** What an answer in that shape says. */
  says: (wire: Wire) => Value;
  errors: ErrorRules;
}

/** The text's JSON, with numbers as lossless-json's `LosslessNumber`; undefined if it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** Reads any answer: what was asked for, or a failure, which is unknown wherever the documents don't say better. */
export function readAnswer<Wire, Value>(answer: HttpAnswer, rules: AnswerRules<Wire, Value>): Reading<Value> {
  const json = parseJson(answer.body);
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const parsed = rules.shape.safeParse(json);
  if (isSuccess && parsed.success) return { ok: true, value: rules.says(parsed.data) };
  const complaint = complaintOf(answer, json, rules.call, rules.errors);
  if (answer.status >= 500) return failed({ ...complaint, type: 'ProviderFault', httpStatus: answer.status });
  if (complaint !== undefined) return failed(complaint);
  if (json === undefined) return unreadable(answer, 'the body is no JSON');
  if (!isSuccess || parsed.success) return unreadable(answer, 'the body is not in the provider’s error shape');
  return unreadable(answer, problemsOf(parsed.error));
}

/**
 * The one complaint of a look-up's answer that can say "no such withdrawal"; undefined where it complains of several things, or where
 * its table has a line for what it says: then it says something else.
 */
export function soleComplaint(answer: HttpAnswer, { complaintsIn, table }: ErrorRules): Complaint | undefined {
  const [complaint, ...others] = complaintsIn(parseJson(answer.body), answer.status) ?? [];
  if (complaint === undefined || others.length > 0) return undefined;
  return failureOf(complaint, answer.status, 'look-up', table).type === 'UndocumentedError' ? complaint : undefined;
}

/** The gravest complaint of an answer in the provider's own error shape; undefined if it is not in that shape. */
function complaintOf(answer: HttpAnswer, json: unknown, call: Call, errors: ErrorRules): Failure | undefined {
  const complaints = errors.complaintsIn(json, answer.status);
  if (complaints === undefined) return undefined;
  const [first = {}, ...others] = complaints;
  const toFailure = (complaint: Complaint) => failureOf(complaint, answer.status, call, errors.table);
  const failure = gravest([toFailure(first), ...others.map(toFailure)]);
  if (failure.type !== 'RateLimited') return failure;
  const retryAfterMs = retryAfterOf(answer.headers) ?? errors.rateLimitMs;
  return { ...failure, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** RFC 9110 `Retry-After`: seconds, or a date, which is read against the answer's own `Date`. */
function retryAfterOf({ 'retry-after': after, date }: Headers): number | undefined {
  if (after === undefined) return undefined;
  if (/^\d{1,6}$/.test(after)) return Number(after) * 1000;
  const wait = Date.parse(after) - Date.parse(date ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function unreadable(answer: HttpAnswer, message: string): Reading<never> {
  return failed({ type: 'UnreadableAnswer', httpStatus: answer.status, message });
}

function failed(failure: Failure): Reading<never> {
  return { ok: false, failure };
}

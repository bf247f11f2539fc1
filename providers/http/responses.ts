import { parse } from 'lossless-json';
import type { z } from 'zod';
import type { Failure } from '../../domain/failures.js';
import { mostSevere } from '../../domain/failures.js';
import type { Call, Complaint, FailureRow } from '../failures.js';
import { classifyComplaint } from '../failures.js';
import type { Headers } from './headers.js';
import type { HttpResponse, ResponseResult } from '../provider.js';
import { problemsOf } from './wire-fields.js';

/** How one provider's errors are written, and what they mean. */
export interface ErrorRules {
  /** The complaints of a response in the provider's own error shape; undefined if it is not in that shape. */
  complaintsIn: (json: unknown, httpStatus: number) => Complaint[] | undefined;
  table: readonly FailureRow[];
  /** How long to wait when a rate limit is complained of and no `Retry-After` says it, in ms. */
  rateLimitMs?: number;
}

/** How the response to one call is read. */
export interface ResponseRules<Wire, Value> {
  call: Call;
  /** The documented shape of success. */
  shape: z.ZodType<Wire>;
  /** What a response in that shape says. */
  toValue: (wire: Wire) => Value;
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

/** Reads any response: what was asked for, or a failure, which is unknown wherever the documents don't say better. */
export function readResponse<Wire, Value>(
  response: HttpResponse,
  rules: ResponseRules<Wire, Value>,
): ResponseResult<Value> {
  const json = parseJson(response.body);
  const isSuccess = response.status >= 200 && response.status < 300;
  const parsed = rules.shape.safeParse(json);
  if (isSuccess && parsed.success) return { ok: true, value: rules.toValue(parsed.data) };
  const complaint = complaintOf(response, json, rules.call, rules.errors);
  if (response.status >= 500) return failed({ ...complaint, type: 'ProviderFault', httpStatus: response.status });
  if (complaint !== undefined) return failed(complaint);
  if (json === undefined) return unreadable(response, 'the body is no JSON');
  if (!isSuccess || parsed.success) return unreadable(response, 'the body is not in the provider’s error shape');
  return unreadable(response, problemsOf(parsed.error));
}

/**
 * The one complaint of a look-up's response that can say "no such withdrawal"; undefined where it complains of several things, or where
 * its table has a line for what it says: then it says something else.
 */
export function soleComplaint(response: HttpResponse, { complaintsIn, table }: ErrorRules): Complaint | undefined {
  const [complaint, ...others] = complaintsIn(parseJson(response.body), response.status) ?? [];
  if (complaint === undefined || others.length > 0) return undefined;
  return classifyComplaint(complaint, response.status, 'look-up', table).type === 'UndocumentedError'
    ? complaint
    : undefined;
}

/** The most severe complaint of a response in the provider's own error shape; undefined if it is not in that shape. */
function complaintOf(response: HttpResponse, json: unknown, call: Call, errors: ErrorRules): Failure | undefined {
  const complaints = errors.complaintsIn(json, response.status);
  if (complaints === undefined) return undefined;
  const [first = {}, ...others] = complaints;
  const toFailure = (complaint: Complaint) => classifyComplaint(complaint, response.status, call, errors.table);
  const failure = mostSevere([toFailure(first), ...others.map(toFailure)]);
  if (failure.type !== 'RateLimited') return failure;
  const retryAfterMs = retryAfterOf(response.headers) ?? errors.rateLimitMs;
  return { ...failure, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** RFC 9110 `Retry-After`: seconds, or a date, which is read against the response's own `Date`. */
function retryAfterOf({ 'retry-after': after, date }: Headers): number | undefined {
  if (after === undefined) return undefined;
  if (/^\d{1,6}$/.test(after)) return Number(after) * 1000;
  const wait = Date.parse(after) - Date.parse(date ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function unreadable(response: HttpResponse, message: string): ResponseResult<never> {
  return failed({ type: 'UnreadableAnswer', httpStatus: response.status, message });
}

function failed(failure: Failure): ResponseResult<never> {
  return { ok: false, failure };
}

import { request, type Dispatcher } from 'undici';

/** An HTTP response, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** The parsed body, for matchers; undefined if it is no JSON. */
  readonly json: unknown;
}

export async function send(url: string, options: Parameters<typeof request>[1]): Promise<Reply> {
  const response = await request(url, options);
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON array of objects; anything else fails the test. */
export function rows(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new Error('not an array');
  return value.map(record);
}

/** A JSON object; anything else fails the test. */
export function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`not an object: ${String(value)}`);
  return { ...value };
}

/** The `data` of a response. */
export function dataOf(reply: Reply): Record<string, unknown> {
  return record(record(reply.json)['data']);
}

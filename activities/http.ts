import { buildConnector, Client } from 'undici';
import type { Failure } from '../domain/failures.js';
import { fieldsOf } from '../domain/validation/fields.js';
import { durations } from '../domain/timeouts/durations.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import { singleValues } from '../providers/http/headers.js';
import type { HttpResponse, HttpRequest } from '../providers/provider.js';

/** How long a call may take, and how much may come back. Together a little under the activities' start-to-close time-out. */
export interface HttpLimits {
  /** To connect, TLS included, ms. */
  connectMs: number;
  /** For the whole call, ms. */
  totalMs: number;
  /** The longest response that is read, bytes. */
  maxResponseBytes: number;
}

export const httpLimits: HttpLimits = {
  connectMs: durations.call.connect.ms,
  totalMs: durations.call.total.ms,
  maxResponseBytes: 1024 * 1024,
};

export interface ReceivedResponse {
  response: HttpResponse;
  /** When the request's bytes began to be written, ms since 1970. */
  writtenAt: number;
}

export type SendResult = ({ ok: true } & ReceivedResponse) | { ok: false; failure: Failure };

export interface SendOptions {
  /** Nothing is written after this time, ms since 1970. */
  notAfter: number;
  now: () => number;
  limits?: HttpLimits;
}

/**
 * Writes one request on a connection of its own, once, and reads the response. How far the connection came is the proof: until it
 * stands, TLS included, no byte of the request has left; from then on, whatever goes wrong, it may have arrived. No redirect is
 * followed and nothing is repeated.
 */
export async function sendRequest(
  origin: string,
  request: HttpRequest,
  { notAfter, now, limits = httpLimits }: SendOptions,
): Promise<SendResult> {
  let writtenAt: number | undefined;
  const connector = { tooLate: false }; // set before any byte
  const connect = buildConnector({ timeout: limits.connectMs });
  const client = new Client(origin, {
    maxResponseSize: limits.maxResponseBytes,
    connect: (options, callback) => {
      // A second connection would mean a second writing, after an idle close for one.
      if (writtenAt !== undefined) return callback(new Error('the connection was lost'), null);
      connect(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        connector.tooLate = now() > notAfter;
        if (connector.tooLate) {
          socket.destroy();
          return callback(new Error('too late to send'), null);
        }
        writtenAt = now();
        callback(null, socket);
      });
    },
  });
  try {
    const { path, method, headers, body } = request;
    const signal = AbortSignal.timeout(limits.totalMs);
    const received = await client.request({ path, method, headers, signal, ...omitUndefined({ body }) });
    const text = await received.body.text();
    const response: HttpResponse = { status: received.statusCode, headers: singleValues(received.headers), body: text };
    return { ok: true, response, writtenAt: writtenAt ?? now() };
  } catch (error) {
    if (connector.tooLate) return { ok: false, failure: { type: 'TooLateToSend' } };
    const type = writtenAt === undefined ? 'NotConnected' : 'NoAnswer';
    return { ok: false, failure: { type, ...omitUndefined({ code: codeOf(error) }) } };
  } finally {
    await client.destroy();
  }
}

/** The network's own code, such as ECONNREFUSED. Its message may hold what was sent, so it stays here. */
function codeOf(error: unknown): string | undefined {
  const { code, name } = fieldsOf(error) ?? {};
  if (typeof code === 'string') return code;
  return name === 'TimeoutError' ? 'TIMEOUT' : undefined;
}

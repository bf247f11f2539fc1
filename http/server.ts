import type { Server } from 'node:http';
import { createServer, STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fastify from 'fastify';
import { durations } from '../domain/timeouts/durations.js';

/** How long a server waits for a client, in ms, and for how many at once. */
export interface Limits {
  /** From the connection, or a request's first byte, to the end of its headers. */
  headersMs: number;
  /** From there to the last byte of its body. */
  requestMs: number;
  /** With not a byte either way while a request is under way; longer than Temporal may take. */
  silenceMs: number;
  /** Between two requests; longer than the usual minute of web servers that stand in front and keep connections. */
  idleMs: number;
  connections: number;
}

export const defaultLimits: Limits = {
  headersMs: durations.bridge.headers.ms,
  requestMs: durations.bridge.request.ms,
  silenceMs: durations.bridge.silence.ms,
  idleMs: durations.bridge.idle.ms,
  connections: 1_000,
};

/** A response other than 200, with its reason for whoever asked. */
export class Refusal extends Error {
  constructor(
    readonly statusCode: 400 | 401 | 403 | 404 | 413,
    message: string,
  ) {
    super(message);
  }
}

/** What became of a request that was not answered with success. */
export type Unsuccessful = `refused ${number}` | 'not taken' | 'broken off' | 'dropped: too many connections';

export interface Refused {
  outcome: Unsuccessful;
  /** Missing where none could be read. */
  request?: FastifyRequest;
  error?: Error;
}

export interface HttpServerOptions {
  limits: Limits;
  maxBodyBytes: number;
  /** What a 503 says: what went wrong is not theirs. */
  unavailable: string;
  report: (refused: Refused) => void;
}

/**
 * An HTTP server that takes bodies as bytes and lets nobody hold it up. Every request that it answers otherwise than with success,
 * and every connection that it ends or drops, is reported, once.
 */
export function createHttpServer({ limits, maxBodyBytes, unavailable, report }: HttpServerOptions): FastifyInstance {
  const ended = new WeakSet<object>();
  const server = fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle',
    serverFactory: (handle) => limited(createServer(timeouts(limits), handle)),
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  });

  // Signatures cover bytes, so every content type is taken as bytes: also a malformed one, which fastify would refuse by itself.
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    delete raw.headers['content-type'];
    done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler<Error & { statusCode?: number; code?: string }>(refuse);
  server.setNotFoundHandler(() => {
    throw new Refusal(404, 'There is nothing here.');
  });
  return server;

  async function refuse(
    error: Error & { statusCode?: number; code?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { statusCode = 500 } = error;
    const isTheirs = statusCode >= 400 && statusCode < 500;
    if (!ended.has(request.raw.socket)) {
      if (error.code === 'ECONNRESET') report({ outcome: 'broken off', request });
      else report({ outcome: isTheirs ? `refused ${statusCode}` : 'not taken', request, error });
    }
    const [status, message] = isTheirs
      ? [statusCode, error instanceof Refusal ? error.message : (STATUS_CODES[statusCode] ?? 'Refused')]
      : [503, unavailable];
    await reply.code(status).send({ error: message });
  }

  function limited(http: Server): Server {
    http.setTimeout(limits.silenceMs);
    http.maxConnections = limits.connections;
    http.on('drop', () => report({ outcome: 'dropped: too many connections' }));
    http.on('clientError', (error: Error & { code?: string }, socket) => {
      if (error.code === 'ECONNRESET' || socket.destroyed) return;
      const status = statusOf(error.code);
      ended.add(socket);
      report({ outcome: `refused ${status}` });
      if (socket.writable)
        socket.write(
          `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
        );
      socket.destroy(error);
    });
    return http;
  }
}

function timeouts({ headersMs, requestMs, idleMs }: Limits) {
  return {
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionsCheckingInterval: Math.ceil(headersMs / 10),
  };
}

/** What Node's parser ended a connection for. */
function statusOf(code: string | undefined): 400 | 408 | 431 {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
}

import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from '../http/server.js';
import { createHttpServer, defaultLimits, Refusal } from '../http/server.js';
import type { CodecSettings } from '../settings/codec/settings.js';
import { isLoopback } from '../settings/codec/settings.js';
import type { Caller, NotLetIn } from './callers.js';
import { callersOf } from './callers.js';
import { decodePayloads, remotePayloads } from './decoding.js';

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** In one request; Temporal's UI and CLI send those of one event, or of one page of history. */
const MAX_PAYLOADS = 1_000;
const RATE_WINDOW_MS = 60_000;
/** How long a browser remembers what pages may ask, s. */
const PREFLIGHT_SECONDS = 600;

export interface CodecServerOptions extends Pick<CodecSettings, 'ring' | 'access' | 'origins' | 'rate'> {
  /** Payloads of any other are left as they are. */
  namespace: string;
  /** Says who had what decoded. Never gets a payload's content, nor a token. */
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Other than the default ones: for tests. */
  limits?: Partial<Limits>;
}

/**
 * Decrypts payloads for Temporal's UI and CLI, by their protocol of a remote codec, for who may read them, and logs each time who it was. It
 * encrypts nothing. Not listening yet: call `listen`.
 */
export async function createCodecServer(options: CodecServerOptions): Promise<FastifyInstance> {
  const { ring, namespace, access, origins, rate, log, limits } = options;
  const callers = callersOf(access);
  const asking = new WeakMap<FastifyRequest, Caller>();
  const server = createHttpServer({
    limits: { ...defaultLimits, ...limits },
    maxBodyBytes: MAX_BODY_BYTES,
    unavailable: 'It can’t be decoded now; try again.',
    report: ({ outcome, request, error }) => {
      const caller = request && asking.get(request);
      log('refused', { outcome, ...(caller && whoIs(caller)), ...(error && { error: error.name }) });
    },
  });
  // What Temporal's UI sends; `authorization-extras` is the ID token, which nothing here reads.
  const allowedHeaders = ['content-type', 'x-namespace', 'authorization', 'authorization-extras'];
  await server.register(cors, {
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders,
    maxAge: PREFLIGHT_SECONDS,
  });
  await server.register(rateLimit, {
    global: false,
    max: rate,
    timeWindow: RATE_WINDOW_MS,
    keyGenerator: (request) => JSON.stringify(asking.get(request)),
  });

  // One count for all paths, by caller: so it comes after `admit`.
  const admitted = { onRequest: [admit, server.rateLimit()] };
  server.post('/decode', admitted, (request, reply) => decode(request, reply, namespaceIn(request)));
  // For a codec endpoint that has the namespace in it; Temporal's CLI leaves it empty where it is told none.
  server.post<{ Params: { namespace: string } }>('/:namespace/decode', admitted, (request, reply) =>
    decode(request, reply, request.params.namespace || namespace),
  );
  server.get('/healthz', () => ({ status: 'up' }));
  server.get('/readyz', async (_request, reply) => {
    try {
      await callers.ready();
      return { status: 'ready' };
    } catch (error) {
      log('not ready', { error: error instanceof Error ? error.name : typeof error });
      return reply.code(503).send({ status: 'not ready' });
    }
  });
  return server;

  /** Before a byte of the body is read. */
  async function admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { origin, host, authorization } = request.headers;
    if (origin !== undefined && !origins.includes(origin)) throw new Refusal(403, 'Pages of this origin may not ask.');
    // A name of somebody else's that leads to this machine makes his page one of this server's own.
    if (access.for === 'everyone' && !isLoopback(`http://${host ?? ''}`))
      throw new Refusal(403, 'It is asked by the name of another machine.');
    const caller = await callers.callerOf(authorization);
    if (typeof caller !== 'string') return void asking.set(request, caller);
    reply.header('www-authenticate', challenges[caller]);
    if (caller === 'no role') throw new Refusal(403, 'The token gives no role here: masked or full.');
    throw new Refusal(401, 'A bearer token of this codec server is needed.');
  }

  function decode(request: FastifyRequest, reply: FastifyReply, asked: string) {
    const caller = asking.get(request);
    if (caller === undefined) throw new Refusal(401, 'A bearer token of this codec server is needed.');
    const { payloads } = payloadsIn(request.body);
    const decoded =
      asked === namespace
        ? decodePayloads(payloads, { ring, namespace, role: caller.role })
        : { payloads, read: 0, workflows: [] };
    const { read, workflows } = decoded;
    log('decoded', { ...whoIs(caller), payloads: payloads.length, read, workflows });
    return reply
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .send({ payloads: decoded.payloads });
  }

  /** The UI names it in a header, the CLI nowhere. */
  function namespaceIn({ headers }: FastifyRequest): string {
    const { 'x-namespace': named } = headers;
    return typeof named === 'string' && named !== '' ? named : namespace;
  }
}

const challenges: Readonly<Record<NotLetIn, string>> = {
  'no token': 'Bearer realm="outflow codec"',
  'wrong token': 'Bearer realm="outflow codec", error="invalid_token"',
  'no role': 'Bearer realm="outflow codec", error="insufficient_scope"',
};

function whoIs({ who, role, by }: Caller) {
  return { who, role, by };
}

function payloadsIn(body: unknown) {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '');
  } catch {
    throw new Refusal(400, 'The body is not JSON.');
  }
  const parsed = remotePayloads.safeParse(json);
  if (!parsed.success) throw new Refusal(400, 'The body is not {"payloads": [{"metadata": {…}, "data": "…"}]}.');
  if (parsed.data.payloads.length > MAX_PAYLOADS)
    throw new Refusal(413, `There are more than ${MAX_PAYLOADS} payloads.`);
  return parsed.data;
}

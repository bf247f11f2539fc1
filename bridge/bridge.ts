import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { stringify } from 'lossless-json';
import { LRUCache } from 'lru-cache';
import { Counter, Registry } from 'prom-client';
import type { Headers } from '../providers/headers.js';
import { singleValues } from '../providers/headers.js';
import type { CallbackReading, Provider } from '../providers/provider.js';
import type { CaseStart } from '../workflows/contract.js';
import type { Outcome } from './deliver.js';
import { deliver, openCase, soon } from './deliver.js';

const MAX_BODY_BYTES = 256 * 1024;
/** Providers repeat callbacks; bytes that Temporal accepted so recently need no second signal. */
const REMEMBERED_MS = 3_600_000;
const REMEMBERED_CALLBACKS = 50_000;

export interface BridgeOptions {
  temporal: Client;
  providers: readonly Provider[];
  /** Says what happened. Never gets a callback's content. */
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** An answer other than 200, with its reason for the provider's support. */
class Refusal extends Error {
  constructor(
    readonly statusCode: 400 | 401 | 404,
    message: string,
  ) {
    super(message);
  }
}

/**
 * HTTP in, signals out: takes the providers' callbacks, believes only what is verified, and answers 200 only once Temporal holds it
 * durably. Not listening yet: call `listen`.
 */
export function createBridge({ temporal, providers, log }: BridgeOptions): FastifyInstance {
  const server = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: 'idle' });
  const accepted = new LRUCache<string, true>({ max: REMEMBERED_CALLBACKS, ttl: REMEMBERED_MS });
  const taking = new Map<string, Promise<Outcome>>();
  const metrics = new Registry();
  const callbacks = new Counter({
    name: 'outflow_callbacks_total',
    help: 'Callbacks received, by provider and by what became of them.',
    labelNames: ['provider', 'outcome'],
    registers: [metrics],
  });

  // Signatures cover bytes, so every content type is taken as bytes: also a malformed one, which fastify would refuse by itself.
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    delete raw.headers['content-type'];
    done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  server.post<{ Params: { provider: string } }>('/callbacks/:provider', async (request, reply) => {
    const provider = providers.find(({ name }) => name === request.params.provider);
    if (provider === undefined) throw new Refusal(404, 'No such provider is served here.');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    try {
      const outcome = await take(provider, singleValues(request.headers), body);
      callbacks.inc({ provider: provider.name, outcome });
      log('callback', { provider: provider.name, outcome });
      return await reply.code(200).send();
    } catch (error) {
      const outcome = error instanceof Refusal ? `refused ${error.statusCode}` : 'not taken';
      callbacks.inc({ provider: provider.name, outcome });
      log('callback', { provider: provider.name, outcome, ...(error instanceof Error && { error: error.name }) });
      throw error;
    }
  });

  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    const known = error instanceof Refusal || error.statusCode === 413;
    // Anything else keeps the callback at the provider, which sends it again.
    const [status, message] = known
      ? [error.statusCode, error.message]
      : [503, 'It can’t be taken now; send it again.'];
    await reply.code(status ?? 503).send({ error: message });
  });

  server.get('/healthz', () => ({ status: 'up' }));
  server.get('/readyz', async () => {
    await soon(temporal, () => temporal.workflowService.getSystemInfo({}));
    return { status: 'ready' };
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  return server;

  async function take(provider: Provider, headers: Headers, body: Buffer): Promise<Outcome> {
    if (!provider.callbacks.isAuthentic(headers, body, new Date()))
      throw new Refusal(401, 'The signature does not match the body.');
    const key = createHash('sha256').update(provider.name).update('\n').update(body).digest('base64');
    if (accepted.has(key)) return 'duplicate';
    // The same bytes at once are one delivery: all of them wait for its end, good or bad.
    const underWay = taking.get(key) ?? place(provider, body).finally(() => taking.delete(key));
    taking.set(key, underWay);
    const outcome = await underWay;
    if (outcome !== 'not a withdrawal') accepted.set(key, true);
    return outcome;
  }

  async function place(provider: Provider, body: Buffer): Promise<Outcome> {
    const news = provider.callbacks.parse(body);
    if (news === undefined && !isLaxJson(body)) throw new Refusal(400, 'The body is not JSON.');
    const reading: CallbackReading =
      news === undefined ? { kind: 'unreadable', problem: 'a key stands twice in it' } : provider.callbacks.read(news);
    switch (reading.kind) {
      case 'not a withdrawal':
        return 'not a withdrawal';
      case 'withdrawal':
        return deliver(temporal, reading.record);
      case 'unreadable': {
        const { problem } = reading;
        const text = news === undefined ? body.toString('utf8') : (stringify(news) ?? '');
        const start: CaseStart = { provider: provider.name, reason: 'unreadable', problem, body: text };
        return soon(temporal, () => openCase(temporal, start));
      }
    }
  }
}

/** JSON with the same key twice is JSON to most, and has no one meaning. */
function isLaxJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'lossless-json';
import { LRUCache } from 'lru-cache';
import { Counter, Registry } from 'prom-client';
import { fieldsOf } from '../domain/validation/fields.js';
import { durations } from '../domain/timeouts.js';
import type { ProviderName } from '../domain/providers/index.js';
import type { Headers } from '../providers/headers.js';
import { singleValues } from '../providers/headers.js';
import type { CallbackReading, CallbackReceiver } from '../providers/provider.js';
import type { CaseStart } from '../contract/case.js';
import type { Outcome } from './deliver.js';
import { deliver, openCase, soon } from './deliver.js';
import type { Limits } from './server.js';
import { createHttpServer, Refusal, usualLimits } from './server.js';

/** Providers repeat callbacks; bytes that Temporal accepted so recently need no second signal. */
const REMEMBERED_CALLBACKS = 50_000;

export interface BridgeOptions {
  temporal: Client;
  /** What takes the callbacks of each provider that is served. */
  receivers: readonly CallbackReceiver[];
  /** Says what happened. Never gets a callback's content. */
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Other than the usual ones: for tests. */
  limits?: Partial<Limits>;
}

/** Counts what named no provider that is served here. */
const NO_PROVIDER = 'none';

/**
 * HTTP in, signals out: takes the providers' callbacks, believes only what is verified, and answers 200 only once Temporal holds it
 * durably. Not listening yet: call `listen`.
 */
export function createBridge({ temporal, receivers, log, limits }: BridgeOptions): FastifyInstance {
  const accepted = new LRUCache<string, true>({ max: REMEMBERED_CALLBACKS, ttl: durations.bridge.accepted.ms });
  const taking = new Map<string, Promise<Outcome>>();
  const metrics = new Registry();
  const callbacks = new Counter({
    name: 'outflow_callbacks_total',
    help: 'Callbacks received, by provider and by what became of them.',
    labelNames: ['provider', 'outcome'],
    registers: [metrics],
  });

  const served = (name: unknown) => receivers.find((receiver) => receiver.name === name);
  const tell = (provider: ProviderName | typeof NO_PROVIDER, outcome: string, more: Record<string, unknown> = {}) => {
    callbacks.inc({ provider, outcome });
    log(provider === NO_PROVIDER ? 'refused' : 'callback', { provider, outcome, ...more });
  };
  const server = createHttpServer({ ...usualLimits, ...limits }, (outcome, request, error) => {
    tell(served(fieldsOf(request?.params)?.['provider'])?.name ?? NO_PROVIDER, outcome, error && { error: error.name });
  });

  server.post<{ Params: { provider: string } }>('/callbacks/:provider', async (request, reply) => {
    const receiver = served(request.params.provider);
    if (receiver === undefined) throw new Refusal(404, 'No such provider is served here.');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    tell(receiver.name, await take(receiver, singleValues(request.headers), body));
    return reply.code(200).send();
  });

  server.get('/healthz', () => ({ status: 'up' }));
  server.get('/readyz', async (_request, reply) => {
    try {
      await soon(temporal, () => temporal.workflowService.getSystemInfo({}));
      return { status: 'ready' };
    } catch (error) {
      log('not ready', { error: error instanceof Error ? error.name : typeof error });
      return reply.code(503).send({ status: 'not ready' });
    }
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  return server;

  async function take(receiver: CallbackReceiver, headers: Headers, body: Buffer): Promise<Outcome> {
    if (!receiver.isAuthentic(headers, body, new Date()))
      throw new Refusal(401, 'The signature does not match the body.');
    const key = createHash('sha256').update(receiver.name).update('\n').update(body).digest('base64');
    if (accepted.has(key)) return 'duplicate';
    // The same bytes at once are one delivery: all of them wait for its end, good or bad.
    const underWay = taking.get(key) ?? place(receiver, body).finally(() => taking.delete(key));
    taking.set(key, underWay);
    const outcome = await underWay;
    if (outcome !== 'not a withdrawal' && outcome !== 'not ours') accepted.set(key, true);
    return outcome;
  }

  async function place(receiver: CallbackReceiver, body: Buffer): Promise<Outcome> {
    const news = receiver.parse(body);
    if (news === undefined && !isLaxJson(body)) throw new Refusal(400, 'The body is not JSON.');
    const reading: CallbackReading =
      news === undefined ? { kind: 'unreadable', problem: 'a key stands twice in it' } : receiver.read(news);
    switch (reading.kind) {
      case 'not a withdrawal':
      case 'not ours':
        return reading.kind;
      case 'withdrawal':
        return deliver(temporal, reading.record);
      case 'unreadable': {
        const { problem } = reading;
        const text = news === undefined ? body.toString('utf8') : (stringify(news) ?? '');
        const start: CaseStart = { provider: receiver.name, reason: 'unreadable', problem, body: text };
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

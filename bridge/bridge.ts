import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'lossless-json';
import { LRUCache } from 'lru-cache';
import { fieldsOf } from '../domain/validation/fields.js';
import { durations } from '../domain/timeouts/durations.js';
import type { Headers } from '../providers/http/headers.js';
import { singleValues } from '../providers/http/headers.js';
import type { CallbackContent, CallbackReceiver } from '../providers/provider.js';
import type { CaseStart } from '../contract/case.js';
import type { Deliverer, Outcome } from './deliver.js';
import { deliver, startCase, withDeadline } from './deliver.js';
import type { CallbackReport } from './metrics.js';
import { createMetrics } from './metrics.js';
import type { Limits } from '../http/server.js';
import { createHttpServer, Refusal, defaultLimits } from '../http/server.js';

/** Of how many callbacks that Temporal accepted the bytes are known, so that their repetitions need no second signal. */
const CALLBACKS_KEPT = 50_000;
const MAX_BODY_BYTES = 256 * 1024;

export interface BridgeOptions extends Deliverer {
  /** What takes the callbacks of each provider that is served. */
  receivers: readonly CallbackReceiver[];
  /** Says what happened. Never gets a callback's content. */
  log: (message: string, fields: Record<string, unknown>) => void;
  /** Other than the default ones: for tests. */
  limits?: Partial<Limits>;
}

/**
 * HTTP in, signals out: takes the providers' callbacks, believes only what is verified, and answers 200 only once Temporal holds it
 * durably. Not listening yet: call `listen`.
 */
export function createBridge({ receivers, log, limits, ...by }: BridgeOptions): FastifyInstance {
  const { temporal } = by;
  const accepted = new LRUCache<string, true>({ max: CALLBACKS_KEPT, ttl: durations.bridge.accepted.ms });
  const delivering = new Map<string, Promise<Outcome>>();
  const { registry, record } = createMetrics();

  const served = (name: unknown) => receivers.find((receiver) => receiver.name === name);
  const report = (callback: CallbackReport) => {
    record(callback);
    log(callback.provider === 'none' ? 'refused' : 'callback', { ...callback });
  };
  const server = createHttpServer({
    limits: { ...defaultLimits, ...limits },
    maxBodyBytes: MAX_BODY_BYTES,
    unavailable: 'It can’t be taken now; send it again.', // so the callback stays at the provider, which does
    report: ({ outcome, request, error }) => {
      const provider = served(fieldsOf(request?.params)?.['provider'])?.name ?? 'none';
      report({ provider, outcome, ...(error && { error: error.name }) });
    },
  });

  server.post<{ Params: { provider: string } }>('/callbacks/:provider', async (request, reply) => {
    const receiver = served(request.params.provider);
    if (receiver === undefined) throw new Refusal(404, 'No such provider is served here.');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const outcome = await receive(receiver, singleValues(request.headers), body);
    report({ provider: receiver.name, outcome });
    return reply.code(200).send();
  });

  server.get('/healthz', () => ({ status: 'up' }));
  server.get('/readyz', async (_request, reply) => {
    try {
      await withDeadline(temporal, () => temporal.workflowService.getSystemInfo({}));
      return { status: 'ready' };
    } catch (error) {
      log('not ready', { error: error instanceof Error ? error.name : typeof error });
      return reply.code(503).send({ status: 'not ready' });
    }
  });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  return server;

  async function receive(receiver: CallbackReceiver, headers: Headers, body: Buffer): Promise<Outcome> {
    if (!receiver.isAuthentic(headers, body, new Date()))
      throw new Refusal(401, 'The signature does not match the body.');
    const key = createHash('sha256').update(receiver.name).update('\n').update(body).digest('base64');
    if (accepted.has(key)) return 'duplicate';
    // The same bytes at once are one delivery: all of them wait for its end, good or bad.
    const delivery = delivering.get(key) ?? deliverBody(receiver, body).finally(() => delivering.delete(key));
    delivering.set(key, delivery);
    const outcome = await delivery;
    if (outcome !== 'not a withdrawal' && outcome !== 'not ours') accepted.set(key, true);
    return outcome;
  }

  async function deliverBody(receiver: CallbackReceiver, body: Buffer): Promise<Outcome> {
    const json = receiver.parse(body);
    if (json === undefined && !isLaxJson(body)) throw new Refusal(400, 'The body is not JSON.');
    const content: CallbackContent =
      json === undefined ? { kind: 'unreadable', problem: 'a key stands twice in it' } : receiver.read(json);
    switch (content.kind) {
      case 'not a withdrawal':
      case 'not ours':
        return content.kind;
      case 'withdrawal':
        return deliver(by, content.record);
      case 'unreadable': {
        const { problem } = content;
        const text = json === undefined ? body.toString('utf8') : (stringify(json) ?? body.toString('utf8'));
        const start: CaseStart = { provider: receiver.name, reason: 'unreadable', problem, body: text };
        return withDeadline(temporal, () => startCase(by, start));
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

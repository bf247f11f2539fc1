import type { FastifyInstance } from 'fastify';
import { fieldsOf } from '../domain/validation/fields.js';
import { singleValues } from '../providers/http/headers.js';
import type { CallbackReceiver } from '../providers/provider.js';
import type { Deliverer } from './deliver.js';
import { withDeadline } from './deliver.js';
import type { CallbackReport } from './metrics.js';
import { createMetrics } from './metrics.js';
import { callbackTaker } from './take-callback.js';
import type { Limits } from '../http/server.js';
import { createHttpServer, Refusal, defaultLimits } from '../http/server.js';

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
  const receive = callbackTaker(by);
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
}

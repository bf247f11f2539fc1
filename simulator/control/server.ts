import type { Server } from 'node:http';
import fastify from 'fastify';
import { ZodError } from 'zod';
import type { Credentials } from '../behaviour/credentials.js';
import type { Wiring } from '../wiring.js';
import { ControlError } from './control-error.js';
import { payoutRoutes } from './payouts.js';
import { recordRoutes } from './records.js';
import { settingRoutes } from './settings.js';

/** The control port: the chain's, the Owner's and the tests' side of the simulator. */
export async function controlServer(wiring: Wiring, credentials: Credentials): Promise<Server> {
  const app = fastify({ logger: false, bodyLimit: 4 * 1_048_576 });
  // curl -X POST sends no body, or one without a content type: all bodies are JSON here, and none is {}.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new ControlError(400, 'the body is not JSON'));
    }
  });
  app.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof ZodError) {
      const fields = error.issues.map(({ path, message }) => ({
        field: path.map(String).join('.') || '(body)',
        message,
      }));
      const text = fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
      return reply.code(400).send({ error: text, fields });
    }
    const status = error instanceof ControlError ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(status).send({ error: message });
  });
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD') routes.push(`${[method].flat().join('|')} ${url}`);
  });
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ error: 'no such path on the control port', paths: routes }),
  );
  app.get('/', () => ({ simulator: 'outflow', paths: routes }));
  recordRoutes(app, wiring, credentials);
  payoutRoutes(app, wiring);
  settingRoutes(app, wiring);
  await app.ready();
  return app.server;
}

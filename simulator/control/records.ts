import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../behaviour/credentials.js';
import { ledgerRow } from '../ledger/ledger.js';
import { magicTable } from '../behaviour/magic-values.js';
import { startOver, type Stage } from '../wiring.js';

/** What happened so far, and forgetting it. */
export function recordRoutes(app: FastifyInstance, stage: Stage, credentials: Credentials): void {
  app.get('/ledger', () => stage.world.ledger.all().map(ledgerRow));
  app.get('/requests', () => stage.requests);
  app.get('/callbacks', () => stage.courier.attempts);
  app.get('/magic', () => magicTable);
  app.delete('/', async () => {
    await startOver(stage, credentials);
    await stage.world.books.settled();
    return { startedOver: true };
  });
}

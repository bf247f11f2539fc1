import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../behaviour/credentials.js';
import { shownMagicValues } from '../behaviour/magic-values.js';
import { ledgerRow } from '../ledger/ledger.js';
import { startOver, type Wiring } from '../wiring.js';

/** What happened so far, and forgetting it. */
export function recordRoutes(app: FastifyInstance, wiring: Wiring, credentials: Credentials): void {
  app.get('/ledger', () => wiring.context.ledger.all().map(ledgerRow));
  app.get('/requests', () => wiring.requests);
  app.get('/callbacks', () => wiring.webhookSender.attempts);
  app.get('/magic', () => shownMagicValues);
  app.delete('/', async () => {
    await startOver(wiring, credentials);
    await wiring.context.journal.settled();
    return { startedOver: true };
  });
}

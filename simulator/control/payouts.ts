import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ledgerRow, type LedgerRow } from '../ledger/ledger.js';
import { lastMoment, providerName, type Payout, type ProviderName } from '../ledger/payout.js';
import { actNames, type Act } from '../providers/provider.js';
import type { Stage } from '../wiring.js';
import { ControlError } from './control-error.js';

const target = z.object({ provider: providerName, providerId: z.string() });
const actTarget = target.extend({ act: z.enum(actNames) });

/** `force` acts from any status, also a final one: what a provider must never do, and may. */
const actBody = z.strictObject({ force: z.boolean().default(false), error: z.string().optional() }).prefault({});
const repeatBody = z.strictObject({ status: z.string().optional() }).prefault({});
const customBody = z.strictObject({ body: z.unknown(), contentType: z.string().default('application/json') });

/** The chain, the Owner, and the dashboards' "Repeat callback". */
export function payoutRoutes(app: FastifyInstance, stage: Stage): void {
  app.post('/payouts/:provider/:providerId/:act', async ({ params, body }) => {
    const { provider, providerId, act } = actTarget.parse(params);
    const { force, error } = actBody.parse(body ?? {});
    const row = perform(stage, find(stage, provider, providerId), act, force, error);
    await stage.world.books.settled();
    return row;
  });

  app.post('/payouts/:provider/:providerId/callback', async ({ params, body }) => {
    const { provider, providerId } = target.parse(params);
    const { status } = repeatBody.parse(body ?? {});
    const row = find(stage, provider, providerId);
    const moment = status === undefined ? lastMoment(row) : row.history.findLast((past) => past.status === status);
    if (!moment) {
      const had = row.history.map((past) => past.status).join(', ');
      throw new ControlError(409, `status: this payout never was ${status ?? ''}; it was ${had}`);
    }
    const callback = stage.providers[provider].callbackOf(row, moment);
    if (!callback) throw new ControlError(409, `${provider} has no callback for the status ${moment.status}`);
    await stage.courier.send({ provider, providerId, status: moment.status }, callback, 0);
    return stage.courier.attempts.at(-1);
  });

  // Any body, signed as the provider would: news of a deposit, of somebody else's withdrawal, of a new kind.
  app.post('/callbacks/:provider', async ({ params, body }) => {
    const { provider } = z.object({ provider: providerName }).parse(params);
    const custom = customBody.parse(body);
    const text = typeof custom.body === 'string' ? custom.body : JSON.stringify(custom.body);
    await stage.courier.send(
      { provider, providerId: '', status: '' },
      { contentType: custom.contentType, body: text },
      0,
    );
    return stage.courier.attempts.at(-1);
  });
}

function find(stage: Stage, provider: ProviderName, providerId: string): Payout {
  const row = stage.world.ledger.find(provider, providerId);
  if (!row) throw new ControlError(404, `providerId: ${provider} has no payout ${providerId}; GET /ledger lists all`);
  return row;
}

function perform(stage: Stage, row: Payout, act: Act, force: boolean, error: string | undefined): LedgerRow {
  const rule = stage.providers[row.provider].acts[act];
  if (!rule) throw new ControlError(409, `${row.provider} documents no way to ${act} a payout`);
  const { status } = lastMoment(row);
  if (!force && !rule.from.includes(status)) {
    throw new ControlError(
      409,
      `this payout is ${status}; ${act} is possible from ${rule.from.join(' or ')} only ({"force":true} does it anyway)`,
    );
  }
  const steps = rule.steps.map((step) => (error === undefined ? step : { ...step, error }));
  return ledgerRow(stage.world.lives.play(row, steps));
}

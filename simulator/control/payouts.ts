import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ledgerRow, type LedgerRow } from '../ledger/ledger.js';
import { latestChange, providerName, type Payout, type ProviderName } from '../ledger/payout.js';
import { actionNames, type Action } from '../provider-apis/provider.js';
import type { Wiring } from '../wiring.js';
import { ControlError } from './control-error.js';

const target = z.object({ provider: providerName, providerId: z.string() });
const actionTarget = target.extend({ action: z.enum(actionNames) });

/** `force` acts from any status, also a final one: what a provider must never do, but may. */
const actionBody = z.strictObject({ force: z.boolean().default(false), error: z.string().optional() }).prefault({});
const repeatBody = z.strictObject({ status: z.string().optional() }).prefault({});
const customBody = z.strictObject({ body: z.unknown(), contentType: z.string().default('application/json') });

/** The chain, the Owner, and the dashboards' "Repeat callback". */
export function payoutRoutes(app: FastifyInstance, wiring: Wiring): void {
  app.post('/payouts/:provider/:providerId/:action', async ({ params, body }) => {
    const { provider, providerId, action } = actionTarget.parse(params);
    const { force, error } = actionBody.parse(body ?? {});
    const row = perform(wiring, find(wiring, provider, providerId), action, force, error);
    await wiring.context.journal.settled();
    return row;
  });

  app.post('/payouts/:provider/:providerId/callback', async ({ params, body }) => {
    const { provider, providerId } = target.parse(params);
    const { status } = repeatBody.parse(body ?? {});
    const row = find(wiring, provider, providerId);
    const change = status === undefined ? latestChange(row) : row.history.findLast((past) => past.status === status);
    if (!change) {
      const had = row.history.map((past) => past.status).join(', ');
      throw new ControlError(409, `status: this payout never was ${status ?? ''}; it was ${had}`);
    }
    const callback = wiring.providers[provider].callbackOf(row, change);
    if (!callback) throw new ControlError(409, `${provider} has no callback for the status ${change.status}`);
    await wiring.webhookSender.send({ provider, providerId, status: change.status }, callback, 0);
    return wiring.webhookSender.attempts.at(-1);
  });

  // Any body, signed as the provider would: of a deposit, of a withdrawal that is not ours, of an unknown kind.
  app.post('/callbacks/:provider', async ({ params, body }) => {
    const { provider } = z.object({ provider: providerName }).parse(params);
    const custom = customBody.parse(body);
    const text = typeof custom.body === 'string' ? custom.body : JSON.stringify(custom.body);
    await wiring.webhookSender.send(
      { provider, providerId: '', status: '' },
      { contentType: custom.contentType, body: text },
      0,
    );
    return wiring.webhookSender.attempts.at(-1);
  });
}

function find(wiring: Wiring, provider: ProviderName, providerId: string): Payout {
  const row = wiring.context.ledger.find(provider, providerId);
  if (!row) throw new ControlError(404, `providerId: ${provider} has no payout ${providerId}; GET /ledger lists all`);
  return row;
}

function perform(wiring: Wiring, row: Payout, action: Action, force: boolean, error: string | undefined): LedgerRow {
  const rule = wiring.providers[row.provider].actions[action];
  if (!rule) throw new ControlError(409, `${row.provider} documents no way to ${action} a payout`);
  const { status } = latestChange(row);
  if (!force && !rule.from.includes(status)) {
    throw new ControlError(
      409,
      `this payout is ${status}; ${action} is possible from ${rule.from.join(' or ')} only ({"force":true} does it anyway)`,
    );
  }
  const steps = rule.steps.map((step) => (error === undefined ? step : { ...step, error }));
  return ledgerRow(wiring.context.scriptRunner.replaceScript(row, steps));
}

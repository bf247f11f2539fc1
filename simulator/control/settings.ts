import type { FastifyInstance } from 'fastify';
import { credentials } from '../behaviour/credentials.js';
import { faultPlan } from '../behaviour/fault-plan.js';
import { limitValues } from '../behaviour/limits.js';
import { modeValues } from '../behaviour/modes.js';
import { clockChange } from '../time/clock.js';
import type { Wiring } from '../wiring.js';

/** How the providers are to behave from now on. Each PUT replaces what was set before. */
export function settingRoutes(app: FastifyInstance, wiring: Wiring): void {
  const { context, faults, scheduler } = wiring;

  app.get('/faults', () => faults.plan());
  app.put('/faults', ({ body }) => {
    faults.set(faultPlan.parse(body));
    return faults.plan();
  });

  app.get('/modes', () => context.modes.values);
  app.put('/modes', ({ body }) => {
    context.modes.values = modeValues.parse(body);
    return context.modes.values;
  });

  app.get('/limits', () => context.limits.values());
  app.put('/limits', async ({ body }) => {
    const limits = context.limits.set(limitValues.parse(body));
    context.journal.append({ change: 'limits', limits });
    await context.journal.settled();
    return limits;
  });

  app.get('/clock', () => context.clock.settings());
  app.put('/clock', async ({ body }) => {
    const clock = context.clock.change(clockChange.parse(body));
    context.journal.append({ change: 'clock', clock });
    scheduler.runDue();
    await context.journal.settled();
    return context.clock.settings();
  });

  // The response never shows a secret.
  app.put('/credentials', ({ body }) => {
    wiring.setCredentials(credentials.parse(body));
    return { changed: true };
  });
}

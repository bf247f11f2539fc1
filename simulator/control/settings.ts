import type { FastifyInstance } from 'fastify';
import { clockChange } from '../time/clock.js';
import { credentials } from '../behaviour/credentials.js';
import { faultPlan } from '../behaviour/faults.js';
import { limitValues } from '../behaviour/limits.js';
import { modeValues } from '../behaviour/modes.js';
import type { Stage } from '../wiring.js';

/** How the providers are to behave from now on. Each PUT replaces what was set before. */
export function settingRoutes(app: FastifyInstance, stage: Stage): void {
  const { world, faults, agenda } = stage;

  app.get('/faults', () => faults.plan());
  app.put('/faults', ({ body }) => {
    faults.set(faultPlan.parse(body));
    return faults.plan();
  });

  app.get('/modes', () => world.modes.values);
  app.put('/modes', ({ body }) => {
    world.modes.values = modeValues.parse(body);
    return world.modes.values;
  });

  app.get('/limits', () => world.limits.values());
  app.put('/limits', async ({ body }) => {
    const limits = world.limits.set(limitValues.parse(body));
    world.books.append({ change: 'limits', limits });
    await world.books.settled();
    return limits;
  });

  app.get('/clock', () => world.clock.settings());
  app.put('/clock', async ({ body }) => {
    const clock = world.clock.change(clockChange.parse(body));
    world.books.append({ change: 'clock', clock });
    agenda.wake();
    await world.books.settled();
    return world.clock.settings();
  });

  // The answer names what was set and never shows a secret.
  app.put('/credentials', ({ body }) => {
    stage.setCredentials(credentials.parse(body));
    return { changed: true };
  });
}

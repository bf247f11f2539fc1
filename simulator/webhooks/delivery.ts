import { z } from 'zod';
import { providerName } from '../ledger/payout.js';

/** A callback under way, as the journal keeps it. `dueAt`: elapsed time of the next attempt. */
export const delivery = z.strictObject({
  id: z.string(),
  provider: providerName,
  providerId: z.string(),
  status: z.string(),
  contentType: z.string(),
  body: z.string(),
  attempts: z.number(),
  dueAt: z.number(),
  state: z.enum(['pending', 'delivered', 'given up']),
});
export type Delivery = z.infer<typeof delivery>;

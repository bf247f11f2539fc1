import { z } from 'zod';
import { limitValues } from '../behaviour/limits.js';
import { clockState } from '../time/clock.js';
import { delivery } from '../webhooks/delivery.js';
import { payout } from './payout.js';

/** A line of the journal: the new value of one thing. The latest entry about it counts. */
export const journalEntry = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('payout'), payout }),
  z.strictObject({ change: z.literal('delivery'), delivery }),
  z.strictObject({ change: z.literal('clock'), clock: clockState }),
  z.strictObject({ change: z.literal('limits'), limits: limitValues }),
  z.strictObject({ change: z.literal('cryptocloud-create'), at: z.number() }),
]);
export type JournalEntry = z.infer<typeof journalEntry>;

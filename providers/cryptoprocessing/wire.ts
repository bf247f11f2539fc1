import { z } from 'zod';
import { withdrawalRequest } from '../processing/wire.js';

const natural = z.strictObject({ first_name: z.string(), last_name: z.string(), date_of_birth: z.string() });
const legal = z.strictObject({ legal_name: z.string(), country_of_registration: z.string() });
const email = { email: z.string().optional() };

/** Who sends and who receives, which this provider must know (MiCA). */
export const partiesRequest = z.strictObject({
  sender_type: z.enum(['natural', 'legal']),
  sender_data: z.union([natural.extend(email), legal.extend(email)]),
  receiver_type: z.enum(['natural', 'legal', 'self']),
  receiver_data: z.union([natural, legal]).optional(),
});
export type Parties = z.input<typeof partiesRequest>;

/** The whole body of a create. */
export const cryptoprocessingRequest = withdrawalRequest.extend(partiesRequest.shape);

import type { Step } from '../../ledger/payout.js';
import type { Action, ActionRule } from '../provider.js';

// `created` is the only documented status; the others are the simulator's.
const confirmed: Step = { after: 1000, status: 'confirmed' };
export const cancelled: Step = { after: 1000, status: 'cancelled', error: 'Not enough money on balance' };

/** What happens to a payout that was accepted as `created`, unless its magic value has a script. */
export const defaultScript: readonly Step[] = [confirmed];

/** No Owner approval is documented. */
export const actions: Readonly<Record<Action, ActionRule | null>> = {
  confirm: { from: ['created'], steps: [{ ...confirmed, after: 0 }] },
  approve: null,
  decline: null,
  cancel: { from: ['created'], steps: [{ ...cancelled, after: 0 }] },
};

import { effectOf } from '../../behaviour/magic-values.js';
import type { Step } from '../../ledger/payout.js';
import type { Act, ActRule } from '../provider.js';

const confirmed: Step = { after: 1000, status: 'confirmed' };
const cancelled: Step = { after: 1000, status: 'cancelled', error: 'Not enough money on balance' };

/** `created` is the only documented status; these are the ledger's own words for what follows. */
export function scriptOf(code: string | null): readonly Step[] {
  switch (effectOf(code)) {
    case 'cancelled-later':
      return [cancelled];
    case 'stays-open':
      return [];
    default:
      return [confirmed];
  }
}

/** No Owner approval is documented. */
export const acts: Readonly<Record<Act, ActRule | null>> = {
  confirm: { from: ['created'], steps: [{ ...confirmed, after: 0 }] },
  approve: null,
  decline: null,
  cancel: { from: ['created'], steps: [{ ...cancelled, after: 0 }] },
};

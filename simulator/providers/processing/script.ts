import { effectOf } from '../../behaviour/magic-values.js';
import type { Step } from '../../ledger/payout.js';
import type { Act, ActRule } from '../provider.js';

const confirmed: Step = { after: 1000, status: 'confirmed' };
const pending: Step = { after: 100, status: 'pending' };
const declined: Step = { after: 2000, status: 'declined', error: 'Declined by user ID:777' };
const cancelled: Step = { after: 1000, status: 'cancelled', error: 'Not enough money on balance' };

/** What happens to a payout after it was accepted as `processing`. */
export function scriptOf(code: string | null, ownerMustApprove: boolean): readonly Step[] {
  const effect = effectOf(code);
  switch (effect) {
    case 'waits-for-owner':
      return [pending];
    case 'owner-approves':
      return [pending, { after: 2000, status: 'processing' }, confirmed];
    case 'owner-declines':
      return [pending, declined];
    case 'cancelled-later':
      return [cancelled];
    case 'stays-open':
      return [];
    case 'called-back-out-of-order':
      return [pending, { after: 300, status: 'processing' }, { ...confirmed, after: 300 }];
    case 'final-changes':
      return [confirmed, { ...cancelled, after: 2000 }];
    default:
      return ownerMustApprove ? [pending] : [confirmed];
  }
}

/** What the Owner, the chain and the provider can do. */
export const acts: Readonly<Record<Act, ActRule>> = {
  confirm: { from: ['processing'], steps: [{ ...confirmed, after: 0 }] },
  approve: { from: ['pending'], steps: [{ after: 0, status: 'processing' }, confirmed] },
  decline: { from: ['pending'], steps: [{ ...declined, after: 0 }] },
  cancel: { from: ['processing', 'pending'], steps: [{ ...cancelled, after: 0 }] },
};

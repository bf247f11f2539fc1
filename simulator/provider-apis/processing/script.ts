import type { Step } from '../../ledger/payout.js';
import type { Action, ActionRule } from '../provider.js';

export const confirmed: Step = { after: 1000, status: 'confirmed' };
export const pending: Step = { after: 100, status: 'pending' };
export const processing: Step = { after: 2000, status: 'processing' };
export const declined: Step = { after: 2000, status: 'declined', error: 'Declined by user ID:777' };
export const cancelled: Step = { after: 1000, status: 'cancelled', error: 'Not enough money on balance' };

/** What happens to a payout that was accepted as `processing`, unless its magic value has a script. */
export function defaultScript(ownerMustApprove: boolean): readonly Step[] {
  return ownerMustApprove ? [pending] : [confirmed];
}

/** What the Owner, the chain and the provider can do. */
export const actions: Readonly<Record<Action, ActionRule>> = {
  confirm: { from: ['processing'], steps: [{ ...confirmed, after: 0 }] },
  approve: { from: ['pending'], steps: [{ ...processing, after: 0 }, confirmed] },
  decline: { from: ['pending'], steps: [{ ...declined, after: 0 }] },
  cancel: { from: ['processing', 'pending'], steps: [{ ...cancelled, after: 0 }] },
};

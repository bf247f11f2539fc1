import type { Step } from '../../ledger/payout.js';
import type { Action, ActionRule } from '../provider.js';

/** How long a two-step withdrawal can be committed. */
export const commitWindowMs = 30_000;

export const processing: Step = { after: 300, status: 'processing' };
export const sent: Step = { after: 300, status: 'sent' };
export const completed: Step = { after: 400, status: 'completed' };
export const cancelled: Step = { after: 700, status: 'cancelled' };
export const onHold: Step = { after: 300, status: 'on_hold' };
export const failed: Step = { after: 300, status: 'failed' };

/** What happens to a committed payout, which says `pending`, unless its magic value has a script. */
export function defaultScript(ownerMustApprove: boolean): readonly Step[] {
  return ownerMustApprove ? [onHold] : [processing, sent, completed];
}

/** What happens to a two-step withdrawal that is not committed. */
export function uncommittedScript(expiresAfterMs: number, staysNew: boolean): readonly Step[] {
  return staysNew ? [] : [{ ...cancelled, after: expiresAfterMs }];
}

/** What the Owner (here: Cryptopay's check), the chain and the provider can do. */
export const actions: Readonly<Record<Action, ActionRule>> = {
  confirm: {
    from: ['pending', 'processing', 'sent', 'on_hold', 'failed'],
    steps: [{ ...completed, after: 0 }],
  },
  approve: { from: ['on_hold'], steps: [{ ...processing, after: 0 }, sent, completed] },
  decline: { from: ['on_hold'], steps: [{ ...cancelled, after: 0 }] },
  cancel: {
    from: ['new', 'pending', 'processing', 'on_hold', 'failed'],
    steps: [{ ...cancelled, after: 0 }],
  },
};

import { effectOf } from '../../behaviour/magic-values.js';
import type { Step } from '../../ledger/payout.js';
import type { Act, ActRule } from '../provider.js';

/** How long a two-step withdrawal can be committed. */
export const commitWindowMs = 30_000;

const processing: Step = { after: 300, status: 'processing' };
const sent: Step = { after: 300, status: 'sent' };
const completed: Step = { after: 400, status: 'completed' };
const cancelled: Step = { after: 700, status: 'cancelled' };
const onHold: Step = { after: 300, status: 'on_hold' };
const failed: Step = { after: 300, status: 'failed' };
const twoSeconds = 2000;

/** What happens to a committed payout, which says `pending`. */
export function committedScript(code: string | null, ownerMustApprove: boolean): readonly Step[] {
  switch (effectOf(code)) {
    case 'waits-for-owner':
      return [onHold];
    case 'owner-approves':
      return [onHold, { ...processing, after: twoSeconds }, sent, completed];
    case 'owner-declines':
      return [onHold, { ...cancelled, after: twoSeconds }];
    case 'cancelled-later':
      return [processing, cancelled];
    case 'stays-open':
      return [];
    case 'final-changes':
      return [processing, sent, completed, { ...cancelled, after: twoSeconds }];
    case 'failed-then-completed':
      return [processing, failed, { ...completed, after: twoSeconds }];
    case 'failed-then-cancelled':
      return [processing, failed, { ...cancelled, after: twoSeconds }];
    default:
      return ownerMustApprove ? [onHold] : [processing, sent, completed];
  }
}

/** What happens to a two-step withdrawal that nobody commits. */
export function uncommittedScript(code: string | null, staysNew: boolean): readonly Step[] {
  if (staysNew) return [];
  return [{ ...cancelled, after: effectOf(code) === 'window-closed' ? 1000 : commitWindowMs }];
}

/** What the Owner (here: Cryptopay's own check), the chain and the provider can do. */
export const acts: Readonly<Record<Act, ActRule>> = {
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

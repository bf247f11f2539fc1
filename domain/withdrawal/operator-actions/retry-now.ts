import { capabilities } from '../../providers/index.js';
import { isFinal } from '../lifecycle.js';
import type { WithdrawalState } from '../state.js';
import type { ActionRule, OperatorAction } from './action.js';
import { answer, plainAction } from './action.js';

/**
 * Ends a wait, or brings the next look-up forward. Past an unknown outcome nothing is sent the sooner by it; but where Outflow sends
 * nothing by itself any more, it lets the next resend go out once the reference is proven absent.
 */
export const retryNow: ActionRule<OperatorAction> = {
  own: plainAction,
  problem: retryNowProblem,
  take(state, action, now) {
    if (state.status === 'waiting') state.tries.nextAt = now;
    else state.lookUps.nextAt = now;
    if (state.status === 'unknown') state.isResendReleased = true;
    answer(state, 'retryNow', action.id);
  },
};

function retryNowProblem({ status, slot, request }: WithdrawalState): string | undefined {
  const nothing = 'there is nothing to retry';
  if (isFinal(status)) return `${nothing}: it has ended (${status})`;
  if (status === 'received' || status === 'sending') return `${nothing}: it is being sent`;
  if (status === 'waiting' && slot !== undefined) return `${nothing}: it has its slot, which can’t come sooner`;
  const { title, hasLookUp } = capabilities[request.provider];
  if (status !== 'waiting' && !hasLookUp)
    return `${nothing}: ${title} documents no look-up, so only a person can ask there`;
  return undefined;
}

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import type { LookUpOutcome, OperatorAction, Resolution } from '../domain/withdrawal/operator-actions.js';
import type { Recovery } from '../domain/withdrawal/resending.js';
import type { Callback, WithdrawalState } from '../domain/withdrawal/state.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';

/** The argument of the withdrawal workflow. */
export interface WithdrawalStart {
  request: WithdrawalRequest;
  /** What the run before it, which continued as new, knew. */
  state?: WithdrawalState;
  /** Callbacks that the run before it, which was closed by force, may not have taken in. */
  callbacks?: Callback[];
  /** It goes on with a withdrawal whose workflow was closed by force. */
  recovery?: Recovery;
}

/** Delivers a verified callback. Only ever a plain signal: signal-with-start on a finished payout starts a second one. */
export const callbackSignal = defineSignal<[Callback]>('callback');

export const viewQuery = defineQuery<WithdrawalView>('view');

/** Cancels it if every attempt is proven unsent or refused and none is under way; else fails with `NotPossible`. */
export const cancelUpdate = defineUpdate<Status, [OperatorAction]>('cancel');

/** Ends a wait, or brings the next look-up forward; fails with `NotPossible` where there is nothing to retry. */
export const retryNowUpdate = defineUpdate<Status, [OperatorAction]>('retryNow');

/**
 * What became of a person's word: taken, or refused because the provider's own record contradicts it or could not be asked for.
 * `lookUp` is absent if none was made.
 */
export type ResolveResult =
  | { resolved: true; status: Status; lookUp?: LookUpOutcome }
  | { resolved: false; status: Status; why: string; lookUp?: LookUpOutcome };

/** Settles it on a person's word, after one more look at the provider; fails with `NotPossible` where nothing is to be settled. */
export const resolveUpdate = defineUpdate<ResolveResult, [Resolution]>('resolve');

/** The failure type of a run that started after its `sendBy`: an earlier run may have paid. */
export const STALE_REQUEST = 'StaleRequest';
/** The failure type of an update that the withdrawal's state doesn't allow. */
export const NOT_POSSIBLE = 'NotPossible';
/** The failure type of an update whose fields are wrong. */
export const BAD_ACTION = 'BadAction';

/**
 * Grants the next slot, unless it would come too late. The update id is the withdrawal's and its attempt's: within one run of the rate
 * limiter, asking again is the same slot; after it, the first one stays unused.
 */
export const acquireSlotUpdate = defineUpdate<Slot | NoSlotInTime, [intervalMs: number, notAfter: number]>(
  'acquireSlot',
);

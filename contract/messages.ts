import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { ProviderRecord } from '../domain/record.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { Recovery } from '../domain/withdrawal/earlier-run.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import type { Act as OperatorAction, Found, Resolution } from '../domain/withdrawal/operator-actions.js';
import type { WithdrawalState } from '../domain/withdrawal/state.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';

export type { Recovery } from '../domain/withdrawal/earlier-run.js';
export type { Act, Resolution } from '../domain/withdrawal/operator-actions.js';

/** The argument of the withdrawal workflow: a request, and what an earlier run of it remembers. */
export interface WithdrawalStart {
  request: WithdrawalRequest;
  memory?: WithdrawalState;
  /** Callbacks that came to the earlier run and could not be taken in yet. */
  callbacks?: Callback[];
  /** It goes on with a withdrawal whose workflow was closed by force. */
  recovery?: Recovery;
}

/** A verified callback, read. */
export interface Callback {
  record: ProviderRecord;
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
export type Resolved =
  | { resolved: true; status: Status; lookUp: LookUpEnd }
  | { resolved: false; status: Status; why: string; lookUp?: LookUpEnd };

/** What the look-up before it came to: a record, that there is none, that the provider could not be asked, or that it has no look-up. */
export type LookUpEnd = 'found' | Extract<Found, string>;

/** Settles it on a person's word, after one more look at the provider; fails with `NotPossible` where nothing is to be settled. */
export const resolveUpdate = defineUpdate<Resolved, [Resolution]>('resolve');

/** The failure type of a run that started after its `sendBy`: an earlier run may have paid. */
export const STALE_REQUEST = 'StaleRequest';
/** The failure type of an update that the withdrawal's state doesn't allow. */
export const NOT_POSSIBLE = 'NotPossible';
/** The failure type of an update whose fields are wrong. */
export const BAD_ACTION = 'BadAct';

/**
 * Gives the next turn, unless it would come too late. The update id is the withdrawal's and its attempt's: within one run of the gate, asking
 * again is the same turn; after it, the first one stays unused.
 */
export const acquireSlotUpdate = defineUpdate<Slot | NoSlotInTime, [intervalMs: number, notAfter: number]>(
  'acquireSlot',
);

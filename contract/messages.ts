import type { UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { fieldsOf } from '../domain/validation/fields.js';
import type { ActionAnswer, OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import type { ActionName, OperatorActions } from '../domain/withdrawal/operator-actions/table.js';
import type { Recovery } from '../domain/withdrawal/sending/earlier-run.js';
import type { Callback, WithdrawalState } from '../domain/withdrawal/state.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';

/** The argument of the withdrawal workflow. */
export interface WithdrawalStart {
  request: WithdrawalRequest;
  /** What the run before it, which continued as new, knew. */
  state?: WithdrawalState;
  /** That run: what it knew is for the run that it continued in, and for no other. */
  runBefore?: string;
  /** Callbacks that the run before it, which was closed by force, may not have taken in. */
  callbacks?: Callback[];
  /** It goes on with a withdrawal whose workflow was closed by force. */
  recovery?: Recovery;
}

/** Is it the argument of the withdrawal workflow, whatever its request is, and nothing else that is encrypted for it? */
export function isWithdrawalStart(value: unknown): value is WithdrawalStart {
  return Object.hasOwn(fieldsOf(value) ?? {}, 'request');
}

/** Delivers a verified callback. Only ever a plain signal: signal-with-start on a finished payout starts a second one. */
export const callbackSignal = defineSignal<[Callback]>('callback');

export const viewQuery = defineQuery<WithdrawalView>('view');

/**
 * An operator's action as it is sent: for the run that it names (the first of those that continue each other) and the runs that go on from it. A run that
 * was recovered is another: whoever reaches Temporal could send it again what was meant for the one before.
 */
export type SentAction<Action extends OperatorAction = OperatorAction> = Action & { forRun: string };

export type ActionUpdate<Action extends OperatorAction> = UpdateDefinition<ActionAnswer, [SentAction<Action>]>;

/**
 * The update of an operator's action, by the action's name. It fails with `BadAction` if a field is wrong, with `NotPossible` where the
 * state doesn't allow it; it answers `refused` if that turns out only later.
 */
export function actionUpdate<Name extends ActionName>(name: Name): ActionUpdate<OperatorActions[Name]> {
  return defineUpdate(name);
}

/** The failure type of a run that started after its `sendBy`: an earlier run may have paid. */
export const STALE_REQUEST = 'StaleRequest';
/** The failure type of an update that the withdrawal's state doesn't allow. */
export const NOT_POSSIBLE = 'NotPossible';
/** The failure type of an update that can't be believed. */
export const UNREADABLE = 'Unreadable';
/** The failure type of an update whose fields are wrong. */
export const BAD_ACTION = 'BadAction';

/**
 * Grants the next slot, unless it would come too late. The update id is the withdrawal's and its attempt's: within one run of the rate
 * limiter, asking again is the same slot; after it, the first one stays unused.
 */
export const acquireSlotUpdate = defineUpdate<Slot | NoSlotInTime, [intervalMs: number, notAfter: number]>(
  'acquireSlot',
);

import {
  ApplicationFailure,
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { withdrawalIdOf } from '../contract/ids.js';
import type { WithdrawalStart } from '../contract/messages.js';
import { actionUpdate, isWithdrawalStart, NOT_POSSIBLE, viewQuery } from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import type { UnreadableReason } from '../contract/unreadable.js';
import { unreadableReason } from '../contract/unreadable.js';
import { attentionText } from '../domain/attention.js';
import type { WithdrawalEvent } from '../domain/withdrawal/apply.js';
import type { OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import type { ActionName } from '../domain/withdrawal/operator-actions/table.js';
import { actionNames } from '../domain/withdrawal/operator-actions/table.js';
import type { Callback } from '../domain/withdrawal/state.js';
import { viewOfUnreadable } from '../domain/withdrawal/view.js';

/** Why an argument can't be believed; undefined if it can. One that is left out never came by a process that has the key. */
export function reasonAgainst(value: unknown): UnreadableReason | undefined {
  return value === undefined ? 'plaintext' : unreadableReason(value);
}

/**
 * Why a run can't believe its argument. Whoever reaches Temporal may start or continue a run with anything that was ever encrypted for its workflow:
 * what is no start at all, what the first run was started with, or what an earlier one knew before it sent. A start whose request breaks rules is one all
 * the same: it ends refused.
 */
export function reasonAgainstStart(start: unknown): UnreadableReason | undefined {
  const reason = reasonAgainst(start);
  if (reason !== undefined) return reason;
  return isWithdrawalStart(start) && isOfThisRun(start) ? undefined : 'misplaced';
}

/** A first run knows nothing, unless a person recovered it; one that was continued, what the run right before it passed on. */
function isOfThisRun({ state, runBefore, recovery }: WithdrawalStart): boolean {
  const { continuedFromExecutionRunId: continuedFrom } = workflowInfo();
  if (continuedFrom === undefined) return state === undefined || recovery !== undefined;
  return state !== undefined && runBefore === continuedFrom && recovery === undefined;
}

/** What a callback's signal is to the withdrawal. */
export function received(callback: Callback): WithdrawalEvent {
  const reason = reasonAgainst(callback);
  if (reason === undefined) return { type: 'callbackReceived', callback };
  return { type: 'unreadableReceived', what: 'callback', reason };
}

/**
 * A run whose argument can't be believed: it sends nothing, claims nothing and asks for a person, who can only end it from outside. What is
 * signalled to it stays in its history, for the run that follows it.
 */
export async function unreadableRun(reason: UnreadableReason): Promise<never> {
  const { workflowId, continuedFromExecutionRunId: runBefore } = workflowInfo();
  // Continued from another, it may have a payout under way.
  const attention = runBefore === undefined ? 'unreadable-start' : 'unreadable-state';
  const view = viewOfUnreadable({ withdrawalId: withdrawalIdOf(workflowId), attention, reason }, Date.now());
  setHandler(viewQuery, () => view);
  for (const name of actionNames) refuseAction(name);
  setCurrentDetails(`**A person is needed (${attention}):** ${attentionText(attention)}`);
  upsertSearchAttributes([
    { key: searchAttributes.status, value: view.status },
    { key: searchAttributes.attention, value: attention },
    // Of a first run, whoever started it wrote them.
    ...(runBefore === undefined
      ? [
          { key: searchAttributes.provider, value: null },
          { key: searchAttributes.currency, value: null },
          { key: searchAttributes.providerId, value: null },
        ]
      : []),
  ]);
  for (;;) await CancellationScope.nonCancellable(() => condition(() => false));
}

function refuseAction(name: ActionName): void {
  const refuse = (_action: OperatorAction): never => {
    const why = 'what it was started with can’t be believed, so nothing can be done with it';
    throw ApplicationFailure.nonRetryable(why, NOT_POSSIBLE);
  };
  setHandler(actionUpdate(name), refuse, { validator: refuse });
}

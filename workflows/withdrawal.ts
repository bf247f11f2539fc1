import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { WithdrawalStart } from '../contract/messages.js';
import { actionUpdate, callbackSignal, viewQuery } from '../contract/messages.js';
import { summaries } from '../contract/summaries.js';
import type { WithdrawalEvent } from '../domain/withdrawal/apply.js';
import { apply, nameOf, newFaults } from '../domain/withdrawal/apply.js';
import type { ActionAnswer, OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import { answerTo } from '../domain/withdrawal/operator-actions/action.js';
import type { ActionName, ActionRequested } from '../domain/withdrawal/operator-actions/table.js';
import { actionNames } from '../domain/withdrawal/operator-actions/table.js';
import type { Step } from '../domain/withdrawal/step.js';
import { isOvertaken, mayContinueAsNew, nextStep } from '../domain/withdrawal/step.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import { viewOf } from '../domain/withdrawal/view.js';
import { faultOfOurs, logFault } from './faults.js';
import { believable, refuseImpossible, refuseUnbelieved } from './operator-actions.js';
import { perform, started } from './perform.js';
import { show } from './show.js';
import { stateAtStart } from './starting.js';
import { received, reasonAgainstStart, unreadableRun } from './unreadable.js';
import { changeOr, unlessOvertaken } from './waiting.js';

/**
 * Pays one withdrawal, and stays open until the money's fate is final. It decides nothing: `nextStep` says what to do, and whatever comes of
 * that, or from outside, is an event that `apply` takes into the state.
 */
export async function withdrawal(start?: WithdrawalStart): Promise<WithdrawalView> {
  const reason = reasonAgainstStart(start);
  if (reason !== undefined) return unreadableRun(reason);
  const now = () => Date.now();
  const root = CancellationScope.current();
  let state = stateAtStart(start, now());
  let isNewHistorySuggested = false;

  setHandler(viewQuery, () => viewOf(state));
  setHandler(callbackSignal, (callback) => take(received(callback)));
  for (const name of actionNames) handleAction(name);
  root.cancelRequested.catch(() => {
    noticeCancelRequest();
    show(state); // Temporal's UI says “Workflow canceled.” at once, whatever comes of it
  });
  // Temporal's cancel request must not abandon a payout on its way: inside, it counts as `cancel` and no more.
  return CancellationScope.nonCancellable(untilFinal);

  async function untilFinal(): Promise<WithdrawalView> {
    for (;;) {
      try {
        noticeCancelRequest();
        const decidedAt = now();
        const step = nextStep(state, decidedAt);
        await carryOut(step, decidedAt);
        if (step.do === 'end' && nextStep(state, now()).do === 'end') return viewOf(state);
        if (!isHistoryLong()) continue;
        await carryOut({ do: 'checkRun' }, now()); // the next run may send: what an earlier one may have sent must be known before
      } catch (fault) {
        recordFault(fault);
        continue;
      }
      if (isHistoryLong())
        return continueAsNew<typeof withdrawal>({ request: state.request, state, runBefore: workflowInfo().runId });
    }
  }

  async function carryOut(step: Step, decidedAt: number): Promise<void> {
    const isPassedOver = () => isOvertaken(step, state, decidedAt);
    switch (step.do) {
      case 'apply':
        return take(step.event);
      case 'wait':
        show(state);
        return changeOr(step.until, () => isPassedOver() || isHistoryLong(), {
          now: now(),
          summary: summaries.nextLook(state.status),
        });
      case 'end':
        show(state);
        return condition(allHandlersFinished);
      default: {
        const begins = started(step);
        if (begins !== undefined) take(begins); // on record before a byte can leave
        show(state);
        const result = await unlessOvertaken(perform(step, state.request, decidedAt), isPassedOver);
        if (result !== undefined) take(result);
      }
    }
  }

  function take(event: WithdrawalEvent): void {
    const before = state;
    state = apply(before, event, now());
    for (const fault of newFaults(before, state)) logFault(fault);
    // Asked here alone: the moment of an update that is refused stands in no history.
    isNewHistorySuggested = workflowInfo().continueAsNewSuggested;
  }

  /** An operator's action: refused before it enters the history, or answered once it is decided what it came to. */
  function handleAction(name: ActionName): void {
    setHandler(actionUpdate(name), (action: OperatorAction) => answer({ type: 'actionRequested', name, action }), {
      validator: (action: OperatorAction) => refuseImpossible(name, state, action, now()),
    });
  }

  /** What an operator's action came to: at once, or once the provider or the run has been asked. */
  async function answer(event: ActionRequested): Promise<ActionAnswer> {
    try {
      take(believable(event));
    } catch (fault) {
      recordFault(fault);
      throw faultOfOurs();
    }
    refuseUnbelieved(event.action);
    for (;;) {
      const given = answerTo(state, event.name, event.action.id);
      if (given !== undefined) return given;
      // Handlers run outside of what shields the payout from Temporal's cancel request.
      await CancellationScope.nonCancellable(() =>
        condition(() => answerTo(state, event.name, event.action.id) !== undefined),
      );
    }
  }

  /** Temporal's own cancel request counts as `cancel`, also one that was there before the first task. */
  function noticeCancelRequest(): void {
    if (root.consideredCancelled && state.cancel === undefined) take({ type: 'cancelRequestedInTemporal' });
  }

  /** A fault of our own never ends a withdrawal: it asks for a person, and goes on after a while. */
  function recordFault(fault: unknown): void {
    logFault(nameOf(fault));
    take({ type: 'faultOccurred', fault: nameOf(fault) });
  }

  /** Long waits carry what was seen and done into a fresh history, never with a send under way or an operator unanswered. */
  function isHistoryLong(): boolean {
    return isNewHistorySuggested && mayContinueAsNew(state) && allHandlersFinished();
  }
}

import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { WithdrawalStart } from '../contract/messages.js';
import { callbackSignal, cancelUpdate, resolveUpdate, retryNowUpdate, viewQuery } from '../contract/messages.js';
import type { ActionEvent, WithdrawalEvent } from '../domain/withdrawal/apply.js';
import { apply, faultsOf, nameOf } from '../domain/withdrawal/apply.js';
import type { ActionAnswer, Resolution } from '../domain/withdrawal/operator-actions.js';
import { answerTo, cancelProblem, resolveProblem, retryNowProblem } from '../domain/withdrawal/operator-actions.js';
import type { Step } from '../domain/withdrawal/step.js';
import { isOvertaken, mayContinueAsNew, nextStep } from '../domain/withdrawal/step.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import { viewOf } from '../domain/withdrawal/view.js';
import {
  faultOfOurs,
  refuseBadAction,
  refuseBadResolution,
  refuseImpossible,
  resolveResult,
  statusOf,
} from './operator-actions.js';
import { perform, started } from './perform.js';
import { show } from './show.js';
import { stateAtStart } from './starting.js';

/**
 * Pays one withdrawal, and stays open until the money's fate is final. It decides nothing: `nextStep` says what to do, and whatever comes of
 * that, or from outside, is an event that `apply` takes into the state.
 */
export async function withdrawal(start?: WithdrawalStart): Promise<WithdrawalView> {
  const now = () => Date.now();
  const root = CancellationScope.current();
  let state = stateAtStart(start, now());
  let isNewHistorySuggested = false;

  setHandler(viewQuery, () => viewOf(state));
  setHandler(callbackSignal, (callback) => take({ type: 'callbackReceived', callback }));
  setHandler(cancelUpdate, async (action) => statusOf(await answer({ type: 'cancelRequested', action })), {
    validator: (action) => {
      refuseBadAction(action);
      refuseImpossible(cancelProblem(state));
    },
  });
  setHandler(retryNowUpdate, async (action) => statusOf(await answer({ type: 'retryRequested', action })), {
    validator: (action) => {
      refuseBadAction(action);
      refuseImpossible(retryNowProblem(state));
    },
  });
  setHandler(resolveUpdate, async (action) => resolveResult(await answer({ type: 'resolveRequested', action })), {
    validator: (action: Resolution) => {
      refuseBadResolution(action);
      refuseImpossible(resolveProblem(state, action, now()));
    },
  });
  root.cancelRequested.catch(() => {
    noticeCancelRequest();
    display(); // Temporal's UI says “Workflow canceled.” at once, whatever comes of it
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
      if (isHistoryLong()) return continueAsNew<typeof withdrawal>({ request: state.request, state });
    }
  }

  async function carryOut(step: Step, decidedAt: number): Promise<void> {
    switch (step.do) {
      case 'apply':
        return take(step.event);
      case 'wait':
        display();
        return changeOr(step.until, () => isPassedOver(step, decidedAt) || isHistoryLong());
      case 'end':
        display();
        return condition(allHandlersFinished);
      default: {
        const begins = started(step);
        if (begins !== undefined) take(begins); // on record before a byte can leave
        display();
        const outcome = perform(step, state.request, decidedAt);
        const result = await unlessOvertaken(outcome, () => isPassedOver(step, decidedAt));
        if (result !== undefined) take(result);
      }
    }
  }

  function take(event: WithdrawalEvent): void {
    const before = faultsOf(state);
    state = apply(state, event, now());
    for (const fault of faultsOf(state).slice(before.length)) logFault(fault);
    // Asked here alone: the moment of an update that is refused stands in no history.
    isNewHistorySuggested = workflowInfo().continueAsNewSuggested;
  }

  /** What can't be shown must hold up nothing. */
  function display(): void {
    try {
      show(state);
    } catch (fault) {
      logFault(nameOf(fault));
    }
  }

  /** A fault of ours in deciding it is met where steps are decided: thrown in a condition, it would block the workflow. */
  function isPassedOver(step: Step, decidedAt: number): boolean {
    try {
      return isOvertaken(step, state, decidedAt);
    } catch {
      return true;
    }
  }

  /** Until the time, if there is one, or until something that has come makes another step the next one. */
  async function changeOr(until: number | undefined, hasChanged: () => boolean): Promise<void> {
    if (until === undefined) await condition(hasChanged);
    else await condition(hasChanged, until - now(), { summary: `${state.status}: next look` });
  }

  /** What a call came to; undefined if something has come meanwhile that makes another step the next one. */
  async function unlessOvertaken(
    outcome: Promise<WithdrawalEvent>,
    isCallOvertaken: () => boolean,
  ): Promise<WithdrawalEvent | undefined> {
    let isOver = false;
    const overtaken = condition(() => isOver || isCallOvertaken());
    try {
      return await Promise.race([outcome, overtaken.then(() => undefined)]);
    } finally {
      isOver = true;
    }
  }

  /** What an operator's action came to: at once, or once the provider or the run has been asked. */
  async function answer(event: ActionEvent): Promise<ActionAnswer> {
    try {
      take(event);
    } catch (fault) {
      recordFault(fault);
      throw faultOfOurs();
    }
    for (;;) {
      const given = answerTo(state, event.action.id);
      if (given !== undefined) return given;
      // Handlers run outside of what shields the payout from Temporal's cancel request.
      await CancellationScope.nonCancellable(() => condition(() => answerTo(state, event.action.id) !== undefined));
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

  function logFault(fault: string): void {
    log.error('a fault of Outflow', { fault });
  }

  /** Long waits carry what was seen and done into a fresh history, never with a send under way or an operator unanswered. */
  function isHistoryLong(): boolean {
    return isNewHistorySuggested && mayContinueAsNew(state) && allHandlersFinished();
  }
}

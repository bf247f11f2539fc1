import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { commitFailed, commitStarted, committed, mayCommit } from '../domain/committing.js';
import { mayResend } from '../domain/evidence.js';
import { hear } from '../domain/hearing.js';
import { absent, lookedUp, lookUpFailed } from '../domain/looking-up.js';
import { matrix } from '../domain/matrix.js';
import { cancelIfWanted, cancelRequested, remind, reminderAt } from '../domain/people.js';
import type { Found } from '../domain/people.js';
import {
  accepted,
  deadlinePassed,
  needsTurn,
  noTurn,
  requestInvalid,
  sendFailed,
  sendStarted,
  turnGiven,
} from '../domain/sending.js';
import { viewOf } from '../domain/telling.js';
import type { WithdrawalView } from '../domain/view.js';
import { Withdrawal } from '../domain/withdrawal.js';
import { takeActs } from './acts.js';
import { callsOf, failedCall, told } from './calling.js';
import { openCase } from './case.js';
import type { Callback, WithdrawalStart } from './contract.js';
import { callbackSignal, viewQuery } from './contract.js';
import { showInTemporal } from './showing.js';
import { mistakesOf, requestIn, staleRequest } from './starting.js';

/**
 * Pays one withdrawal, and stays open until the money's fate is final. This file is the order of events; every decision is made in
 * `domain/` (the states in `states.ts`, what each piece of news makes of them beside it).
 */
export async function withdrawal(start?: WithdrawalStart): Promise<WithdrawalView> {
  const payout = start?.memory ? new Withdrawal(start.memory) : Withdrawal.received(requestIn(start), Date.now());
  const { provider } = payout.request;
  const inbox: Callback[] = [];

  setHandler(callbackSignal, (callback) => void inbox.push(callback));
  setHandler(viewQuery, () => viewOf(payout));
  takeActs(payout, { hearNews, lookUp: () => CancellationScope.nonCancellable(lookUp), noteFault });
  CancellationScope.current().cancelRequested.catch(() => {
    hearNews();
    cancelRequested(payout, 'Temporal’s cancel request', Date.now());
    showInTemporal(payout); // the UI says “Workflow canceled.”, whatever came of it
  });

  if (!start?.memory) {
    const mistakes = mistakesOf(payout.request);
    if (mistakes !== undefined) requestInvalid(payout, mistakes, Date.now());
    else if (workflowInfo().startTime.getTime() >= payout.sendBy) throw staleRequest();
  }
  // Temporal's cancel request must not abandon a payout on its way: inside, it counts as `cancel` and no more.
  return CancellationScope.nonCancellable(untilFinal);

  async function untilFinal(): Promise<WithdrawalView> {
    while (!payout.isFinal) {
      try {
        await nextStep();
        await openCases();
      } catch (fault) {
        await survive(fault);
      }
      if (isHistoryLong()) await startAnew();
    }
    showInTemporal(payout);
    await condition(allHandlersFinished);
    await handOverLateNews();
    return viewOf(payout);
  }

  /** What comes after the end finds no open withdrawal. */
  async function handOverLateNews(): Promise<void> {
    for (;;) {
      try {
        hearCallbacks();
        if (payout.memory.setAside.length === 0) return;
        await openCases();
      } catch (fault) {
        await survive(fault); // this late, too, no failure may leave the workflow function
      }
    }
  }

  /** News that this withdrawal can't take becomes a case each, for a person. */
  async function openCases(): Promise<void> {
    const { setAside } = payout.memory;
    for (let next = setAside[0]; next !== undefined; next = setAside[0]) {
      await openCase({ provider, withdrawalId: payout.request.withdrawalId, ...next });
      setAside.shift();
    }
  }

  async function nextStep(): Promise<void> {
    switch (payout.status) {
      case 'received':
        return getReadyToSend();
      case 'waiting':
        return waitToSend();
      case 'sending': // a fault of ours broke the send off
        return sendFailed(payout, { type: 'CallInterrupted' }, undefined, Date.now());
      case 'unknown':
        return mayResend(payout, Date.now()) ? send() : listen();
      case 'awaiting_commit':
        return mayCommit(payout, Date.now()) ? commit() : listen();
      case 'processing':
      case 'awaiting_approval':
      case 'on_hold':
        return listen();
      case 'confirmed':
      case 'declined':
      case 'cancelled':
      case 'refused':
      case 'expired':
        return;
    }
  }

  async function getReadyToSend(): Promise<void> {
    cancelIfWanted(payout, Date.now());
    if (payout.isFinal) return;
    if (Date.now() >= payout.sendBy) return deadlinePassed(payout, Date.now());
    return needsTurn(payout) ? askForTurn() : send();
  }

  /** Waits for funds, credentials, a connection or its turn: until the next try, and never past `sendBy`. */
  async function waitToSend(): Promise<void> {
    const turn = () => Math.min(payout.memory.tries.nextAt, payout.sendBy);
    await newsUntil(turn);
    hearCallbacks();
    if (payout.status === 'waiting' && Date.now() >= turn()) await getReadyToSend();
  }

  /** A provider that takes one create per interval has a gate, which hands out the times. */
  async function askForTurn(): Promise<void> {
    const { withdrawalId } = payout.request;
    const order = { withdrawalId, attempt: payout.memory.sends + 1 };
    try {
      turnGiven(payout, await callsOf(provider, 'take a turn').takeTurn(order), Date.now());
    } catch (error) {
      failedCall(error); // whatever it was, nothing was sent
      noTurn(payout, Date.now());
    }
  }

  /** One attempt to create it at the provider; Temporal repeats only what is proven unsent or refused for now. */
  async function send(): Promise<void> {
    const order = sendStarted(payout, Date.now());
    showInTemporal(payout);
    try {
      const taken = told(await callsOf(provider, 'create').createWithdrawal({ request: payout.request, ...order }));
      accepted(payout, taken, Date.now()); // the callbacks that overtook it are newer, so they are heard after it
    } catch (error) {
      const { failure, account } = failedCall(error);
      hearCallbacks();
      sendFailed(payout, failure, account, Date.now());
    }
  }

  /** Confirms what was created, within the provider's window. A lost answer is settled by reading, never by committing again. */
  async function commit(): Promise<void> {
    const { withdrawalId } = payout.request;
    const order = { withdrawalId, providerId: payout.providerId ?? '', notAfter: commitStarted(payout) };
    showInTemporal(payout);
    try {
      const { record } = told(await callsOf(provider, 'commit').commitWithdrawal(order));
      hearCallbacks();
      committed(payout);
      hear(payout, record, 'answer', Date.now());
    } catch (error) {
      commitFailed(payout, failedCall(error).failure, Date.now());
    }
  }

  /** Callbacks and look-ups are two ears for the same news; reminders call for a person when neither brings any. */
  async function listen(): Promise<void> {
    await newsUntil(() => Math.min(payout.lookUpAt, reminderAt(payout)));
    hearCallbacks();
    if (!payout.isFinal && Date.now() >= payout.lookUpAt) await lookUp();
    if (!payout.isFinal && Date.now() >= reminderAt(payout)) remind(payout, Date.now());
  }

  /** Asks the provider. */
  async function lookUp(): Promise<Found> {
    if (!matrix[provider].hasLookUp) return 'no look-up';
    showInTemporal(payout);
    try {
      const { request, providerId } = payout;
      const order = { request, ...(providerId !== undefined && { providerId }) };
      const { record, account, rules } = told(await callsOf(provider, 'look up').lookUpWithdrawal(order));
      hearCallbacks(); // before the look-up's word can end it: two final words that differ must meet
      if (record === undefined) absent(payout, account, rules, Date.now());
      else lookedUp(payout, record, rules, Date.now());
      return record ?? 'absent';
    } catch (error) {
      const { failure } = failedCall(error);
      hearCallbacks();
      lookUpFailed(payout, failure, Date.now());
      return 'failed';
    }
  }

  /** One by one: if a fault of ours breaks it off, those behind are still there. */
  function hearCallbacks(): void {
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift())
      hear(payout, next.record, 'callback', Date.now());
  }

  /** The same, where nothing may be thrown. */
  function hearNews(): void {
    try {
      hearCallbacks();
    } catch (fault) {
      noteFault(fault);
    }
  }

  /** Waits for a callback, a person's act or the time, whichever comes first. */
  async function newsUntil(time: () => number): Promise<void> {
    const { status } = payout;
    const awaited = time();
    const { setAside } = payout.memory;
    const news = () => inbox.length + setAside.length > 0 || payout.status !== status || time() < awaited;
    if (news() || Date.now() >= awaited) return;
    showInTemporal(payout);
    if (awaited === Number.POSITIVE_INFINITY) await condition(news);
    else await condition(news, awaited - Date.now(), { summary: `${status}: next look` });
  }

  /** A fault of our own never ends a withdrawal: it asks for a person and goes on listening. */
  async function survive(fault: unknown): Promise<void> {
    noteFault(fault);
    showInTemporal(payout);
    await condition(() => inbox.length > 0, '1 minute');
  }

  function noteFault(fault: unknown): undefined {
    log.error('a fault of Outflow', { fault: fault instanceof Error ? fault.name : typeof fault });
    payout.needPerson('internal-fault', Date.now());
    return undefined;
  }

  /** Long waits carry what was seen and done into a fresh history, never with a send under way or a callback unheard. */
  function isHistoryLong(): boolean {
    const isQuiet = !payout.isFinal && payout.status !== 'sending' && inbox.length === 0 && allHandlersFinished();
    return workflowInfo().continueAsNewSuggested && isQuiet;
  }

  async function startAnew(): Promise<never> {
    const { request, memory } = payout;
    return continueAsNew<typeof withdrawal>({ request, memory });
  }
}

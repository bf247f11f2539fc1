import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { commitFailed, commitStarted, committed, mayCommit } from '../domain/withdrawal/committing.js';
import { mayResend } from '../domain/withdrawal/resending.js';
import { hear } from '../domain/withdrawal/records.js';
import { absent, lookedUp, lookUpFailed } from '../domain/withdrawal/looking-up.js';
import { isSlot } from '../domain/rate-limiter.js';
import { capabilities } from '../domain/providers/index.js';
import { earlierRunFound, recovered } from '../domain/withdrawal/earlier-run.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import {
  cancelIfWanted,
  cancelRequested,
  isCancelDue,
  remind,
  reminderAt,
} from '../domain/withdrawal/operator-actions.js';
import type { Found } from '../domain/withdrawal/operator-actions.js';
import {
  accepted,
  deadlinePassed,
  isReadyToSend,
  needsTurn,
  noSlot,
  noSlotInTime,
  requestInvalid,
  sendFailed,
  sendStarted,
  turnGiven,
} from '../domain/withdrawal/creating.js';
import { durations } from '../domain/timeouts.js';
import { viewOf } from '../domain/withdrawal/telling.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import { Withdrawal } from '../domain/withdrawal/withdrawal.js';
import { takeActs } from './operator-actions.js';
import type { CallLimits } from './calling.js';
import { callsOf, commitLimits, failedCall, ownRun, resolveLimits, sendLimits, told, turnsOf } from './calling.js';
import { openCase } from './case.js';
import type { Callback, WithdrawalStart } from '../contract/messages.js';
import { callbackSignal, viewQuery } from '../contract/messages.js';
import { showInTemporal } from './showing.js';
import { mistakesOf, requestIn, staleRequest } from './starting.js';

/**
 * Pays one withdrawal, and stays open until the money's fate is final. This file is the order of events; every decision is made in
 * `domain/` (the states in `states.ts`, what each piece of news makes of them beside it).
 */
export async function withdrawal(start?: WithdrawalStart): Promise<WithdrawalView> {
  const payout = start?.memory ? new Withdrawal(start.memory) : Withdrawal.received(requestIn(start), Date.now());
  const { provider } = payout.request;
  const { originalExecutionRunId: originalRun } = workflowInfo();
  const mistakes = start?.memory ? undefined : mistakesOf(payout.request);
  const root = CancellationScope.current();
  const inbox: Callback[] = [...(start?.callbacks ?? [])];
  /** So many of them a fault of ours kept from being taken in: they stay, and are tried again with the next news. */
  let stuck = 0;

  setHandler(callbackSignal, (callback) => void inbox.push(callback));
  setHandler(viewQuery, () => viewOf(payout));
  takeActs(payout, {
    hearNews: hearCallbacks,
    knowRun: () => CancellationScope.nonCancellable(knowRun),
    lookUp: () => CancellationScope.nonCancellable(() => lookUp(resolveLimits)),
    noteFault,
  });
  root.cancelRequested.catch(takeCancelRequest); // Temporal's UI says "Workflow canceled.", whatever comes of it: answered at once

  if (start?.recovery) recovered(payout, start.recovery, mistakes, Date.now());
  else if (mistakes === undefined && !start?.memory && workflowInfo().startTime.getTime() >= payout.sendBy)
    throw staleRequest();
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
        if (payout.memory.setAside.length === 0 && inbox.length === 0) return;
        await openCases();
        await openCaseOfStuck();
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

  /** What a fault of ours keeps from being taken in is for a person. */
  async function openCaseOfStuck(): Promise<void> {
    const { withdrawalId } = payout.request;
    const problem = 'a fault of Outflow’s own: the worker’s log names it';
    for (; stuck > 0; stuck -= 1) {
      await openCase({ provider, withdrawalId, reason: 'unreadable', problem, body: JSON.stringify(inbox[0]) });
      inbox.shift();
    }
  }

  async function nextStep(): Promise<void> {
    switch (payout.status) {
      case 'received':
        return getReadyToSend();
      case 'waiting':
        return waitToSend();
      case 'sending': // a fault of ours broke the send off
        return sendFailed(payout, { failure: { type: 'CallInterrupted' }, isOver: false }, Date.now());
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
    hearCallbacks(); // the provider may know of it already, by an earlier run
    if (!isReadyToSend(payout)) return;
    const isRefused = mistakes !== undefined && payout.status === 'received';
    if (isRefused || isCancelDue(payout) || Date.now() >= payout.sendBy) await knowRun();
    if (!isReadyToSend(payout)) return;
    if (isRefused) return requestInvalid(payout, mistakes, Date.now());
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
    const isDue = isCancelDue(payout) || Date.now() >= turn();
    if (payout.status === 'waiting' && isDue) await getReadyToSend();
  }

  /**
   * Nothing was sent, says this history; but Temporal's Reset may have cut off what was. The worker knows which run this is. (The workflow
   * itself must not look: replayed in the new run, it would decide otherwise than it did.)
   */
  async function knowRun(): Promise<void> {
    runHeardOf(await ownRun());
    hearCallbacks(); // those that came meanwhile
  }

  function runHeardOf(run: string): void {
    if (run === originalRun || run === payout.memory.settlingRun) return;
    const why = 'Reset made this run';
    earlierRunFound(payout, { why, endedBy: Date.now(), settlingRun: run }, Date.now());
  }

  /** A provider that takes one create per interval has a gate, which hands out the times. */
  async function askForTurn(): Promise<void> {
    const { request, sendBy } = payout;
    const { withdrawalId, requestedAt } = request;
    const order = { withdrawalId, attempt: payout.memory.sends + 1, requestedAt, notAfter: sendBy };
    showInTemporal(payout); // in a long line, it may take minutes
    try {
      const asked = turnsOf(provider, sendBy).acquireSlot(order);
      const cancelled = condition(() => payout.isFinal || isCancelNews() || isCancelDue(payout)).then(() => undefined);
      const answer = await Promise.race([asked, cancelled]);
      if (answer === undefined) return;
      if (isSlot(answer)) return turnGiven(payout, answer, Date.now());
      await knowRun();
      noSlotInTime(payout, answer, Date.now());
    } catch (error) {
      noSlot(payout, failedCall(error).failure, Date.now()); // whatever it was, nothing was sent
    }
  }

  /** One attempt to create it at the provider; Temporal repeats only what is proven unsent or refused for now. */
  async function send(): Promise<void> {
    const order = { request: payout.request, originalRun, ...sendStarted(payout, Date.now()) };
    showInTemporal(payout);
    try {
      const taken = told(await callsOf(provider, 'create', sendLimits).createWithdrawal(order));
      accepted(payout, taken, Date.now()); // the callbacks that overtook it are newer, so they are heard after it
    } catch (error) {
      const failed = failedCall(error);
      hearCallbacks();
      sendFailed(payout, failed, Date.now());
    }
  }

  /** Confirms what was created, within the provider's window. A lost answer is settled by reading, never by committing again. */
  async function commit(): Promise<void> {
    const { withdrawalId } = payout.request;
    const notAfter = commitStarted(payout);
    const runs = { originalRun, ...omitUndefined({ settlingRun: payout.memory.settlingRun }) };
    const order = { withdrawalId, providerId: payout.providerId ?? '', notAfter, ...runs };
    const limits = commitLimits(notAfter - Date.now());
    showInTemporal(payout);
    try {
      const { record } = told(await callsOf(provider, 'commit', limits).commitWithdrawal(order));
      hearCallbacks();
      committed(payout);
      hear(payout, record, 'answer', Date.now());
    } catch (error) {
      commitFailed(payout, failedCall(error), Date.now());
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
  async function lookUp(limits?: CallLimits): Promise<Found> {
    if (!capabilities[provider].hasLookUp) {
      await knowRun();
      return 'no look-up';
    }
    showInTemporal(payout);
    const askedAt = Date.now();
    try {
      const { request, providerId } = payout;
      const order = { request, ...(providerId !== undefined && { providerId }) };
      const { record, account, policy, run } = told(await callsOf(provider, 'look up', limits).lookUpWithdrawal(order));
      runHeardOf(run);
      hearCallbacks(); // before the look-up's word can end it: two final words that differ must meet
      if (record === undefined) absent(payout, { account, policy, askedAt }, Date.now());
      else lookedUp(payout, record, policy, Date.now());
      return record ?? 'absent';
    } catch (error) {
      const { failure } = failedCall(error);
      hearCallbacks();
      lookUpFailed(payout, failure, Date.now());
      return 'could not ask';
    }
  }

  /** Takes in what has come. A callback leaves the inbox only once it is taken in: one that a fault of ours breaks off stays in it. */
  function hearCallbacks(): void {
    takeCancelRequest();
    const broken: Callback[] = [];
    for (let next = inbox[0]; next !== undefined; next = inbox[0]) {
      try {
        hear(payout, next.record, 'callback', Date.now());
      } catch (fault) {
        noteFault(fault);
        broken.push(next);
      }
      inbox.shift();
    }
    inbox.push(...broken);
    stuck = broken.length;
  }

  /** Temporal's own cancel request counts as `cancel`, also one that was there before the first task. */
  function takeCancelRequest(): void {
    if (!isCancelNews()) return;
    cancelRequested(payout, 'Temporal’s cancel request', Date.now());
    showInTemporal(payout);
  }

  function isCancelNews(): boolean {
    return root.consideredCancelled && !payout.memory.cancelWanted;
  }

  /** Waits for a callback, a person's act or the time, whichever comes first. */
  async function newsUntil(time: () => number): Promise<void> {
    const { status } = payout;
    const awaited = time();
    const { setAside } = payout.memory;
    const isNews = () => inbox.length > stuck || setAside.length > 0 || isCancelNews();
    const news = () => isNews() || payout.status !== status || time() < awaited;
    if (news() || Date.now() >= awaited) return;
    showInTemporal(payout);
    if (awaited === Number.POSITIVE_INFINITY) await condition(news);
    else await condition(news, awaited - Date.now(), { summary: `${status}: next look` });
  }

  /** A fault of our own never ends a withdrawal: it asks for a person and goes on listening. */
  async function survive(fault: unknown): Promise<void> {
    noteFault(fault);
    showInTemporal(payout);
    await condition(() => inbox.length > stuck, durations.retry.afterFault.ms);
  }

  function noteFault(fault: unknown): undefined {
    log.error('a fault of Outflow', { fault: fault instanceof Error ? fault.name : typeof fault });
    payout.needPerson('internal-fault', Date.now());
    return undefined;
  }

  /** Long waits carry what was seen and done into a fresh history, never with a send under way or a callback unheard. */
  function isHistoryLong(): boolean {
    const isQuiet = !payout.isFinal && payout.status !== 'sending' && inbox.length === stuck && allHandlersFinished();
    return workflowInfo().continueAsNewSuggested && isQuiet;
  }

  /** A fresh history has a run of its own, which may send: what an earlier run of this one may have sent must be known before. */
  async function startAnew(): Promise<void> {
    try {
      await knowRun();
    } catch (fault) {
      return survive(fault);
    }
    if (!isHistoryLong()) return; // news came meanwhile
    const { request, memory } = payout;
    return continueAsNew<typeof withdrawal>({ request, memory, ...(stuck > 0 && { callbacks: inbox }) });
  }
}

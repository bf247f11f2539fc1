import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ProviderCalls } from '../activities/calls.js';
import { matrix } from '../domain/matrix.js';
import { fieldsOf } from '../domain/fields.js';
import { checkRequest } from '../domain/mistakes.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { viewOf } from '../domain/telling.js';
import type { WithdrawalView } from '../domain/view.js';
import { Withdrawal } from '../domain/withdrawal.js';
import type { Callback, WithdrawalStart } from './contract.js';
import {
  callbackSignal,
  callQueue,
  cancelUpdate,
  NOT_CANCELLABLE,
  STALE_REQUEST,
  viewQuery,
  workflowIds,
} from './contract.js';
import { failedCall } from './failed-call.js';
import { showInTemporal } from './showing.js';

/**
 * Pays one withdrawal, and stays open until the money's fate is final. This file is the order of events; every decision is
 * made by `domain/withdrawal.ts`, and the states are those of `domain/states.ts`.
 */
export async function withdrawal(start?: WithdrawalStart): Promise<WithdrawalView> {
  const payout = start?.memory ? new Withdrawal(start.memory) : Withdrawal.received(requestIn(start), Date.now());
  const inbox: Callback[] = [];

  setHandler(callbackSignal, (callback) => void inbox.push(callback));
  setHandler(viewQuery, () => viewOf(payout));
  setHandler(
    cancelUpdate,
    ({ by, reason }) => {
      payout.cancelRequested(`${by}: ${reason}`, Date.now());
      payout.cancel(Date.now());
      return payout.status;
    },
    {
      validator: (_act) => {
        if (!payout.isCancellable) throw notCancellable(payout);
      },
    },
  );
  CancellationScope.current().cancelRequested.catch(() => {
    payout.cancelRequested('Temporal’s cancel request', Date.now());
    if (payout.isCancellable) payout.cancel(Date.now());
  });

  if (!start?.memory) {
    const mistakes = mistakesOf(payout.request);
    if (mistakes !== undefined) payout.requestInvalid(mistakes, Date.now());
    else if (workflowInfo().startTime.getTime() >= payout.sendBy) throw staleRequest();
  }
  // Temporal's cancel request must not abandon a payout on its way: inside, it counts as `cancel` and no more.
  return CancellationScope.nonCancellable(() => untilFinal(payout, inbox));
}

async function untilFinal(payout: Withdrawal, inbox: Callback[]): Promise<WithdrawalView> {
  const { provider } = payout.request;

  while (!payout.isFinal) {
    try {
      await nextStep();
    } catch (fault) {
      await survive(fault);
    }
    if (isHistoryLong()) await startAnew();
  }
  showInTemporal(payout);
  return viewOf(payout);

  /** Long waits carry what was seen and done into a fresh history, never with a send under way or a callback unheard. */
  function isHistoryLong(): boolean {
    const isQuiet = !payout.isFinal && payout.status !== 'sending' && inbox.length === 0;
    return workflowInfo().continueAsNewSuggested && isQuiet;
  }

  async function startAnew(): Promise<never> {
    const { request, memory } = payout;
    return continueAsNew<(start: WithdrawalStart) => Promise<WithdrawalView>>({ request, memory });
  }

  async function nextStep(): Promise<void> {
    switch (payout.status) {
      case 'received':
        return send();
      case 'waiting':
        return waitForTurn();
      case 'sending': // a fault of ours broke the send off
        return payout.sendFailed({ type: 'CallInterrupted' }, undefined, Date.now());
      case 'unknown':
        return payout.mayResend(Date.now()) ? send() : listen();
      case 'awaiting_commit':
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

  /** One attempt to create it at the provider; Temporal repeats only what is proven unsent or refused for now. */
  async function send(): Promise<void> {
    if (payout.memory.cancelWanted && payout.isCancellable) return payout.cancel(Date.now());
    if (Date.now() >= payout.sendBy) return payout.deadlinePassed(Date.now());
    payout.sendStarted(Date.now());
    showInTemporal(payout);
    try {
      const onlyAs = payout.resendOnlyAs;
      const order = { request: payout.request, sendBy: payout.sendBy, ...(onlyAs !== undefined && { onlyAs }) };
      const created = await callsOf(provider, 'create').createWithdrawal(order);
      payout.accepted(created.record, created.account, created.rules, Date.now());
    } catch (error) {
      const { failure, account } = failedCall(error);
      payout.sendFailed(failure, account, Date.now());
    }
  }

  /** Waits for funds, credentials or a connection: until the next try, and never past `sendBy`. */
  async function waitForTurn(): Promise<void> {
    const turn = Math.min(payout.memory.tries.nextAt, payout.sendBy);
    await newsUntil(turn);
    hearCallbacks();
    if (payout.status === 'waiting' && Date.now() >= turn) await send();
  }

  /** Callbacks and look-ups are two ears for the same news; reminders call for a person when neither brings any. */
  async function listen(): Promise<void> {
    await newsUntil(Math.min(payout.lookUpAt, payout.reminderAt));
    hearCallbacks();
    if (!payout.isFinal && Date.now() >= payout.lookUpAt) await lookUp();
    if (!payout.isFinal && Date.now() >= payout.reminderAt) payout.remind(Date.now());
  }

  async function lookUp(): Promise<void> {
    showInTemporal(payout);
    try {
      const { providerId } = payout;
      const found = await callsOf(provider, 'look up').lookUpWithdrawal({
        request: payout.request,
        ...(providerId !== undefined && { providerId }),
      });
      hearCallbacks(); // before the look-up's word can end it: two final words that differ must meet
      if (found.record === undefined) payout.absent(found.account, found.rules, Date.now());
      else payout.lookedUp(found.record, found.rules, Date.now());
    } catch (error) {
      payout.lookUpFailed(failedCall(error).failure, Date.now());
    }
  }

  /** One by one: if a fault of ours breaks it off, those behind are still there. */
  function hearCallbacks(): void {
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift())
      payout.hear(next.record, 'callback', Date.now());
  }

  /** Waits for a callback, a person's act or the time, whichever comes first. */
  async function newsUntil(time: number): Promise<void> {
    const { status } = payout;
    const news = () => inbox.length > 0 || payout.status !== status;
    if (news() || Date.now() >= time) return;
    showInTemporal(payout);
    if (time === Number.POSITIVE_INFINITY) await condition(news);
    else await condition(news, time - Date.now(), { summary: `${payout.status}: next look` });
  }

  /** A fault of our own never ends a withdrawal: it asks for a person and goes on listening. */
  async function survive(fault: unknown): Promise<void> {
    log.error('a fault of Outflow', { fault: fault instanceof Error ? fault.name : typeof fault });
    payout.needPerson('internal-fault', Date.now());
    showInTemporal(payout);
    await condition(() => inbox.length > 0, '1 minute');
  }
}

function callsOf(provider: Withdrawal['request']['provider'], call: string): ProviderCalls {
  return proxyActivities<ProviderCalls>({
    taskQueue: callQueue(provider),
    summary: `${call} at ${matrix[provider].title}`,
    // A little over the HTTP time-outs, so that the call's own, better informed word comes first.
    startToCloseTimeout: '12 seconds',
    // Passed, it proves that no worker took the call.
    scheduleToStartTimeout: '5 minutes',
    retry: {
      initialInterval: '2 seconds',
      maximumInterval: '30 seconds',
      maximumAttempts: 20,
      // A call that ran out of time may have reached the provider. (Temporal's own spelling of its time-outs.)
      nonRetryableErrorTypes: ['TemporalTimeout:StartToClose', 'TemporalTimeout:Heartbeat'],
    },
  });
}

/** Whatever was given: what is no request at all is an empty one, and ends refused. */
function requestIn(start: WithdrawalStart | undefined): WithdrawalRequest {
  return (fieldsOf(start?.request) ?? {}) as unknown as WithdrawalRequest;
}

/** The client checks requests, too; but others may start this workflow. */
function mistakesOf(request: WithdrawalRequest): string | undefined {
  const checked = checkRequest(request, { now: Date.now() });
  if (!checked.ok) return checked.mistakes.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  if (workflowInfo().workflowId !== workflowIds.withdrawal(request.withdrawalId))
    return 'withdrawalId: must be that of the workflow id';
  return undefined;
}

function staleRequest(): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    'This run started after the request’s sendBy, so nothing was sent. An earlier run may have paid: look at the provider’s records.',
    STALE_REQUEST,
  );
}

function notCancellable({ status }: Withdrawal): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `It can't be cancelled while ${status}: only before it is sent, or while it waits to be sent again.`,
    NOT_CANCELLABLE,
  );
}

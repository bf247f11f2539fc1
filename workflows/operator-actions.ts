import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import {
  actProblem,
  cancelIfWanted,
  cancelRefused,
  cancelRequested,
  contradiction,
  isCancellable,
  overtaken,
  resolve,
  resolveProblem,
  retryNow,
  retryNowProblem,
  standingOf,
} from '../domain/withdrawal/operator-actions.js';
import type { Act, Found, Resolution } from '../domain/withdrawal/operator-actions.js';
import type { Withdrawal } from '../domain/withdrawal/withdrawal.js';
import type { Resolved } from '../contract/messages.js';
import { BAD_ACTION, cancelUpdate, NOT_POSSIBLE, resolveUpdate, retryNowUpdate } from '../contract/messages.js';

/** What an act asks of its workflow. */
export interface ActsNeed {
  /** Takes in the callbacks that have come and were not yet heard. */
  hearNews: () => void;
  /** Finds out whether an earlier run may have sent it, before an end that rests on nothing having been sent. */
  knowRun: () => Promise<void>;
  /** Asks the provider once more, for half a minute at most. Rejects by a fault of ours. */
  lookUp: () => Promise<Found>;
  /** Notes a fault of ours, and asks for a person. */
  noteFault: (fault: unknown) => void;
}

/** People act through updates. Validators are synchronous: they check form and state, and a refusal leaves nothing in the history. */
export function takeActs(payout: Withdrawal, { hearNews, knowRun, lookUp, noteFault }: ActsNeed): void {
  const refuseUncancellable = () => {
    const problem = 'only before it is sent, or while it waits to be sent again, with no earlier attempt in doubt';
    refuseImpossible(`it can't be cancelled while ${payout.status}`, isCancellable(payout) ? undefined : problem);
    return payout.status;
  };
  setHandler(
    cancelUpdate,
    async ({ by, reason }: Act) => {
      hearNews(); // a callback that came with it may say that the provider has it
      refuseUncancellable();
      cancelRequested(payout, `${by}: ${reason}`, Date.now()); // from here on, nothing is sent
      await knowRun();
      cancelIfWanted(payout, Date.now());
      if (payout.status === 'cancelled') return payout.status;
      cancelRefused(payout, Date.now());
      return refuseUncancellable();
    },
    {
      validator: (act: Act) => {
        refuseFormless(act, ['by', 'reason']);
        refuseUncancellable();
      },
    },
  );

  setHandler(
    retryNowUpdate,
    (act: Act) => {
      retryNow(payout, act, Date.now());
      return payout.status;
    },
    {
      validator: (act: Act) => {
        refuseFormless(act, ['by', 'reason']);
        refuseImpossible('there is nothing to retry', retryNowProblem(payout));
      },
    },
  );

  setHandler(
    resolveUpdate,
    async (resolution: Resolution): Promise<Resolved> => {
      let found: Found;
      const before = standingOf(payout);
      try {
        found = await lookUp();
      } catch (fault) {
        noteFault(fault);
        const why = 'the provider was not asked, by a fault of Outflow’s own: the worker’s log names it';
        return { resolved: false, status: payout.status, why };
      }
      hearNews();
      const lookUpEnd = typeof found === 'string' ? found : 'found';
      // The look-up or a callback may have settled it, or a send may have begun meanwhile.
      const why =
        resolveProblem(payout, resolution, Date.now()) ??
        contradiction(payout, resolution, found, Date.now()) ??
        overtaken(payout, found, before);
      if (why !== undefined) return { resolved: false, status: payout.status, why, lookUp: lookUpEnd };
      resolve(payout, resolution, Date.now());
      return { resolved: true, status: payout.status, lookUp: lookUpEnd };
    },
    {
      validator: (resolution: Resolution) => {
        refuseFormless(resolution, ['by', 'reason', 'evidence']);
        const { outcome } = resolution;
        if (outcome === 'confirmed') refuseUnlikelyTxid(resolution.txid);
        else if ((outcome as string) !== 'notPaid') throw badAct('outcome: must be confirmed or notPaid.');
        refuseImpossible('it can’t be resolved', resolveProblem(payout, resolution, Date.now()));
      },
    },
  );
}

/** Refuses an act that lacks one of these texts. */
export function refuseFormless(act: unknown, texts: readonly string[]): void {
  const problem = actProblem(act, texts);
  if (problem !== undefined) throw badAct(problem);
}

/** Of every chain: hexadecimal, base58 or base64, and never with a blank in it. */
function refuseUnlikelyTxid(txid: unknown): void {
  if (typeof txid !== 'string' || !/^[\w+/=:-]{10,128}$/.test(txid))
    throw badAct('txid: must be the transaction’s id on its chain, 10 to 128 characters without blanks.');
}

function refuseImpossible(what: string, problem: string | undefined): void {
  if (problem !== undefined) throw ApplicationFailure.nonRetryable(`${what}: ${problem}`, NOT_POSSIBLE);
}

function badAct(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, BAD_ACTION);
}

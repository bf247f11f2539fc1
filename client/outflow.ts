import type { Client } from '@temporalio/client';
import type { CaseView } from '../contract/case.js';
import { caseViewQuery, closeCaseUpdate } from '../contract/case.js';
import { workflowIds } from '../contract/ids.js';
import type { ActionUpdate } from '../contract/messages.js';
import { actionUpdate } from '../contract/messages.js';
import type { WithdrawalRequest } from '../domain/request.js';
import type { ActionAnswer, ActionRequest, OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import type { ResolutionRequest } from '../domain/withdrawal/operator-actions/resolve.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import type { GivenEncryption, TemporalAddress } from '../temporal/connection.js';
import { connectClient, encryptionGiven, longestSendMs } from '../temporal/connection.js';
import { SendBound } from '../temporal/send-bound.js';
import type { CurrentView } from './follow.js';
import { currentView, finalView, orNotFound } from './follow.js';
import { WorkerLacksKeyError } from './errors.js';
import { missingKeysOf } from './keys/missing-keys.js';
import type { InboxItem } from './inbox/index.js';
import { inboxOf } from './inbox/index.js';
import type { ListFilter } from './list.js';
import { listWithdrawals } from './list.js';
import type { ListedWithdrawal } from './stored/indexed.js';
import type { ActionOptions, ResolveResult } from './operator-actions.js';
import { requireTaken, resolveResult, sendAction } from './operator-actions.js';
import { recoverWithdrawal } from './recover.js';
import type { Submitted, SubmitOptions } from './submit.js';
import { checkRequests, submitRequest } from './submit.js';

/** Where Temporal is, and with what all that it stores is encrypted. What is left out comes from the environment. */
export interface ConnectOptions extends TemporalAddress {
  /**
   * The keys, as `OUTFLOW_ENCRYPTION_KEYS` has them (`id:base64,…`, the first encrypts): those of worker and bridge. Or `off`, where they have
   * none: then all that Temporal stores is readable to everyone who reaches it.
   */
  encryption?: GivenEncryption;
}

/**
 * Connects to the Temporal server that Outflow's worker and bridge use. Without keys it fails, unless encryption is off in as many words.
 * @throws an error that names the variable, where the keys are missing or wrong; one that says what was tried, where no Temporal server answers
 */
export async function connect({ encryption, ...where }: ConnectOptions = {}): Promise<Outflow> {
  const given = encryption && encryptionGiven(encryption);
  const { client, connection, namespace } = await connectClient(where, given);
  return new Outflow(client, await longestSendMs(connection, namespace));
}

/** Submits withdrawals, shows what became of them, and takes what operators do about them. */
export class Outflow {
  private readonly bound: SendBound;

  /** `longestMs`: the longest time from `requestedAt` to `sendBy`, as read just now. */
  constructor(
    private readonly temporal: Client,
    longestMs: number,
    private readonly now: () => number = Date.now,
  ) {
    this.bound = SendBound.from(longestMs, temporal.connection, temporal.options.namespace, {
      now,
      onFailure: (error) => {
        throw error; // nothing could be submitted either
      },
    });
  }

  /**
   * Checks requests without submitting any.
   * @throws InvalidRequestError with the violations of all, each field led by the request's place in the list and its id if there are several
   */
  check(requests: readonly WithdrawalRequest[]): void {
    checkRequests(requests, { now: this.now(), longestMs: this.bound.known });
  }

  /**
   * Starts the payout, durably: once this resolves, it is carried out whatever crashes. Submitting the same request again is the same
   * withdrawal, so repeat it freely after a failure of any kind.
   * @throws InvalidRequestError, ConflictError, StaleRequestError; AbandonedError if its workflow was closed by force
   */
  async submit(request: WithdrawalRequest, options: SubmitOptions = {}): Promise<Submitted> {
    const longestMs = await this.bound.current();
    return submitRequest(this.temporal, request, { now: this.now(), longestMs }, options);
  }

  /**
   * What is known of a withdrawal now. With no worker to ask, what Temporal's index and the request hold, with an empty timeline.
   * @throws NotFoundError, StaleRequestError, AbandonedError
   */
  async get(withdrawalId: string): Promise<CurrentView> {
    return currentView(this.temporal, withdrawalId);
  }

  /**
   * Waits until the money's fate is final, and answers the view.
   * @param timeoutMs how long at most; for ever if left out
   * @throws NotFoundError, StaleRequestError, AbandonedError, WaitTimeoutError
   */
  async wait(withdrawalId: string, { timeoutMs }: { timeoutMs?: number } = {}): Promise<WithdrawalView> {
    return finalView(this.temporal, withdrawalId, timeoutMs);
  }

  /** Withdrawals as Temporal's index knows them: those that go on, then those that have ended, the latest first in both. */
  list(filter: ListFilter = {}): AsyncGenerator<ListedWithdrawal> {
    return listWithdrawals(this.temporal, filter);
  }

  /**
   * Cancels a withdrawal of which nothing may have been sent, and answers its view.
   * @throws NotPossibleError if it was sent, may have been sent, or has ended; NotFoundError
   */
  async cancel(withdrawalId: string, action: ActionRequest, options?: ActionOptions): Promise<CurrentView> {
    requireTaken(await this.act(withdrawalId, actionUpdate('cancel'), action, options));
    return this.get(withdrawalId);
  }

  /**
   * Ends a wait at once, or brings the next look-up forward, and answers the view. Past an unknown outcome nothing is sent by it,
   * until the provider is proven not to know the reference: then what only a person lets go out is sent again.
   * @throws NotPossibleError if there is nothing to retry; NotFoundError
   */
  async retryNow(withdrawalId: string, action: ActionRequest, options?: ActionOptions): Promise<CurrentView> {
    requireTaken(await this.act(withdrawalId, actionUpdate('retryNow'), action, options));
    return this.get(withdrawalId);
  }

  /**
   * Settles a withdrawal by an operator's evidence, after one more look at the provider. `resolved: false` says why it was not taken: the
   * provider's own record contradicts it.
   * @throws NotPossibleError if nothing is to be settled, or fields are missing; NotFoundError
   */
  async resolve(withdrawalId: string, resolution: ResolutionRequest, options?: ActionOptions): Promise<ResolveResult> {
    return resolveResult(await this.act(withdrawalId, actionUpdate('resolve'), resolution, options));
  }

  /**
   * Goes on, under the same id, with a withdrawal whose workflow was closed by force, and answers its view. What the earlier run may have
   * sent is in doubt: it is looked up before anything, and sent again only after a person's `retryNow`, where it is proven absent.
   * @throws NotPossibleError if it goes on or has ended by itself, or fields are missing; StaleRequestError, NotFoundError
   */
  async recover(withdrawalId: string, action: ActionRequest): Promise<CurrentView> {
    await recoverWithdrawal(this.temporal, withdrawalId, action);
    return this.get(withdrawalId);
  }

  /**
   * All that needs a person, the most severe first, then by provider, the oldest first: withdrawals, those closed by force, cases, workflows
   * that fail, queues that nobody serves; then what waits for a provider's Owner.
   */
  async inbox(): Promise<InboxItem[]> {
    return inboxOf(this.temporal);
  }

  /**
   * A case: a verified callback that no open withdrawal could take.
   * @throws NotFoundError, WorkerLacksKeyError
   */
  async case(caseId: string): Promise<CaseView> {
    const handle = this.temporal.workflow.getHandle<() => Promise<CaseView>>(workflowIds.case(caseId));
    const { status } = await orNotFound(caseId, handle.describe());
    if (status.name !== 'RUNNING') return handle.result();
    try {
      return await handle.query(caseViewQuery);
    } catch (error) {
      const missing = await missingKeysOf(this.temporal, handle.workflowId);
      throw missing === undefined ? error : new WorkerLacksKeyError(caseId, missing);
    }
  }

  /**
   * Closes a case that a person has dealt with, and answers it.
   * @throws NotPossibleError if it is closed already, or fields are missing; NotFoundError
   */
  async closeCase(caseId: string, action: ActionRequest, options?: ActionOptions): Promise<CaseView> {
    const target = { id: caseId, workflowId: workflowIds.case(caseId) };
    return sendAction(this.temporal, target, closeCaseUpdate, action, options);
  }

  async close(): Promise<void> {
    await this.temporal.connection.close();
  }

  private act<Action extends ActionRequest>(
    withdrawalId: string,
    update: ActionUpdate<Action & OperatorAction>,
    action: Action,
    options?: ActionOptions,
  ): Promise<ActionAnswer> {
    const target = { id: withdrawalId, workflowId: workflowIds.withdrawal(withdrawalId) };
    return sendAction(this.temporal, target, update, action, options);
  }
}

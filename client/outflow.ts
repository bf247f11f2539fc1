import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import { fieldsOf } from '../domain/validation/fields.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import { capabilities } from '../domain/providers/index.js';
import { actionFormProblem, noteOf } from '../domain/withdrawal/operator-actions.js';
import { askedOf } from '../domain/withdrawal/view.js';
import { checkRequest, latestSend } from '../domain/validation/check-request.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { isWithdrawalId } from '../domain/request.js';
import { durations } from '../domain/timeouts.js';
import { differingFields } from '../domain/validation/differences.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import type { TemporalAddress } from '../temporal/connection.js';
import { connectClient, longestSendMs } from '../temporal/connection.js';
import { SendBound } from '../temporal/send-bound.js';
import type { ResolveResult, WithdrawalStart } from '../contract/messages.js';
import type { Callback } from '../domain/withdrawal/state.js';
import type { ActionRequest, OperatorAction, ResolutionRequest } from '../domain/withdrawal/operator-actions.js';
import type { CaseView } from '../contract/case.js';
import {
  BAD_ACTION,
  callbackSignal,
  cancelUpdate,
  resolveUpdate,
  retryNowUpdate,
  viewQuery,
} from '../contract/messages.js';
import { caseViewQuery, closeCaseUpdate } from '../contract/case.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { workflowIds, workflowQueue, workflowTypes } from '../contract/ids.js';
import {
  AbandonedError,
  ConflictError,
  InvalidRequestError,
  NotPossibleError,
  NoWorkerError,
  NotFoundError,
  StaleRequestError,
  WaitTimeoutError,
} from './errors.js';
import { closingOf } from './closings.js';
import { forcedEnd, isStale, isSuperseded } from './closed-by-force.js';
import { signalsOf } from './history.js';
import type { InboxItem } from './inbox.js';
import { inboxOf } from './inbox.js';
import type { Indexed, ListFilter, ListedWithdrawal } from './list.js';
import { listable, listedFrom, listQuery } from './list.js';
import { requestOf, startOf } from './stored-request.js';

/** gRPC's status code of an update that the server dropped. */
const dropped = [9];

export interface SubmitOptions {
  /** A name to list withdrawals by; plain text in Temporal, so no personal data. */
  batch?: string;
}

export interface ActOptions {
  /** Your id of the act: repeated with the same id, it is done once and answers the same. */
  actId?: string;
}

export interface Submitted {
  withdrawalId: string;
  /** False: the same request had been submitted before, and this is that withdrawal. */
  created: boolean;
}

/** Connects to the Temporal server that Outflow's worker and bridge use. */
export async function connect(where?: TemporalAddress): Promise<Outflow> {
  const { client, connection, namespace } = await connectClient(where);
  return new Outflow(client, await longestSendMs(connection, namespace));
}

/** Submits withdrawals and tells what became of them. */
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
    const [only, ...others] = requests;
    const isOne = others.length === 0;
    const violations = requests.flatMap((request, index) => {
      const checked = checkRequest(request, { now: this.now(), longestMs: this.bound.known });
      if (checked.ok) return [];
      const id = idIn(request);
      const place = `request ${index + 1}${id === undefined ? '' : ` (${id})`}: `;
      return checked.violations.map(({ field, problem }) => ({ field: isOne ? field : place + field, problem }));
    });
    const id = isOne ? idIn(only) : undefined;
    if (violations.length > 0) throw new InvalidRequestError(violations, id && `The request of ${id}`);
  }

  /**
   * Starts the payout, durably: once this resolves, it is carried out whatever crashes. Submitting the same request again is the same
   * withdrawal, so repeat it freely after a failure of any kind.
   * @throws InvalidRequestError, ConflictError, StaleRequestError; AbandonedError if its workflow was closed by force
   */
  async submit(request: WithdrawalRequest, { batch }: SubmitOptions = {}): Promise<Submitted> {
    const longestMs = await this.bound.current();
    this.check([request]);
    if (batch !== undefined) listable('batch', batch);
    const { withdrawalId } = request;
    const sendBy = latestSend(request, longestMs);
    if (this.now() >= Date.parse(sendBy)) return this.earlier(request);
    const start: WithdrawalStart = { request: { ...request, sendBy } };
    try {
      // Neither a running nor a remembered one is ever started again.
      const options = { ...startOptions(start, batch), workflowIdReusePolicy: 'REJECT_DUPLICATE' as const };
      await this.temporal.workflow.start(workflowTypes.withdrawal, options);
      return { withdrawalId, created: true };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return this.earlier(request);
      throw error;
    }
  }

  /** The withdrawal that was submitted before under this id, if it asks for the same. */
  private async earlier(request: WithdrawalRequest): Promise<Submitted> {
    const { withdrawalId } = request;
    const stored = await requestOf(this.temporal, workflowIds.withdrawal(withdrawalId));
    if (stored === undefined) throw new StaleRequestError(withdrawalId);
    const fields = differingFields(stored, request);
    if (fields.length > 0) throw new ConflictError(withdrawalId, fields);
    await this.refuseForced(withdrawalId);
    return { withdrawalId, created: false };
  }

  /** Throws what became of a withdrawal whose workflow did not end by itself: then it is neither under way nor done. */
  private async refuseForced(withdrawalId: string): Promise<void> {
    const handle = this.temporal.workflow.getHandle(workflowIds.withdrawal(withdrawalId));
    const end = await forcedEnd(this.temporal, await found(withdrawalId, handle.describe()));
    if (end === 'stale') throw new StaleRequestError(withdrawalId);
    if (end !== undefined) throw new AbandonedError(withdrawalId, end);
  }

  /**
   * What is known of a withdrawal now. With no worker to ask, what Temporal's index and the request tell, with an empty timeline.
   * @throws NotFoundError, StaleRequestError, AbandonedError
   */
  async get(withdrawalId: string): Promise<WithdrawalView> {
    const handle = this.temporal.workflow.getHandle(workflowIds.withdrawal(withdrawalId));
    const description = await found(withdrawalId, handle.describe());
    if (description.status.name !== 'RUNNING') return this.wait(withdrawalId);
    try {
      return await this.temporal.withDeadline(Date.now() + durations.client.query.ms, () => handle.query(viewQuery));
    } catch (error) {
      const indexed = await this.fromIndex(description);
      if (indexed === undefined) throw error;
      return indexed;
    }
  }

  private async fromIndex(description: Indexed): Promise<WithdrawalView | undefined> {
    const request = await requestOf(this.temporal, description.workflowId);
    if (request === undefined) return undefined;
    const { status, final, providerId, attention } = listedFrom(description);
    return { ...askedOf(request), status, final, ...omitUndefined({ providerId, attention }), timeline: [] };
  }

  /**
   * Waits until the money's fate is final, then tells it.
   * @param timeoutMs how long at most; for ever if left out
   * @throws NotFoundError, StaleRequestError, AbandonedError, WaitTimeoutError
   */
  async wait(withdrawalId: string, { timeoutMs }: { timeoutMs?: number } = {}): Promise<WithdrawalView> {
    const handle = this.temporal.workflow.getHandle<() => Promise<WithdrawalView>>(
      workflowIds.withdrawal(withdrawalId),
    );
    const until = Date.now() + (timeoutMs ?? 0);
    try {
      if (timeoutMs === undefined) return await found(withdrawalId, handle.result());
      return await found(
        withdrawalId,
        this.temporal.withDeadline(until, () => handle.result()),
      );
    } catch (error) {
      if (isGrpcDeadlineError(error)) {
        // So short a time may have been too little to hear of an end, or of no such withdrawal.
        if (await this.hasEnded(withdrawalId)) return this.wait(withdrawalId);
        throw new WaitTimeoutError(withdrawalId);
      }
      if (!(error instanceof WorkflowFailedError)) throw error;
      await this.refuseForced(withdrawalId);
      // A later run of it goes on.
      return this.wait(withdrawalId, omitUndefined({ timeoutMs: timeoutMs && Math.max(0, until - Date.now()) }));
    }
  }

  private async hasEnded(withdrawalId: string): Promise<boolean> {
    const handle = this.temporal.workflow.getHandle(workflowIds.withdrawal(withdrawalId));
    const { status } = await this.temporal.withDeadline(Date.now() + durations.client.query.ms, () =>
      found(withdrawalId, handle.describe()),
    );
    return status.name !== 'RUNNING';
  }

  /** Withdrawals as Temporal's index knows them: those that go on, then those that have ended, the latest first in both. */
  async *list(filter: ListFilter = {}): AsyncGenerator<ListedWithdrawal> {
    for await (const execution of this.temporal.workflow.list({ query: listQuery(filter) })) {
      // A closed run that a later one goes on with, or that was stale, is no withdrawal of its own.
      const isNone = async () =>
        (await isStale(this.temporal, execution)) || (await isSuperseded(this.temporal, execution));
      if (closingOf(execution) === undefined || !(await isNone())) yield listedFrom(execution);
    }
  }

  /**
   * Cancels a withdrawal of which nothing may have been sent, and answers its view.
   * @throws NotPossibleError if it was sent, may have been sent, or has ended; NotFoundError
   */
  async cancel(withdrawalId: string, action: ActionRequest, options?: ActOptions): Promise<WithdrawalView> {
    await this.act(withdrawalId, cancelUpdate, action, options);
    return this.get(withdrawalId);
  }

  /**
   * Ends a wait at once, or brings the next look-up forward, and answers the view. Past an unknown outcome nothing is sent by it,
   * until the provider is proven not to know the reference: then what only a person lets go out is sent again.
   * @throws NotPossibleError if there is nothing to retry; NotFoundError
   */
  async retryNow(withdrawalId: string, action: ActionRequest, options?: ActOptions): Promise<WithdrawalView> {
    await this.act(withdrawalId, retryNowUpdate, action, options);
    return this.get(withdrawalId);
  }

  /**
   * Settles a withdrawal on a person's word, after one more look at the provider. `resolved: false` says why the word was not taken: the
   * provider's own record contradicts it.
   * @throws NotPossibleError if nothing is to be settled, or fields are missing; NotFoundError
   */
  async resolve(withdrawalId: string, resolution: ResolutionRequest, options?: ActOptions): Promise<ResolveResult> {
    return this.act(withdrawalId, resolveUpdate, resolution, options);
  }

  /**
   * Goes on, under the same id, with a withdrawal whose workflow was closed by force, and answers its view. What the earlier run may have
   * sent is in doubt: it is looked up before anything, and sent again only after a person's `retryNow`, where it is proven absent.
   * @throws NotPossibleError if it goes on or has ended by itself, or fields are missing; StaleRequestError, NotFoundError
   */
  async recover(withdrawalId: string, action: ActionRequest): Promise<WithdrawalView> {
    const recovering = { id: randomUUID(), ...action };
    const problem = actionFormProblem(recovering);
    if (problem !== undefined) throw new NotPossibleError(problem, 'fields');
    const workflowId = workflowIds.withdrawal(withdrawalId);
    const description = await found(withdrawalId, this.temporal.workflow.getHandle(workflowId).describe());
    const end = await forcedEnd(this.temporal, description);
    if (end === 'stale') throw new StaleRequestError(withdrawalId);
    const earlier = await startOf(this.temporal, workflowId);
    if (end === undefined || earlier === undefined)
      throw new NotPossibleError(`${withdrawalId} was not closed by force: it goes on, or has ended, by itself.`);
    // What Temporal took for it is lost to nobody, heard or not: the bridge has answered for it.
    const told = await signalsOf<Callback>(
      this.temporal,
      { workflowId, runId: description.runId },
      callbackSignal.name,
    );
    const callbacks = [
      ...(earlier.callbacks ?? []),
      ...(earlier.state?.inbox ?? []).map(({ callback }) => callback),
      ...told,
    ];
    const recovery = {
      ...noteOf(recovering),
      closedAt: end.closedAt,
      ...omitUndefined({ providerId: end.providerId }),
    };
    const batch = description.typedSearchAttributes.get(searchAttributes.batch);
    try {
      // Never a second one beside, or after, a run that ended by itself.
      const options = {
        ...startOptions({ ...earlier, callbacks, recovery }, batch, end.providerId),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
      };
      await this.temporal.workflow.start(workflowTypes.withdrawal, options);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new NotPossibleError(`${withdrawalId} was recovered by somebody else just now.`);
    }
    return this.get(withdrawalId);
  }

  private async act<Result, Request extends ActionRequest>(
    withdrawalId: string,
    definition: UpdateDefinition<Result, [Request & OperatorAction]>,
    request: Request,
    options?: ActOptions,
  ): Promise<Result> {
    return this.update(withdrawalId, workflowIds.withdrawal(withdrawalId), definition, request, options);
  }

  private async update<Result, Request extends ActionRequest>(
    id: string,
    workflowId: string,
    definition: UpdateDefinition<Result, [Request & OperatorAction]>,
    request: Request,
    { actId = randomUUID() }: ActOptions = {}, // asked again, it is the same action
  ): Promise<Result> {
    const handle = this.temporal.workflow.getHandle(workflowId);
    const start = () =>
      handle.startUpdate(definition, { args: [{ ...request, id: actId }], waitForStage: 'ACCEPTED', updateId: actId });
    try {
      const taken = await this.temporal.withDeadline(Date.now() + durations.client.action.ms, () =>
        unlessDropped(start),
      );
      return await taken.result();
    } catch (error) {
      if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) throw new NoWorkerError(id);
      if (error instanceof WorkflowUpdateFailedError) {
        const { cause } = error;
        const isForm = cause instanceof ApplicationFailure && cause.type === BAD_ACTION;
        throw new NotPossibleError(cause?.message ?? error.message, isForm ? 'fields' : 'state');
      }
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const end = await forcedEnd(this.temporal, await found(id, handle.describe()));
      if (end === 'stale') throw new StaleRequestError(id);
      if (end !== undefined) throw new AbandonedError(id, end);
      throw new NotPossibleError(`${id} has ended: nothing can be done about it any more.`);
    }
  }

  /**
   * All that needs a person, the gravest first, then by provider, the oldest first: withdrawals, those closed by force, cases, workflows
   * that fail, queues that nobody serves; then what waits for a provider's Owner.
   */
  async inbox(): Promise<InboxItem[]> {
    return inboxOf(this.temporal);
  }

  /**
   * A case: verified news that no open withdrawal could take.
   * @throws NotFoundError
   */
  async case(caseId: string): Promise<CaseView> {
    const handle = this.temporal.workflow.getHandle<() => Promise<CaseView>>(workflowIds.case(caseId));
    const { status } = await found(caseId, handle.describe());
    return status.name === 'RUNNING' ? handle.query(caseViewQuery) : handle.result();
  }

  /**
   * Closes a case that a person has dealt with, and answers it.
   * @throws NotPossibleError if it is closed already, or fields are missing; NotFoundError
   */
  async closeCase(caseId: string, action: ActionRequest, options?: ActOptions): Promise<CaseView> {
    return this.update(caseId, workflowIds.case(caseId), closeCaseUpdate, action, options);
  }

  async close(): Promise<void> {
    await this.temporal.connection.close();
  }
}

/** What comes to a workflow in the very moment of an update can make the server drop it, undone: then it is asked again. */
async function unlessDropped<T>(start: () => Promise<T>, triesLeft = 3): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const isDropped =
      error instanceof ServiceError && isGrpcServiceError(error.cause) && dropped.includes(error.cause.code);
    if (!isDropped || triesLeft === 0) throw error;
    return unlessDropped(start, triesLeft - 1);
  }
}

function startOptions(start: WithdrawalStart, batch?: string, providerId?: string) {
  const { withdrawalId, provider, currency } = start.request;
  return {
    workflowId: workflowIds.withdrawal(withdrawalId),
    taskQueue: workflowQueue,
    args: [start],
    workflowIdConflictPolicy: 'FAIL' as const,
    staticSummary: `${capabilities[provider].title} withdrawal`,
    typedSearchAttributes: [
      { key: searchAttributes.provider, value: provider },
      { key: searchAttributes.status, value: 'received' },
      { key: searchAttributes.currency, value: currency },
      ...(batch === undefined ? [] : [{ key: searchAttributes.batch, value: batch }]),
      ...(providerId === undefined ? [] : [{ key: searchAttributes.providerId, value: providerId }]),
    ],
  };
}

async function found<T>(withdrawalId: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new NotFoundError(withdrawalId);
    throw error;
  }
}

/** A request's id, where it has one of the right form: it may be anything until it is checked. */
function idIn(request: unknown): string | undefined {
  const { withdrawalId } = fieldsOf(request) ?? {};
  return typeof withdrawalId === 'string' && isWithdrawalId(withdrawalId) ? withdrawalId : undefined;
}

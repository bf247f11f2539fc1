import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import type { SentAction } from '../contract/messages.js';
import { BAD_ACTION } from '../contract/messages.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import type {
  ActionAnswer,
  ActionRequest,
  LookUpOutcome,
  OperatorAction,
} from '../domain/withdrawal/operator-actions/action.js';
import { withdrawalId } from '../domain/validation/public-names.js';
import { durations } from '../domain/timeouts/durations.js';
import {
  AbandonedError,
  NotFoundError,
  NotPossibleError,
  NoWorkerError,
  StaleRequestError,
  WorkerLacksKeyError,
} from './errors.js';
import { orNotFound } from './follow.js';
import { missingKeysOf } from './keys/missing-keys.js';
import { forcedEnd } from './stored/closed-by-force.js';
import { firstRunOf } from './stored/workflow-start.js';

/** gRPC's status codes of an update that the server dropped. */
const dropped = [9];

export interface ActionOptions {
  /** Your id of the action: repeated with the same id, it is done once and answers the same. Of the form of a `withdrawalId`, and as public: readable in Temporal without a key. */
  actionId?: string;
}

/** The workflow that an operator acts on, and the id by which the operator knows it. */
interface Target {
  id: string;
  workflowId: string;
}

/**
 * Sends an operator's action to a workflow, and answers what it answers.
 * @throws NotPossibleError if the state doesn't allow it or its fields are wrong; NoWorkerError if no worker takes it within ten seconds;
 *   WorkerLacksKeyError, NotFoundError, AbandonedError, StaleRequestError
 */
export async function sendAction<Result, Action extends ActionRequest>(
  temporal: Client,
  { id, workflowId }: Target,
  definition: UpdateDefinition<Result, [SentAction<Action & OperatorAction>]>,
  action: Action,
  { actionId = randomUUID() }: ActionOptions = {}, // sent again, it is the same action
): Promise<Result> {
  const [wrong] = withdrawalId(actionId, 'actionId');
  if (wrong !== undefined) throw new NotPossibleError(`${wrong.field}: ${wrong.problem}`, 'fields');
  const handle = temporal.workflow.getHandle(workflowId);
  const forRun = await firstRunOf(temporal, workflowId);
  if (forRun === undefined) throw new NotFoundError(id);
  const start = () =>
    handle.startUpdate(definition, {
      args: [{ ...action, id: actionId, forRun }],
      waitForStage: 'ACCEPTED',
      updateId: `${definition.name}/${actionId}`, // what one action came to is no answer to another
    });
  try {
    const accepted = await temporal.withDeadline(Date.now() + durations.client.action.ms, () => unlessDropped(start));
    return await accepted.result();
  } catch (error) {
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isDropped(error)) {
      const missing = await missingKeysOf(temporal, workflowId);
      if (missing !== undefined) throw new WorkerLacksKeyError(id, missing);
    }
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) throw new NoWorkerError(id);
    if (error instanceof WorkflowUpdateFailedError) {
      const { cause } = error;
      const isForm = cause instanceof ApplicationFailure && cause.type === BAD_ACTION;
      throw new NotPossibleError(cause?.message ?? error.message, isForm ? 'fields' : 'state');
    }
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const end = await forcedEnd(temporal, await orNotFound(id, handle.describe()));
    if (end === 'stale') throw new StaleRequestError(id);
    if (end !== undefined) throw new AbandonedError(id, end);
    throw new NotPossibleError(`${id} has ended: nothing can be done about it any more.`);
  }
}

/** @throws NotPossibleError if the action turned out to be impossible only after it was taken in */
export function requireTaken({ refused }: ActionAnswer): void {
  if (refused !== undefined) throw new NotPossibleError(refused, 'state');
}

/**
 * What became of a resolution: taken, or refused because the provider's own record contradicts it or could not be asked for. `lookUp` is
 * absent if none was made.
 */
export type ResolveResult =
  | { resolved: true; status: Status; lookUp?: LookUpOutcome }
  | { resolved: false; status: Status; why: string; lookUp?: LookUpOutcome };

/** A refusal is a result, too, for the person to judge by what the provider says. */
export function resolveResult({ status, refused, lookUp }: ActionAnswer): ResolveResult {
  const asked = lookUp === undefined ? {} : { lookUp };
  return refused === undefined
    ? { resolved: true, status, ...asked }
    : { resolved: false, status, why: refused, ...asked };
}

/** What comes to a workflow in the very moment of an update can make the server drop it, undone: then it is sent again. */
async function unlessDropped<T>(start: () => Promise<T>, triesLeft = 3): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!isDropped(error) || triesLeft === 0) throw error;
    return unlessDropped(start, triesLeft - 1);
  }
}

function isDropped(error: unknown): boolean {
  return error instanceof ServiceError && isGrpcServiceError(error.cause) && dropped.includes(error.cause.code);
}

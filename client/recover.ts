import { randomUUID } from 'node:crypto';
import type { Client, WorkflowIdReusePolicy } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { workflowIds, workflowTypes } from '../contract/ids.js';
import type { WithdrawalStart } from '../contract/messages.js';
import { callbackSignal } from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ActionRequest } from '../domain/withdrawal/operator-actions/action.js';
import type { Callback } from '../domain/withdrawal/state.js';
import { actionFormProblem, plainAction } from '../domain/withdrawal/operator-actions/action.js';
import { NotPossibleError, StaleRequestError, UnreadableWithdrawalError } from './errors.js';
import { orNotFound } from './follow.js';
import type { UnreadableReason } from '../contract/unreadable.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { UnreadableError } from '../temporal/encryption/codec.js';
import { forcedEnd } from './stored/closed-by-force.js';
import type { Closing } from './stored/closings.js';
import { closingOf } from './stored/closings.js';
import { signalsOf } from './stored/events.js';
import { withdrawalStartOf } from './stored/workflow-start.js';
import { startOptions } from './start-options.js';

/** Starts a new run of a withdrawal whose workflow was closed by force, under the same id, with the callbacks that the earlier run was sent. */
export async function recoverWithdrawal(temporal: Client, withdrawalId: string, request: ActionRequest): Promise<void> {
  const action = { id: randomUUID(), ...request };
  const problem = actionFormProblem(action);
  if (problem !== undefined) throw new NotPossibleError(problem, 'fields');
  const workflowId = workflowIds.withdrawal(withdrawalId);
  const description = await orNotFound(withdrawalId, temporal.workflow.getHandle(workflowId).describe());
  const end = await forcedEnd(temporal, description);
  if (end === 'stale') throw new StaleRequestError(withdrawalId);
  const earlier = await startBefore(temporal, withdrawalId);
  if (end === undefined || earlier === undefined)
    throw new NotPossibleError(`${withdrawalId} was not closed by force: it goes on, or has ended, by itself.`);
  // The bridge has answered 200 for every callback that Temporal took, applied or not: none may be lost.
  const sent = await signalsOf<Callback>(temporal, { workflowId, runId: description.runId }, callbackSignal.name);
  const held = (earlier.state?.receivedCallbacks ?? []).map(({ callback }) => callback);
  const callbacks = [...(earlier.callbacks ?? []), ...held, ...sent];
  const { closedAt, providerId } = end;
  const { request: asked, state } = earlier;
  const recovery = { ...plainAction(action), closedAt, ...omitUndefined({ providerId }) };
  const batch = description.typedSearchAttributes.get(searchAttributes.batch);
  try {
    const options = {
      ...startOptions({ request: asked, ...omitUndefined({ state }), callbacks, recovery }, { batch, providerId }),
      workflowIdReusePolicy: reusePolicyAfter(end.how),
    };
    await temporal.workflow.start(workflowTypes.withdrawal, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new NotPossibleError(`${withdrawalId} was recovered by somebody else just now.`);
  }
}

async function startBefore(temporal: Client, withdrawalId: string): Promise<WithdrawalStart | undefined> {
  try {
    return await withdrawalStartOf(temporal, withdrawalId);
  } catch (error) {
    if (error instanceof UnreadableError) throw new UnreadableWithdrawalError(withdrawalId, error.reason);
    throw error;
  }
}

/**
 * Submits a withdrawal whose id is taken by a run that can't be believed, once that run was terminated. Like every one after a run that was closed by
 * force, it is in doubt: the run may have been believed before, by workers that took what is not encrypted.
 * @throws UnreadableWithdrawalError while that run is open, or if it ended by itself
 */
export async function recoverUnreadable(
  temporal: Client,
  request: WithdrawalRequest,
  { batch, reason }: { batch: string | undefined; reason: UnreadableReason },
): Promise<void> {
  const { withdrawalId } = request;
  const workflowId = workflowIds.withdrawal(withdrawalId);
  const description = await orNotFound(withdrawalId, temporal.workflow.getHandle(workflowId).describe());
  const { runId, closeTime } = description;
  const how = closingOf(description);
  if (how === undefined) throw new UnreadableWithdrawalError(withdrawalId, reason);
  const callbacks = await signalsOf<Callback>(temporal, { workflowId, runId }, callbackSignal.name);
  const why = 'submitted again, since the run before it could not be believed and was closed by force';
  const closedAt = (closeTime ?? new Date()).toISOString();
  const recovery = { id: randomUUID(), by: 'outflow submit', reason: why, closedAt };
  await temporal.workflow.start(workflowTypes.withdrawal, {
    ...startOptions({ request, callbacks, recovery }, { batch }),
    workflowIdReusePolicy: reusePolicyAfter(how),
  });
}

/** Never a second run beside, or after, one that ended by itself. To Temporal, one that somebody completed did, so that all but running ones must be allowed. */
function reusePolicyAfter(how: Closing): WorkflowIdReusePolicy {
  return how === 'completed' ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY';
}

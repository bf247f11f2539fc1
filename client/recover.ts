import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { workflowIds, workflowTypes } from '../contract/ids.js';
import { callbackSignal } from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ActionRequest } from '../domain/withdrawal/operator-actions/action.js';
import type { Callback } from '../domain/withdrawal/state.js';
import { actionFormProblem, plainAction } from '../domain/withdrawal/operator-actions/action.js';
import { NotPossibleError, StaleRequestError } from './errors.js';
import { orNotFound } from './follow.js';
import { forcedEnd } from './stored/closed-by-force.js';
import { signalsOf } from './stored/events.js';
import { withdrawalStartOf } from './stored/workflow-start.js';
import { startOptions } from './submit.js';

/** Starts a new run of a withdrawal whose workflow was closed by force, under the same id, with the callbacks that the earlier run was sent. */
export async function recoverWithdrawal(temporal: Client, withdrawalId: string, request: ActionRequest): Promise<void> {
  const action = { id: randomUUID(), ...request };
  const problem = actionFormProblem(action);
  if (problem !== undefined) throw new NotPossibleError(problem, 'fields');
  const workflowId = workflowIds.withdrawal(withdrawalId);
  const description = await orNotFound(withdrawalId, temporal.workflow.getHandle(workflowId).describe());
  const end = await forcedEnd(temporal, description);
  if (end === 'stale') throw new StaleRequestError(withdrawalId);
  const earlier = await withdrawalStartOf(temporal, withdrawalId);
  if (end === undefined || earlier === undefined)
    throw new NotPossibleError(`${withdrawalId} was not closed by force: it goes on, or has ended, by itself.`);
  // The bridge has answered 200 for every callback that Temporal took, applied or not: none may be lost.
  const sent = await signalsOf<Callback>(temporal, { workflowId, runId: description.runId }, callbackSignal.name);
  const held = (earlier.state?.receivedCallbacks ?? []).map(({ callback }) => callback);
  const callbacks = [...(earlier.callbacks ?? []), ...held, ...sent];
  const { closedAt, providerId } = end;
  const recovery = { ...plainAction(action), closedAt, ...omitUndefined({ providerId }) };
  const batch = description.typedSearchAttributes.get(searchAttributes.batch);
  try {
    // Never a second one beside, or after, a run that ended by itself.
    const options = {
      ...startOptions({ ...earlier, callbacks, recovery }, { batch, providerId }),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    };
    await temporal.workflow.start(workflowTypes.withdrawal, options);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new NotPossibleError(`${withdrawalId} was recovered by somebody else just now.`);
  }
}

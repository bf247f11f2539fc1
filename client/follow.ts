import type { Client } from '@temporalio/client';
import { isGrpcDeadlineError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { withdrawalIdOf, workflowIds } from '../contract/ids.js';
import { viewQuery } from '../contract/messages.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import { durations } from '../domain/timeouts/durations.js';
import { askedOf, viewOfUnreadable } from '../domain/withdrawal/view.js';
import type { WithdrawalView } from '../domain/withdrawal/view.js';
import { AbandonedError, NotFoundError, StaleRequestError, WaitTimeoutError } from './errors.js';
import { missingKeys, missingKeysOf } from './keys/missing-keys.js';
import { forcedEnd } from './stored/closed-by-force.js';
import { recordedEnd } from './stored/recorded-end.js';
import { requestOrReason } from './stored/workflow-start.js';
import type { Indexed } from './stored/indexed.js';
import { listedFrom } from './stored/indexed.js';

/** A withdrawal as it stands now. */
export interface CurrentView extends WithdrawalView {
  /** No worker answered: this is what Temporal's index and the request hold, and the timeline is empty. */
  fromIndex?: true;
  /** None could, since a worker lacks the key with which it is encrypted: one of these, by their ids. */
  missingKeys?: string[];
}

/** How it stands now. Without a worker to ask, what Temporal's index and the request hold. */
export async function currentView(temporal: Client, withdrawalId: string): Promise<CurrentView> {
  const handle = handleOf(temporal, withdrawalId);
  const description = await orNotFound(withdrawalId, handle.describe());
  if (description.status.name !== 'RUNNING') return finalView(temporal, withdrawalId);
  try {
    return await temporal.withDeadline(Date.now() + durations.client.query.ms, () => handle.query(viewQuery));
  } catch (error) {
    const indexed = await viewFromIndex(temporal, description);
    if (indexed === undefined) throw error;
    return { ...indexed, ...omitUndefined({ missingKeys: await missingKeys(temporal, description) }) };
  }
}

async function viewFromIndex(temporal: Client, description: Indexed): Promise<CurrentView | undefined> {
  const withdrawalId = withdrawalIdOf(description.workflowId);
  const { request, unreadable } = await requestOrReason(temporal, withdrawalId);
  if (unreadable !== undefined) {
    const view = viewOfUnreadable({ withdrawalId, attention: 'unreadable-start', reason: unreadable }, Date.now());
    return { ...view, fromIndex: true };
  }
  if (request === undefined) return undefined;
  const { status, final, providerId, attention } = listedFrom(description);
  const known = { ...askedOf(request), status, final, ...omitUndefined({ providerId, attention }) };
  return { ...known, timeline: [], fromIndex: true };
}

/** Its view once its money's fate is final. `timeoutMs`: how long to wait at most; without it, for ever. */
export async function finalView(temporal: Client, withdrawalId: string, timeoutMs?: number): Promise<WithdrawalView> {
  const handle = handleOf(temporal, withdrawalId);
  const until = Date.now() + (timeoutMs ?? 0);
  try {
    const end = () => recordedEnd(handle);
    const view = await orNotFound(withdrawalId, timeoutMs === undefined ? end() : temporal.withDeadline(until, end));
    if (view !== undefined) return view;
    await refuseForced(temporal, withdrawalId);
    // A later run of it goes on.
    return await finalView(temporal, withdrawalId, timeoutMs && Math.max(0, until - Date.now()));
  } catch (error) {
    if (isGrpcDeadlineError(error)) {
      // So short a time may have been too little to learn of an end, or that there is no such withdrawal.
      if (await hasEnded(temporal, withdrawalId)) return finalView(temporal, withdrawalId);
      throw new WaitTimeoutError(withdrawalId, await missingKeysOf(temporal, workflowIds.withdrawal(withdrawalId)));
    }
    if (!(error instanceof WorkflowFailedError)) throw error;
    await refuseForced(temporal, withdrawalId);
    // A later run of it goes on.
    return finalView(temporal, withdrawalId, timeoutMs && Math.max(0, until - Date.now()));
  }
}

async function hasEnded(temporal: Client, withdrawalId: string): Promise<boolean> {
  const { status } = await temporal.withDeadline(Date.now() + durations.client.query.ms, () =>
    orNotFound(withdrawalId, handleOf(temporal, withdrawalId).describe()),
  );
  return status.name !== 'RUNNING';
}

/** Throws what became of a withdrawal whose workflow did not end by itself: then it is neither under way nor done. */
export async function refuseForced(temporal: Client, withdrawalId: string): Promise<void> {
  const end = await forcedEnd(temporal, await orNotFound(withdrawalId, handleOf(temporal, withdrawalId).describe()));
  if (end === 'stale') throw new StaleRequestError(withdrawalId);
  if (end !== undefined) throw new AbandonedError(withdrawalId, end);
}

function handleOf(temporal: Client, withdrawalId: string) {
  return temporal.workflow.getHandle<() => Promise<WithdrawalView>>(workflowIds.withdrawal(withdrawalId));
}

/** What Temporal answers about a withdrawal or a case. @throws NotFoundError where it knows none by this id. */
export async function orNotFound<T>(id: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new NotFoundError(id);
    throw error;
  }
}

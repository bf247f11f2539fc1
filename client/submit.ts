import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { workflowTypes } from '../contract/ids.js';
import type { WithdrawalRequest } from '../domain/request.js';
import { differingFields } from '../domain/validation/differences.js';
import { checkRequest, latestSend } from '../domain/validation/check-request.js';
import { fieldsOf, passes } from '../domain/validation/fields.js';
import { requestFields } from '../domain/validation/request-fields.js';
import { UnreadableError } from '../temporal/encryption/codec.js';
import { ConflictError, InvalidRequestError, StaleRequestError } from './errors.js';
import { refuseForced } from './follow.js';
import { requestOf } from './stored/workflow-start.js';
import { batchName } from './list.js';
import { recoverUnreadable } from './recover.js';
import { startOptions } from './start-options.js';

export interface SubmitOptions {
  /** A name to list withdrawals by. Public: readable in Temporal without a key, so no personal data and no address. */
  batch?: string;
}

export interface Submitted {
  withdrawalId: string;
  /** False: the same request had been submitted before, and this is that withdrawal. */
  created: boolean;
}

/** What a request is checked against: the time now, ms since 1970, and the longest time from `requestedAt` to `sendBy`, ms. */
interface Limits {
  now: number;
  longestMs: number;
}

/** Throws `InvalidRequestError` with the violations of all requests, each field led by the request's place in the list if there are several. */
export function checkRequests(requests: readonly WithdrawalRequest[], limits: Limits): void {
  const [only, ...others] = requests;
  const isOne = others.length === 0;
  const violations = requests.flatMap((request, index) => {
    const checked = checkRequest(request, limits);
    if (checked.ok) return [];
    const id = idIn(request);
    const place = `request ${index + 1}${id === undefined ? '' : ` (${id})`}: `;
    return checked.violations.map(({ field, problem }) => ({ field: isOne ? field : place + field, problem }));
  });
  const id = isOne ? idIn(only) : undefined;
  if (violations.length > 0) throw new InvalidRequestError(violations, id && `The request of ${id}`);
}

/** Starts the withdrawal's workflow, or finds the one that the same request started before. */
export async function submitRequest(
  temporal: Client,
  request: WithdrawalRequest,
  limits: Limits,
  { batch }: SubmitOptions,
): Promise<Submitted> {
  checkRequests([request], limits);
  if (batch !== undefined) batchName(batch);
  const { withdrawalId } = request;
  const sendBy = latestSend(request, limits.longestMs);
  if (limits.now >= Date.parse(sendBy)) return submittedBefore(temporal, request);
  try {
    // Neither a running nor a remembered one is ever started again.
    const options = {
      ...startOptions({ request: { ...request, sendBy } }, { batch }),
      workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    };
    await temporal.workflow.start(workflowTypes.withdrawal, options);
    return { withdrawalId, created: true };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  try {
    return await submittedBefore(temporal, request);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    await recoverUnreadable(temporal, { ...request, sendBy }, { batch, reason: error.reason });
    return { withdrawalId, created: true };
  }
}

/** The withdrawal that was submitted before under this id, if it asks for the same. */
async function submittedBefore(temporal: Client, request: WithdrawalRequest): Promise<Submitted> {
  const { withdrawalId } = request;
  const stored = await requestOf(temporal, withdrawalId);
  if (stored === undefined) throw new StaleRequestError(withdrawalId);
  const fields = differingFields(stored, request);
  if (fields.length > 0) throw new ConflictError(withdrawalId, fields);
  await refuseForced(temporal, withdrawalId);
  return { withdrawalId, created: false };
}

/** A request's id, where it has a right one: it may be anything until it is checked. */
function idIn(request: unknown): string | undefined {
  const { withdrawalId } = fieldsOf(request) ?? {};
  return passes(requestFields.withdrawalId.check, withdrawalId) ? withdrawalId : undefined;
}

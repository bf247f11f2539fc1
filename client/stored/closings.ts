import type { WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';
import { isFinal, statuses } from '../../domain/withdrawal/lifecycle.js';

/** How a workflow ended whose money nobody follows any more. */
export type Closing = 'terminated' | 'failed' | 'timed out' | 'cancelled' | 'completed';

/** By Temporal's status of the workflow. */
const closings: Partial<Record<WorkflowExecutionInfo['status']['name'], Closing>> = {
  TERMINATED: 'terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  CANCELLED: 'cancelled',
};

/** A withdrawal shows its final status before its workflow completes: one that doesn't was completed by somebody else. */
const notFinal = statuses.filter((status) => !isFinal(status));

/** In Temporal's list filter language. */
export const isClosedByForce =
  "(ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled') OR " +
  `(ExecutionStatus = 'Completed' AND ${searchAttributes.status.name} IN (${notFinal.map((name) => `'${name}'`).join(', ')})))`;

/** How it was closed; nothing for one that is open, has ended by itself, as far as the index shows, or went on in a fresh history. */
export function closingOf({
  status,
  typedSearchAttributes,
}: Pick<WorkflowExecutionInfo, 'status' | 'typedSearchAttributes'>): Closing | undefined {
  if (status.name !== 'COMPLETED') return closings[status.name];
  const shown = typedSearchAttributes.get(searchAttributes.status);
  return notFinal.some((name) => name === shown) ? 'completed' : undefined;
}

import type { WorkflowExecutionInfo } from '@temporalio/client';

/** How a workflow ended whose money nobody follows any more. */
export type Closing = 'terminated' | 'failed' | 'timed out' | 'cancelled';

/** By Temporal's status of the workflow. */
const closings: Partial<Record<WorkflowExecutionInfo['status']['name'], Closing>> = {
  TERMINATED: 'terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  CANCELLED: 'cancelled',
};

/** In Temporal's list filter language. */
export const isClosedByForce = "ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled')";

/** How it was closed; nothing for one that is open, has ended by itself or went on in a fresh history. */
export function closingOf({ status }: Pick<WorkflowExecutionInfo, 'status'>): Closing | undefined {
  return closings[status.name];
}

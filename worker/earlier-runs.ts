import { setTimeout as sleep } from 'node:timers/promises';
import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import type { RunOfWorkflow } from '../activities/provider-calls.js';
import { durations } from '../domain/timeouts/durations.js';

const { WORKFLOW_EXECUTION_STATUS_RUNNING: running } = proto.temporal.api.enums.v1.WorkflowExecutionStatus;

/**
 * Asks Temporal whether a workflow had a run before this one, from which it was not continued: then it was started a second time. The index may
 * lag: it is asked until it knows this run, whose record is younger than that of any earlier one, and no other that still seems to run.
 * The function rejects where the index can't be asked, or still lags after the time.
 */
export function earlierRunFinder(connection: NativeConnection, namespace: string) {
  return async ({ workflowId, runId }: RunOfWorkflow): Promise<boolean> => {
    const { within, again } = durations.earlierRun;
    const deadline = Date.now() + within.ms;
    const query = `WorkflowId = '${workflowId}' AND ExecutionStatus != 'ContinuedAsNew'`;
    for (;;) {
      const { executions } = await connection.withDeadline(deadline, () =>
        connection.workflowService.listWorkflowExecutions({ namespace, query, pageSize: 10 }),
      );
      const others = executions.filter(({ execution }) => execution?.runId !== runId);
      if (others.some(({ status }) => status !== running)) return true;
      if (others.length === 0 && executions.length > 0) return false;
      if (Date.now() + again.ms >= deadline) throw new Error('Temporal’s index does not know this run yet');
      await sleep(again.ms);
    }
  };
}

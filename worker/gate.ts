import type { NativeConnection } from '@temporalio/worker';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { NoTurnInTime, Turn } from '../domain/line.js';
import type { Provider } from '../providers/provider.js';
import { takeTurnUpdate, workflowIds, workflowQueue, workflowTypes } from '../workflows/contract.js';

/** One ask gives up after this time, a little before the activity around it does; asking again is the same turn. */
const PATIENCE_MS = 10_000;

/** Asks a provider's gate for a turn, and starts the gate if there is none. The same id is the same turn, however often it is asked. */
export function gateAsker(connection: NativeConnection, namespace: string) {
  const client = new Client({ connection, namespace });
  return ({ name, minIntervalMs = 0 }: Provider, turnId: string, notAfter: number): Promise<Turn | NoTurnInTime> =>
    client.withDeadline(Date.now() + PATIENCE_MS, () =>
      client.workflow.executeUpdateWithStart(takeTurnUpdate, {
        updateId: turnId,
        args: [minIntervalMs, notAfter],
        startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.gate, {
          workflowId: workflowIds.gate(name),
          taskQueue: workflowQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'hands out send times',
        }),
      }),
    );
}

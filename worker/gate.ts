import type { NativeConnection } from '@temporalio/worker';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Turn } from '../domain/line.js';
import type { Provider } from '../providers/provider.js';
import { takeTurnUpdate, workflowIds, workflowQueue, workflowTypes } from '../workflows/contract.js';

/** Asks a provider's gate for a turn, and starts the gate if there is none. The same id is the same turn, however often it is asked. */
export function gateAsker(connection: NativeConnection, namespace: string) {
  const client = new Client({ connection, namespace });
  return ({ name, minIntervalMs = 0 }: Provider, turnId: string): Promise<Turn> =>
    client.workflow.executeUpdateWithStart(takeTurnUpdate, {
      updateId: turnId,
      args: [minIntervalMs],
      startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.gate, {
        workflowId: workflowIds.gate(name),
        taskQueue: workflowQueue,
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'hands out send times',
      }),
    });
}

import type { NativeConnection } from '@temporalio/worker';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import type { Provider } from '../providers/provider.js';
import { acquireSlotUpdate } from '../contract/messages.js';
import { workflowIds, workflowQueue, workflowTypes } from '../contract/ids.js';

/** One ask gives up after this time, a little before the activity around it does; asking again is the same turn. */
const PATIENCE_MS = 10_000;

/** Asks a provider's gate for a turn, and starts the gate if there is none. The same id is the same turn, however often it is asked. */
export function gateAsker(connection: NativeConnection, namespace: string) {
  const client = new Client({ connection, namespace });
  return ({ name, minIntervalMs = 0 }: Provider, turnId: string, notAfter: number): Promise<Slot | NoSlotInTime> =>
    client.withDeadline(Date.now() + PATIENCE_MS, () =>
      client.workflow.executeUpdateWithStart(acquireSlotUpdate, {
        updateId: turnId,
        args: [minIntervalMs, notAfter],
        startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.rateLimiter, {
          workflowId: workflowIds.rateLimiter(name),
          taskQueue: workflowQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'hands out send times',
        }),
      }),
    );
}

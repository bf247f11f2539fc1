import type { NativeConnection } from '@temporalio/worker';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { NoSlotInTime, Slot } from '../domain/rate-limiter.js';
import { durations } from '../domain/timeouts/durations.js';
import type { Provider } from '../providers/provider.js';
import type { EncryptionSettings } from '../settings/encryption.js';
import { converterOptions } from '../temporal/encryption/data-converter.js';
import { acquireSlotUpdate } from '../contract/messages.js';
import { workflowIds, workflowQueue, workflowTypes } from '../contract/ids.js';
import { summaries } from '../contract/summaries.js';

/** Asks a provider's rate limiter for a slot, and starts it if there is none. The same id is the same slot, however often it is asked for. */
export function slotRequester(connection: NativeConnection, namespace: string, encryption: EncryptionSettings) {
  const client = new Client({
    connection,
    namespace,
    ...converterOptions(encryption, { namespace, reader: 'client' }),
  });
  return ({ name, minIntervalMs = 0 }: Provider, slotId: string, notAfter: number): Promise<Slot | NoSlotInTime> =>
    client.withDeadline(Date.now() + durations.slot.ask.ms, () =>
      client.workflow.executeUpdateWithStart(acquireSlotUpdate, {
        updateId: slotId,
        args: [minIntervalMs, notAfter],
        startWorkflowOperation: new WithStartWorkflowOperation(workflowTypes.rateLimiter, {
          workflowId: workflowIds.rateLimiter(name),
          taskQueue: workflowQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: summaries.rateLimiter,
        }),
      }),
    );
}

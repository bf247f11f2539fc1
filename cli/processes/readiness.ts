import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { request } from 'undici';
import type { ProviderName } from '../../domain/providers/index.js';
import { callQueue, workflowQueue } from '../../contract/ids.js';

const queueTypes = proto.temporal.api.enums.v1.TaskQueueType;

/** Resolves once a server answers 200 there, or the signal says that its process has ended. */
export async function untilAnswers(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { statusCode, body } = await request(url, { signal });
      await body.dump();
      if (statusCode === 200) return;
    } catch {
      // not listening yet: ask again until the signal says that the process has ended
    }
    await sleep(100);
  }
}

/** A worker is ready once Temporal has seen it poll every queue: pollers are told apart by their process's pid. */
export async function untilPolling(
  { address, namespace }: { address: string; namespace: string },
  pid: () => number | undefined,
  providers: readonly ProviderName[],
  signal: AbortSignal,
): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const queues = [
      { name: workflowQueue, taskQueueType: queueTypes.TASK_QUEUE_TYPE_WORKFLOW },
      ...providers.map((provider) => ({
        name: callQueue(provider),
        taskQueueType: queueTypes.TASK_QUEUE_TYPE_ACTIVITY,
      })),
    ];
    while (!signal.aborted) {
      const polled = await Promise.all(
        queues.map(async ({ name, taskQueueType }) => {
          const { pollers } = await connection.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name },
            taskQueueType,
          });
          return pollers.some(({ identity }) => String(identity).startsWith(`${String(pid())}@`));
        }),
      );
      if (polled.every(Boolean)) return;
      await sleep(100);
    }
  } finally {
    await connection.close();
  }
}

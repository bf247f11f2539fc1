import { NativeConnection } from '@temporalio/worker';
import type { TemporalAddress } from './connection.js';
import { configured, reached } from './connection.js';

/** Connects a worker. */
export async function connectWorker(
  where: TemporalAddress = {},
): Promise<{ connection: NativeConnection; namespace: string }> {
  const { namespace, address, options } = configured(where);
  return { connection: await reached(address, () => NativeConnection.connect(options)), namespace };
}

import type { Client } from '@temporalio/client';
import { Outflow } from '../../client/index.js';
import { connectClient, longestSendMs } from '../../temporal/connection.js';

/** Does something with a client of Outflow, and the client of Temporal that it uses. */
export async function withOutflow(use: (outflow: Outflow, temporal: Client) => Promise<void>): Promise<void> {
  const { client, connection, namespace } = await connectClient();
  try {
    await use(new Outflow(client, await longestSendMs(connection, namespace)), client);
  } finally {
    await connection.close();
  }
}

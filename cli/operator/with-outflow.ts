import type { Client } from '@temporalio/client';
import { Outflow } from '../../client/index.js';
import { longestSendMs } from '../../temporal/connection.js';
import { connectOperator } from '../keys/operator-client.js';

/** Does something with a client of Outflow, and the client of Temporal that it uses. */
export async function withOutflow(use: (outflow: Outflow, temporal: Client) => Promise<void>): Promise<void> {
  const { client, connection, namespace } = await connectOperator();
  try {
    await use(new Outflow(client, await longestSendMs(connection, namespace)), client);
  } finally {
    await connection.close();
  }
}

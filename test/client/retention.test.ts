import { describe, expect, it } from '@jest/globals';
import { msToTs } from '@temporalio/common/lib/time.js';
import { Outflow } from '../../client/index.js';
import { embeddedNamespace } from '../../temporal/embedded/server.js';
import { useDeployment } from '../support/use-deployment.js';
import { cryptoprocessingRequest } from '../support/requests.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How far the clock of the processes under test is ahead: their reading of the retention grows old by it. */
let ahead = 0;
const now = () => Date.now() + ahead;

const deployment = useDeployment({ worker: { now } });

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const old = (withdrawalId: string) => cryptoprocessingRequest({ withdrawalId, requestedAt: ago(23.1 * HOUR) });

describe('a retention that is lowered to a day while client and worker run', () => {
  it('bounds what they take and send, once half an hour has passed', async () => {
    const client = new Outflow(deployment.client, deployment.longestMs, now);
    await client.submit(old('before'));
    await deployment.outflow.wait('before');
    await deployment.client.workflowService.updateNamespace({
      namespace: embeddedNamespace,
      config: { workflowExecutionRetentionTtl: msToTs(24 * HOUR) },
    });
    ahead = 31 * MINUTE;

    // A client that knows nothing of it yet takes it: the worker sends nothing.
    await deployment.outflow.submit(old('after'));
    let view = await deployment.outflow.get('after');
    while (['received', 'sending'].includes(view.status)) view = await deployment.outflow.get('after');
    expect(view).toMatchObject({ status: 'waiting', error: { type: 'TooLateToSend' } });
    expect(await deployment.simulator.creates('after')).toEqual([]);
    expect(await deployment.simulator.creates('before')).toHaveLength(1);

    const late = { ...old('refused'), sendBy: new Date(Date.now() + HOUR).toISOString() };
    await expect(client.submit(late)).rejects.toMatchObject({ violations: [{ field: 'sendBy' }] });
  });
});

import { temporalWithShortHistories } from '../support/temporal/short-histories.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import proto from '@temporalio/proto';
import type { WithdrawalView } from '../../client/index.js';
import { embeddedNamespace } from '../../temporal/embedded/server.js';
import { callbackSignal } from '../../contract/messages.js';
import { workflowIds } from '../../contract/ids.js';
import { Deployment } from '../support/deployment.js';
import { until } from '../support/parent-process.js';
import { requestTo } from '../support/requests.js';
import { recordOf } from '../workflows/support/scripted-provider.js';

jest.setTimeout(240_000);

const { EventType } = proto.temporal.api.enums.v1;
/** The server asks for a fresh history from so many events on. */
const LONG = 60;

let removeTemporal: () => Promise<void>;
let here: Deployment;
beforeAll(async () => {
  const { executable, remove } = await temporalWithShortHistories(LONG);
  removeTemporal = remove;
  here = await Deployment.started({ temporal: { executable }, worker: { serving: ['cryptocloud'] } });
});
afterAll(async () => {
  await here.stop();
  await removeTemporal();
});

async function when(withdrawalId: string, wanted: (view: WithdrawalView) => boolean): Promise<WithdrawalView> {
  let view = await here.outflow.get(withdrawalId);
  const isThere = async () => wanted((view = await here.outflow.get(withdrawalId)));
  await until('it is as wanted', isThere, 60_000).catch((error: unknown) => {
    throw new Error(`It is ${JSON.stringify(view, null, 2)}`, { cause: error });
  });
  return view;
}

describe('a withdrawal that went on in a fresh history before it was sent', () => {
  it('is not sent a second time, though Reset runs the end of the first history again', async () => {
    const request = requestTo.cryptocloud({ withdrawalId: `w-${randomUUID().slice(0, 8)}`, amount: '15.9107' });
    const { withdrawalId } = request;
    const workflowId = workflowIds.withdrawal(withdrawalId);
    const handle = here.client.workflow.getHandle(workflowId);
    await here.stopWorker();
    await here.startWorker({ serving: ['cryptocloud'], settings: { CRYPTOCLOUD_BASE_URL: 'http://127.0.0.1:9' } });
    await here.outflow.submit(request);
    await when(withdrawalId, ({ status, attention }) => status === 'waiting' && attention !== undefined);
    const first = (await handle.describe()).runId;
    for (let count = 1; count <= 20; count += 1)
      await handle.signal(callbackSignal, { record: recordOf(request, 'processing', { amount: `${count}` }) });
    await until('a fresh history', async () => (await handle.describe()).runId !== first, 30_000);
    await here.stopWorker();
    await here.startWorker();
    await here.outflow.retryNow(withdrawalId, { by: 'test', reason: 'sooner' });
    await when(withdrawalId, ({ status }) => status === 'processing');
    expect(await here.simulator.ledger()).toHaveLength(1);

    const { events } = await here.client.workflow.getHandle(workflowId, first).fetchHistory();
    const point = (events ?? [])
      .filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
      .at(-1)?.eventId;
    await here.client.workflowService.resetWorkflowExecution({
      namespace: embeddedNamespace,
      workflowExecution: { workflowId, runId: first },
      reason: 'somebody pressed the button',
      requestId: randomUUID(),
      workflowTaskFinishEventId: point as never,
    });
    const view = await when(withdrawalId, ({ status }) => status === 'unknown' || status === 'processing');

    expect(await here.simulator.ledger()).toHaveLength(1);
    expect(view).toMatchObject({ status: 'unknown', final: false });
    expect(view.timeline.map(({ event }) => event)).toContain('earlierRunFound');
  });
});

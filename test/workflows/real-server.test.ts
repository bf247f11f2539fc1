import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import proto from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { Outflow } from '../../client/index.js';
import type { EmbeddedTemporal } from '../../temporal/embedded/server.js';
import { startEmbeddedTemporal } from '../../temporal/embedded/server.js';
import { callQueue } from '../../contract/ids.js';
import { closeCaseUpdate } from '../../contract/case.js';
import { searchAttributeNames } from '../../contract/search-attributes.js';
import { testBundle } from '../support/built.js';
import { testConverter } from '../support/encryption.js';
import { alphapoRequest, cryptocloudRequest } from '../support/requests.js';
import { asSent, eventually, HOUR } from './support/payout.js';
import type { Payout } from './support/payout.js';
import { latch } from './support/scripted-provider.js';
import { PayoutStand } from './support/stand.js';

let temporal: EmbeddedTemporal;
let stand: PayoutStand;
/** Its create never ends, so that it runs out of time while the other tests run. */
let hanging: Payout;
const end = latch();

beforeAll(async () => {
  temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames });
  stand = await PayoutStand.started(
    await TestWorkflowEnvironment.createFromExistingServer({
      address: temporal.address,
      client: testConverter('client'),
    }),
  );
  hanging = await stand.pay({ creates: [() => end.opened.then(() => 'processing')], lookUps: ['not_confirmed'] });
}, 120_000);
afterAll(async () => {
  end.open();
  await stand.stop();
  await temporal.stop();
});

/** One that goes the usual way: created, a callback, a look-up that agrees. */
async function happy(): Promise<Payout> {
  const payout = await stand.pay({ creates: ['processing'], lookUps: ['confirmed'] });
  await payout.when(({ status }) => status === 'processing');
  await payout.callback('confirmed');
  expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  return payout;
}

describe('what a happy withdrawal costs', () => {
  it('is at most 26 events and 8 billable actions', async () => {
    const events = await (await happy()).events();
    const of = (attributes: keyof proto.temporal.api.history.v1.IHistoryEvent) =>
      events.filter((event) => event[attributes]).length;

    const actions = {
      start: of('workflowExecutionStartedEventAttributes'),
      activities: of('activityTaskScheduledEventAttributes'),
      timers: of('timerStartedEventAttributes'),
      signals: of('workflowExecutionSignaledEventAttributes'),
      upserts: of('upsertWorkflowSearchAttributesEventAttributes'),
    };

    expect(events.length).toBe(26);
    expect(actions).toEqual({ start: 1, activities: 2, timers: 1, signals: 1, upserts: 3 });
  });
});

describe('a recorded history', () => {
  it('replays: a worker that takes the withdrawal over decides the same', async () => {
    const { handle } = await happy();

    await Worker.runReplayHistory(
      { workflowBundle: testBundle, ...testConverter('replay') },
      await handle.fetchHistory(),
      handle.workflowId,
    );
  });
});

describe('the index', () => {
  it('shows at each state where the money is, with no live worker asked', async () => {
    const { opened: answered, open: answer } = latch();
    let held = 'pending';
    const payout = await stand.pay({ creates: [() => answered.then(() => 'processing')], lookUps: [() => held] });
    const outflow = new Outflow(stand.environment.client, 24 * HOUR);
    const listed = async (status: string) =>
      eventually(async () => {
        for await (const one of outflow.list()) {
          if (one.withdrawalId === payout.request.withdrawalId && one.status === status) return one;
        }
        return undefined;
      });

    expect(await listed('sending')).toMatchObject({ provider: 'cryptoprocessing', currency: 'BTC', final: false });
    answer();
    expect(await listed('processing')).toMatchObject({ providerId: '134702815' });
    await payout.callback('pending');
    expect(await listed('awaiting_approval')).not.toHaveProperty('attention');
    await payout.callback('paid_out_probably');
    expect(await eventually(async () => (await listed('awaiting_approval')).attention)).toBe('unrecognised-status');
    held = 'declined';
    await payout.callback('declined');
    expect(await listed('declined')).toMatchObject({ final: true, providerId: '134702815' });
  });
});

describe('a provider whose queue no worker polls', () => {
  it('is seen: the call stands in the queue, the queue has no poller, and the view says what it waits for', async () => {
    const { client } = stand.environment;
    const payout = await stand.pay({ creates: ['processing'] }, {}, alphapoRequest);

    expect(await payout.when(({ status }) => status === 'sending')).toMatchObject({
      waiting: { for: 'AlphaPo’s response' },
    });
    const { raw } = await payout.handle.describe();
    expect(raw.pendingActivities).toMatchObject([
      { state: proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED, attempt: 1 },
    ]);
    const queue = await client.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: callQueue('alphapo') },
      taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    });
    expect(queue.pollers).toEqual([]);
  });

  it('is reported as what was missing where the time for its slot has passed', async () => {
    const sendBy = new Date(Date.now() + 4_000).toISOString();
    const payout = await stand.pay({ creates: ['processing'] }, { sendBy }, cryptocloudRequest);
    expect(await payout.ended()).toMatchObject({
      status: 'expired',
      error: { type: 'NoWorker', certainty: 'not-sent' },
    });
  });
});

describe('a callback that contradicts a final state', () => {
  it('becomes a case, which a person closes with a name and a reason', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => 'confirmed')] });
    await payout.when(({ status }) => status === 'sending');
    await payout.callback('cancelled');
    answer();
    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });

    const ids = await payout.cases();
    expect(ids).toEqual([expect.stringMatching(/^case\//)]);
    const handle = stand.environment.client.workflow.getHandle(ids[0] ?? '');
    for (const act of [undefined, {}, { by: 'Ada' }, { by: 'Ada', reason: ' ' }]) {
      const closed = handle.executeUpdate(closeCaseUpdate, { args: [(await asSent(handle, act as object)) as never] });
      await expect(closed).rejects.toThrow();
    }
    const action = await asSent(handle, { by: 'Ada', reason: 'they sent it by mistake' });
    await handle.executeUpdate(closeCaseUpdate, { args: [action] });

    expect(await handle.result()).toMatchObject({
      reason: 'differs from the recorded end',
      withdrawalId: payout.request.withdrawalId,
      record: { meaning: 'cancelled' },
      closed: { by: 'Ada', reason: 'they sent it by mistake' },
    });
  });
});

/** Here and not with skipped time: that server may give a workflow task without the signal that came before it. */
describe('a callback that meets a cancel', () => {
  it.each<[string, (payout: Payout) => Promise<unknown>]>([
    ['the app’s', (payout) => payout.cancel()],
    ['Temporal’s own', (payout) => payout.handle.cancel()],
  ])(
    'is never lost, and ends no payout that the provider has (%s cancel)',
    async (_whose, cancel) => {
      for (let time = 0; time < 10; time++) {
        const payout = await stand.pay({ creates: [{ type: 'NotEnoughFunds' }] });
        await payout.when(({ status }) => status === 'waiting');

        // Sent together, so that both may come to the workflow in one task.
        const [called] = await Promise.allSettled([payout.callback('processing'), cancel(payout)]);

        // A signal that the server took is taken in before the end: it lets no workflow complete past one.
        const { status } = await payout.when(({ status }) => status !== 'waiting');
        expect(status).toBe(called.status === 'fulfilled' ? 'processing' : 'cancelled');
        const history = await payout.handle.fetchHistory();
        await Worker.runReplayHistory(
          { workflowBundle: testBundle, ...testConverter('replay') },
          history,
          payout.handle.workflowId,
        );
      }
    },
    60_000,
  );
});

describe('a create that runs out of time', () => {
  it('is unknown and is not repeated: it may have reached the provider', async () => {
    const view = await hanging.when(({ timeline }) => timeline.some(({ event }) => event === 'unknown'));

    expect(view.timeline).toContainEqual(
      expect.objectContaining({ event: 'unknown', detail: { failure: 'CallInterrupted' } }),
    );
    expect(hanging.provider.creates.map(({ attempt }) => attempt)).toEqual([1]);
    expect(await hanging.when(({ status }) => status === 'processing')).toMatchObject({ providerId: '134702815' });
    expect(hanging.provider.creates).toHaveLength(1);
  }, 30_000);
});

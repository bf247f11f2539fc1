import { temporalWithShortHistories } from '../support/temporal/short-histories.js';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { NativeConnection } from '@temporalio/worker';
import type { WithdrawalRequest } from '../../domain/request.js';
import { registry } from '../../providers/registry.js';
import type { EmbeddedTemporal } from '../../temporal/embedded/server.js';
import { startEmbeddedTemporal } from '../../temporal/embedded/server.js';
import { startWorker } from '../../worker/worker.js';
import { searchAttributeNames } from '../../contract/search-attributes.js';
import { viewQuery } from '../../contract/messages.js';
import { workflowIds } from '../../contract/ids.js';
import { answering, RawServer } from './activities/servers.js';
import { testConverter, testEncryption } from '../support/encryption.js';
import { testBundle } from '../support/built.js';
import { alphapoRequest } from '../support/requests.js';
import { eventually } from './support/payout.js';
import type { Payout } from './support/payout.js';
import { PayoutStand } from './support/stand.js';

/** A server asks for a fresh history from so many events on: 4,096 as shipped. */
const LONG = 100;

let removeTemporal: () => Promise<void>;

let temporal: EmbeddedTemporal;
let stand: PayoutStand;
beforeAll(async () => {
  const { executable, remove } = await temporalWithShortHistories(LONG);
  removeTemporal = remove;
  temporal = await startEmbeddedTemporal({ executable, searchAttributes: searchAttributeNames });
  stand = await PayoutStand.started(
    await TestWorkflowEnvironment.createFromExistingServer({
      address: temporal.address,
      client: testConverter('client'),
    }),
  );
}, 120_000);
afterAll(async () => {
  await stand.stop();
  await temporal.stop();
  await removeTemporal();
});

/** The run that stands now, and how many events it has. */
async function latestRun({ handle }: Payout) {
  const { runId, historyLength } = await handle.describe();
  return { runId, events: historyLength };
}

/** The same callback so often, as quickly as the server takes it. */
async function repeated(payout: Payout, word: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => payout.callback(word)));
}

describe('a withdrawal of long history', () => {
  it('goes on in a fresh one, knowing all that was seen and done, and shown as before', async () => {
    const payout = await stand.pay({ creates: ['processing'], lookUps: ['pending'] });
    await payout.when(({ status }) => status === 'processing');
    await payout.callback('pending');
    const before = await payout.when(({ status }) => status === 'awaiting_approval');
    const first = await latestRun(payout);
    const indexed = await payout.indexed();

    await repeated(payout, 'pending', LONG);
    const second = await eventually(async () => {
      const run = await latestRun(payout);
      return run.runId === first.runId ? undefined : run;
    });

    expect(second.events).toBeLessThan(2 * LONG); // a task may add to it before it is over
    expect(await payout.view()).toEqual(before);
    expect(await payout.indexed()).toEqual(indexed);
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('neither checks nor sends anything anew in the fresh one, though its sendBy has passed', async () => {
    const sendBy = Date.now() + 10_000;
    const payout = await stand.pay(
      { creates: ['processing'], lookUps: ['confirmed'] },
      { sendBy: new Date(sendBy).toISOString() },
    );
    await payout.when(({ status }) => status === 'processing');
    const { runId } = await latestRun(payout);
    await sleep(sendBy - Date.now());
    await repeated(payout, 'processing', LONG);
    await eventually(async () => ((await latestRun(payout)).runId === runId ? undefined : true));
    await payout.callback('confirmed');

    expect(await payout.handle.result()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('is not filled by repeated callbacks, nor is a new one lost among them', async () => {
    let held = 'not_confirmed';
    const payout = await stand.pay({ creates: ['processing'], lookUps: [() => held] });
    await payout.when(({ status }) => status === 'processing');

    await Promise.all([
      repeated(payout, 'processing', 250),
      payout.callback('pending'),
      repeated(payout, 'processing', 250),
    ]);
    expect(await payout.when(({ status }) => status === 'awaiting_approval')).toMatchObject({ final: false });
    held = 'confirmed';
    await payout.callback('confirmed');

    const view = await payout.ended();
    expect(view).toMatchObject({ status: 'confirmed' });
    expect(view.timeline.length).toBeLessThan(12);
    expect((await latestRun(payout)).events).toBeLessThan(500);
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('a worker that is shut down in the middle of a create', () => {
  it('lets it finish, so that the withdrawal goes on accepted and not unknown', async () => {
    let answer = (): void => undefined;
    const server = await RawServer.start({
      onRequest: (socket) => {
        answer = () => answering(200, JSON.stringify(acceptedByAlphaPo(request)))(socket);
      },
    });
    const connection = await NativeConnection.connect({ address: temporal.address });
    const worker = await startWorker({
      connection,
      namespace: 'default',
      providers: [
        registry.alphapo.provider.parse({ BASE_URL: server.origin, API_KEY: 'key', SECRET: 'secret', SANDBOX: 'true' }),
      ],
      confirmFinal: true,
      encryption: testEncryption,
      bundle: testBundle,
    });
    const request = alphapoRequest({ withdrawalId: `w-${randomUUID()}` });
    const handle = await stand.start(workflowIds.withdrawal(request.withdrawalId), [{ request }]);
    await eventually(() => Promise.resolve(server.requests === 1 ? true : undefined));

    const stopped = worker.stop();
    await sleep(1_000);
    answer();
    await stopped;

    const view = await eventually(async () => {
      const seen = await handle.query(viewQuery);
      return seen.status === 'sending' ? undefined : seen;
    });
    expect(view).toMatchObject({ status: 'processing', providerId: '134702815' });
    expect(view.timeline.map(({ event }) => event)).not.toContain('unknown');
    expect(server.requests).toBe(1);
    await connection.close();
    await server.stop();
  });
});

function acceptedByAlphaPo({ withdrawalId, currency, amount }: WithdrawalRequest) {
  return {
    data: {
      id: 134702815,
      foreign_id: withdrawalId,
      type: 'withdrawal',
      status: 'processing',
      amount,
      sender_amount: amount,
      sender_currency: currency,
      receiver_amount: amount,
      receiver_currency: currency,
    },
  };
}

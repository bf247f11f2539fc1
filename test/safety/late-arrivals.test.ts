import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { activityInfo } from '@temporalio/activity';
import { providerCalls, runCalls } from '../../activities/provider-calls.js';
import { caseIds } from '../../temporal/encryption/case-id.js';
import type { WithdrawalRequest, WithdrawalView } from '../../client/index.js';
import { readSettings, withDevDefaults } from '../../settings/index.js';
import { startSimulator, type Simulator } from '../../simulator/index.js';
import { callQueue, workflowIds, workflowQueue, workflowTypes } from '../../contract/ids.js';
import { viewQuery } from '../../contract/messages.js';
import { testBundle } from '../support/built.js';
import { cryptoprocessingRequest } from '../support/requests.js';
import { SimulatorControl } from '../support/simulator/control.js';
import { anyPorts } from '../support/simulator/test-simulator.js';
import type { TimeSkippingEnvironment } from '../support/temporal/time-skipping-server.js';
import { testConverter } from '../support/encryption.js';
import { startTimeSkippingEnvironment } from '../support/temporal/time-skipping-server.js';
import { DAY } from '../workflows/support/payout.js';
import type { Call } from './wire.js';
import { Wire } from './wire.js';

jest.setTimeout(120_000);

/**
 * An attempt that the worker gave up, and whose bytes reach the provider later. Temporal's time is skipped, so that the five minutes
 * after which the reference may be sent again pass at once; the worker, the wire and the provider are real.
 */
let temporal: TimeSkippingEnvironment;
let providers: Simulator;
let simulator: SimulatorControl;
let wire: Wire;
let workers: Worker[] = [];
let runs: Promise<void>[] = [];
beforeAll(async () => {
  temporal = await startTimeSkippingEnvironment();
  providers = await startSimulator({
    ports: anyPorts,
  });
  simulator = new SimulatorControl(providers.control);
  wire = await Wire.to(providers.origins.cryptoprocessing);
  const env = withDevDefaults({ CRYPTOPROCESSING_BASE_URL: wire.origin });
  const { cryptoprocessing } = readSettings(env, { role: 'worker' }).providers;
  if (cryptoprocessing === undefined) throw new Error('CryptoProcessing is not enabled');
  const connection = temporal.nativeConnection;
  const activities = providerCalls(cryptoprocessing, {
    // The server skips time: the worker's clock keeps up with it.
    now: () => Math.max(Date.now(), activityInfo().currentAttemptScheduledTimestampMs),
    ...{ confirmFinal: true, longestMs: () => Promise.resolve(30 * DAY) },
    acquireSlot: () => Promise.reject(new Error('it has no rate limiter')),
    hasEarlierRun: () => Promise.resolve(false),
  });
  workers = await Promise.all([
    Worker.create({
      ...{ connection, taskQueue: workflowQueue, workflowBundle: testBundle, ...testConverter('worker') },
      ...{ activities: runCalls(caseIds({}), () => Promise.resolve(false)), enableNonLocalActivities: false },
    }),
    Worker.create({
      ...{ connection, taskQueue: callQueue('cryptoprocessing'), activities, ...testConverter('worker') },
    }),
  ]);
  runs = workers.map((worker) => worker.run());
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(runs);
  await temporal.teardown();
  await providers.close();
  wire.stop();
});
afterEach(() => simulator.faults([]));

/** A withdrawal whose first create is on the wire: its worker thinks it lost. */
async function lostOnTheWire() {
  const now = await temporal.currentTimeMs();
  const asked: WithdrawalRequest = cryptoprocessingRequest({
    withdrawalId: `w-${randomUUID()}`,
    requestedAt: new Date(now).toISOString(),
  });
  const isCreate = ({ operation, body }: Call) => operation === 'create' && body.includes(asked.withdrawalId);
  const first = wire.hold('the first create', isCreate);
  const second = wire.hold('the second create', (call) => isCreate(call));
  const handle = await temporal.client.workflow.start(workflowTypes.withdrawal, {
    workflowId: workflowIds.withdrawal(asked.withdrawalId),
    taskQueue: workflowQueue,
    args: [{ request: asked }],
    workflowExecutionTimeout: '60 days',
  });
  const call = await first;
  call.drop();
  const ended = handle.result() as Promise<WithdrawalView>; // from here on, time is skipped
  return { id: asked.withdrawalId, late: call, second, ended, view: () => handle.query(viewQuery) };
}

describe('a create that reaches the provider after its worker has given it up', () => {
  it('and before it is sent again: the second is refused as in use, and the first is found and reported', async () => {
    const { id, late, second, ended } = await lostOnTheWire();
    const again = await second; // absent three times over five minutes
    await late.pass();
    await again.give(await again.pass());

    const view = await ended;

    expect(view).toMatchObject({ status: 'confirmed' });
    expect(view.timeline.map(({ detail }) => detail?.failure)).toContain('ReferenceInUse');
    expect(await simulator.ledger(id)).toMatchObject([{ debits: 1, status: 'confirmed' }]);
  });

  it('and after it was sent again: the provider refuses the first, and one payout is made', async () => {
    const { id, late, second, ended } = await lostOnTheWire();
    const again = await second;
    await again.give(await again.pass());
    const refused = await late.pass();

    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(await ended).toMatchObject({ status: 'confirmed' });
    expect(await simulator.ledger(id)).toMatchObject([{ debits: 1, status: 'confirmed' }]);
  });

  it('after the second was refused for good: the refusal speaks only for itself, and what is paid is reported as paid', async () => {
    const { id, late, second, ended, view } = await lostOnTheWire();
    const again = await second;
    const body = Buffer.from('{"errors":{"address":"The address is invalid."}}');
    await again.give({ status: 422, headers: { 'content-type': 'application/json' }, body });
    while ((await view()).error?.type !== 'InvalidAddress') await sleep(50);
    expect(await view()).toMatchObject({ status: 'unknown', final: false });

    await late.pass();

    expect(await ended).toMatchObject({ status: 'confirmed' });
    expect(await simulator.ledger(id)).toMatchObject([{ debits: 1, status: 'confirmed' }]);
  });
});

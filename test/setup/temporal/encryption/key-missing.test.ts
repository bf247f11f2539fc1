import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { ProviderCalls } from '../../../../contract/activities.js';
import { callQueue, slotQueue, workflowIds, workflowQueue, workflowTypes } from '../../../../contract/ids.js';
import { runCalls } from '../../../../activities/provider-calls.js';
import { testBundle } from '../../../support/built.js';
import { cryptocloudRequest } from '../../../support/requests.js';
import { startTimeSkippingEnvironment } from '../../../support/temporal/time-skipping-server.js';
import { Payout } from '../../../workflows/support/payout.js';
import { ScriptedProvider } from '../../../workflows/support/scripted-provider.js';
import { converterWith, ringOf } from './encrypted-stand.js';

jest.setTimeout(120_000);

const [all, old] = [ringOf('k2', 'k1'), ringOf('k1')];
let environment: TestWorkflowEnvironment;
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  environment = await startTimeSkippingEnvironment();
}, 120_000);
afterAll(async () => {
  for (const end of ends) await end();
  await environment.teardown();
});

/** Works with these keys, until it is stopped. */
async function work(ring: typeof all, options: WorkerOptions): Promise<() => Promise<void>> {
  const { nativeConnection: connection } = environment;
  const worker = await Worker.create({ connection, dataConverter: converterWith(ring, 'worker'), ...options });
  const run = worker.run();
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await run;
  };
  ends.push(stop);
  return stop;
}

describe('a create at CryptoCloud that a worker without the new key takes', () => {
  it('was not sent: it waits visibly, is sent by a worker that has the key, and asks nobody', async () => {
    const request = cryptocloudRequest({
      withdrawalId: `w-${randomUUID()}`,
      requestedAt: new Date(await environment.currentTimeMs()).toISOString(),
    });
    const now = () => environment.currentTimeMs();
    const slots = async () => ({ at: await now(), place: 1 });
    const provider = new ScriptedProvider(request, { creates: ['processing'], slots }, now);
    const activities: Partial<ProviderCalls> = {
      acquireSlot: (input) => provider.acquireSlot(input),
      createWithdrawal: (input) => provider.createWithdrawal(input),
    };
    const workflows = { taskQueue: workflowQueue, workflowBundle: testBundle, enableNonLocalActivities: false };
    await work(all, { ...workflows, activities: runCalls });
    await work(all, { taskQueue: slotQueue('cryptocloud'), activities });
    const stopBehind = await work(old, { taskQueue: callQueue('cryptocloud'), activities });
    const client = new Client({ connection: environment.connection, dataConverter: converterWith(all, 'client') });
    const handle = await client.workflow.start(workflowTypes.withdrawal, {
      ...{ workflowId: workflowIds.withdrawal(request.withdrawalId), taskQueue: workflowQueue, args: [{ request }] },
    });
    const payout = new Payout(handle, request, provider, environment);

    const waiting = await payout.when(({ waiting }) => waiting?.for === 'a worker that has the key');
    expect(waiting).toMatchObject({ status: 'waiting', error: { type: 'KeyMissing', certainty: 'not-sent' } });
    expect(waiting).not.toHaveProperty('attention');
    await stopBehind();
    await work(all, { taskQueue: callQueue('cryptocloud'), activities });
    await payout.pass(120_000);
    expect(await payout.when(({ status }) => status === 'processing')).toMatchObject({ attention: 'person-confirms' });
    await payout.callback('confirmed');
    const { status, timeline } = await payout.ended();
    expect(status).toBe('confirmed');
    expect(timeline.flatMap(({ detail }) => detail?.attention ?? [])).toEqual(['person-confirms']);
    expect(provider.creates).toHaveLength(1);
  });
});

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { WithdrawalRequest } from '../../client/index.js';
import { workflowIds, workflowQueue, workflowTypes } from '../../contract/ids.js';
import { Deployment } from '../support/deployment.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';

const by = { by: 'Ada', reason: 'the customer changed their mind' };

let withoutWorker: ReturnType<typeof askedWithoutWorker>;
beforeAll(() => {
  withoutWorker = askedWithoutWorker();
  withoutWorker.catch(() => undefined); // reported where it is awaited
});
const deployment = useDeployment({ simulator: { speed: 4 } });

/** It takes ten seconds of waiting, so it is done beside the other tests, at a Temporal of its own. */
async function askedWithoutWorker() {
  const idle = await Deployment.started({ simulator: 'none', worker: 'none' });
  try {
    await idle.outflow.submit(cryptoprocessingRequest({ withdrawalId: 'w-1' }));
    const began = Date.now();
    const outcomeOf = async (asked: Promise<unknown>) => {
      const answer = await asked.catch((error: unknown) => error);
      return { answer, tookMs: Date.now() - began };
    };
    const [got, cancelled] = await Promise.all([
      outcomeOf(idle.outflow.get('w-1')),
      outcomeOf(idle.outflow.cancel('w-1', by)),
    ]);
    return { got, cancelled };
  } finally {
    await idle.stop();
  }
}

async function submitted(changes: Partial<WithdrawalRequest> = {}): Promise<string> {
  const withdrawalId = `w-${randomUUID()}`;
  await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId, ...changes }));
  return withdrawalId;
}

const get = (withdrawalId: string) => deployment.outflow.get(withdrawalId);
const wait = (withdrawalId: string, timeoutMs?: number) =>
  deployment.outflow.wait(withdrawalId, timeoutMs === undefined ? {} : { timeoutMs });

function whenIt(status: string, withdrawalId: string): Promise<void> {
  return until(`${withdrawalId} is ${status}`, async () => (await get(withdrawalId)).status === status);
}

/** What its amount makes the simulator do. */
const magic = { ownerApproves: '0.19101', ownerDeclines: '0.29101', noFunds: '0.09105' };

describe('a withdrawal that runs', () => {
  it('says what it waits for, and later how it ended, in the same form', async () => {
    const id = await submitted({ amount: magic.ownerDeclines });
    await whenIt('awaiting_approval', id);
    const open = await get(id);
    expect(open).toMatchObject({
      withdrawalId: id,
      final: false,
      providerStatus: 'pending',
      amount: magic.ownerDeclines,
    });
    expect(open.waiting?.for).toContain('Owner');
    expect(Object.keys(open.waiting ?? {}).toSorted()).toEqual(['for', 'next', 'since']);

    await deployment.simulator.act(id, 'decline');
    const ended = await wait(id);
    expect(ended).toMatchObject({ status: 'declined', final: true, error: { message: 'Declined by user ID:777' } });
    expect(ended).not.toHaveProperty('waiting');
    expect(Date.parse(ended.finalAt ?? '')).toBeGreaterThan(Date.parse(ended.requestedAt));
    expect(await get(id)).toEqual(ended);
    expect(JSON.stringify(ended)).not.toMatch(/Müller|Example GmbH|1995/);
  });

  it('is where the latest record says, also if a callback overtook the response to its create', async () => {
    await deployment.simulator.faults([
      { provider: 'cryptoprocessing', operation: 'create', fault: 'slow', ms: 1_000 },
    ]);
    const id = await submitted({ amount: magic.ownerApproves });
    await until('its callback was taken', async () => {
      const [row] = await deployment.simulator.ledger(id);
      const calls = await deployment.simulator.callbacks();
      return calls.some(({ providerId, answered }) => providerId === row?.providerId && answered === 200);
    });
    await until('the answer was taken', async () => (await get(id)).providerStatus !== undefined);
    await until('it says that the Owner decides', async () => (await get(id)).status === 'awaiting_approval', 5_000);
  });

  it('is waited for no longer than asked, and goes on', async () => {
    const id = await submitted({ amount: magic.ownerApproves });
    await whenIt('awaiting_approval', id);
    const began = Date.now();
    await expect(wait(id, 1_500)).rejects.toMatchObject({ name: 'WaitTimeoutError', withdrawalId: id });
    expect(Date.now() - began).toBeLessThan(5_000);
    await expect(wait(id, 0)).rejects.toMatchObject({ name: 'WaitTimeoutError' });
    const waiting = wait(id, 30_000);
    await deployment.simulator.act(id, 'approve');
    expect(await waiting).toMatchObject({ status: 'confirmed' });
    expect(await wait(id, 0)).toMatchObject({ status: 'confirmed' });
  });
});

describe('a withdrawal that nobody follows', () => {
  it('is not found where it was never submitted, whatever is asked', async () => {
    const unknown = { name: 'NotFoundError', withdrawalId: 'never' };
    await expect(get('never')).rejects.toMatchObject(unknown);
    await expect(wait('never')).rejects.toMatchObject(unknown);
    await expect(wait('never', 0)).rejects.toMatchObject(unknown);
    await expect(deployment.outflow.cancel('never', by)).rejects.toMatchObject(unknown);
  });

  it('is abandoned where somebody terminated its workflow', async () => {
    const id = await submitted({ amount: magic.ownerApproves });
    await whenIt('awaiting_approval', id);
    await deployment.client.workflow.getHandle(workflowIds.withdrawal(id)).terminate();
    await expect(get(id)).rejects.toMatchObject({ name: 'AbandonedError', withdrawalId: id });
    await expect(wait(id)).rejects.toMatchObject({ name: 'AbandonedError', withdrawalId: id });
  });

  it('is stale where its run started too late, and is listed as no withdrawal', async () => {
    const withdrawalId = `w-${randomUUID()}`;
    const request = cryptoprocessingRequest({ withdrawalId, requestedAt: '2026-01-01T00:00:00Z' });
    const workflowId = workflowIds.withdrawal(withdrawalId);
    await deployment.client.workflow.start(workflowTypes.withdrawal, {
      workflowId,
      taskQueue: workflowQueue,
      args: [{ request }],
    });
    await expect(wait(withdrawalId)).rejects.toMatchObject({ name: 'StaleRequestError', withdrawalId });
    await expect(get(withdrawalId)).rejects.toMatchObject({ name: 'StaleRequestError', withdrawalId });
    for await (const listed of deployment.outflow.list()) expect(listed.withdrawalId).not.toBe(withdrawalId);
    expect(await deployment.simulator.creates(withdrawalId)).toEqual([]);
  });
});

describe('a cancel', () => {
  it('ends a withdrawal that waits to be sent, names who and why, and is cancelled no second time', async () => {
    const id = await submitted({ amount: magic.noFunds });
    await whenIt('waiting', id);
    const view = await deployment.outflow.cancel(id, by);
    expect(view).toMatchObject({ status: 'cancelled', final: true });
    expect(view.timeline).toContainEqual(
      expect.objectContaining({
        event: 'cancelRequested',
        detail: { action: expect.objectContaining({ name: 'cancel', ...by }) },
      }),
    );
    await expect(deployment.outflow.cancel(id, by)).rejects.toMatchObject({ name: 'NotPossibleError' });
    expect(await deployment.simulator.debits(id)).toBe(0);
  });

  it('is refused once it was sent, with its status, and changes nothing', async () => {
    const id = await submitted({ amount: magic.ownerApproves });
    await whenIt('awaiting_approval', id);
    const refused = deployment.outflow.cancel(id, by);
    await expect(refused).rejects.toMatchObject({
      name: 'NotPossibleError',
      message: expect.stringContaining('awaiting_approval'),
    });
    expect(await get(id)).toMatchObject({ status: 'awaiting_approval', final: false });
    await deployment.simulator.act(id, 'approve');
    expect(await wait(id)).toMatchObject({ status: 'confirmed' });
    expect(await deployment.simulator.debits(id)).toBe(1);
  });
});

describe('with no worker', () => {
  it('a withdrawal is shown from Temporal’s index within six seconds or so', async () => {
    const { answer, tookMs } = (await withoutWorker).got;
    expect(tookMs).toBeLessThan(8_000);
    expect(answer).toMatchObject({ status: 'received', final: false, amount: '0.00003000', timeline: [] });
  });

  it('an operator’s action fails with the reason that no worker took it, and does not wait for ever', async () => {
    const { answer, tookMs } = (await withoutWorker).cancelled;
    expect(tookMs).toBeLessThan(20_000);
    expect(answer).toMatchObject({ name: 'NoWorkerError', id: 'w-1' });
  });
});

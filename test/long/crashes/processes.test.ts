import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { WithdrawalRequest } from '../../../client/index.js';
import { isAlive, until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { parts, RunningStack } from '../../support/stack.js';

jest.setTimeout(180_000); // it is quick, unless the machine is busy with others

let stack: RunningStack;
beforeAll(async () => {
  stack = await RunningStack.start();
});
afterAll(() => stack.stop(), 30_000);

/** What its amount makes the simulator do: wait for the Owner. */
const ownerDecides = '0.19101';

async function submitted(changes: Partial<WithdrawalRequest> = {}): Promise<string> {
  const withdrawalId = `w-${randomUUID()}`;
  await stack.outflow.submit(cryptoprocessingRequest({ withdrawalId, ...changes }));
  return withdrawalId;
}

async function waitingForTheOwner(): Promise<string> {
  await stack.simulator.clock({ speed: 1 });
  const id = await submitted({ amount: ownerDecides });
  await stack.untilStatus(id, 'awaiting_approval');
  // A minute of the provider's passes in 0.6 s: it pays at once, and retries of callbacks come soon.
  await stack.simulator.clock({ speed: 100 });
  return id;
}

/** A withdrawal whose create the provider has just received, and answers with this fault. */
async function createUnderWay(fault: string, ms: number): Promise<string> {
  await stack.simulator.faults([{ provider: 'cryptoprocessing', operation: 'create', fault, ms }]);
  const id = await submitted();
  await until('its create has arrived', async () => (await stack.simulator.creates(id)).length === 1);
  return id;
}

async function expectPaidOnce(id: string): Promise<void> {
  expect(await stack.outflow.wait(id, { timeoutMs: 90_000 })).toMatchObject({ status: 'confirmed', final: true });
  expect(await stack.simulator.ledger(id)).toMatchObject([{ debits: 1, status: 'confirmed' }]);
}

describe('kill -9', () => {
  const stored: string[] = [];
  let neverStored: string;

  it('of the worker, with calls in flight: what waited for the Owner goes on', async () => {
    const waiting = await waitingForTheOwner();
    stored.push(await createUnderWay('hang-after-store', 9_000), await createUnderWay('slow', 9_000));
    neverStored = await createUnderWay('hang-before-store', 9_000);
    await stack.kill('worker');
    await stack.simulator.act(waiting, 'approve');
    await expectPaidOnce(waiting);
  });

  it('of the bridge: the callback that it missed comes again', async () => {
    const waiting = await waitingForTheOwner();
    await stack.kill('bridge');
    await stack.simulator.act(waiting, 'approve');
    await expectPaidOnce(waiting);
    const [row] = await stack.simulator.ledger(waiting);
    const attempts = (await stack.simulator.callbacks()).filter(
      ({ providerId, status }) => providerId === row?.providerId && status === 'confirmed',
    );
    expect(attempts[0]?.answered).toBe(null);
    expect(attempts.at(-1)?.answered).toBe(200);
  });

  it('of Temporal, with a call in flight: nothing is forgotten', async () => {
    const waiting = await waitingForTheOwner();
    stored.push(await createUnderWay('slow', 2_000));
    await stack.kill('temporal');
    await stack.simulator.act(waiting, 'approve');
    await expectPaidOnce(waiting);
  });

  it('with its create in flight: what the provider stored is found by our reference, and paid once', async () => {
    for (const id of stored) {
      await expectPaidOnce(id);
      expect(await stack.simulator.creates(id)).toHaveLength(1);
    }
  });

  it('with its create in flight: what the provider never stored stays unknown, open, and unsent', async () => {
    const view = await stack.untilStatus(neverStored, 'unknown');
    expect(view.waiting?.for).toContain('proof');
    expect(await stack.simulator.ledger(neverStored)).toEqual([]);
    expect(await stack.simulator.creates(neverStored)).toHaveLength(1);
  });
});

describe('what began before', () => {
  let waiting: string;
  let calling: string;

  it('SIGTERM of the worker ends it only after its call in flight', async () => {
    waiting = await waitingForTheOwner();
    calling = await createUnderWay('slow', 3_000);
    const pid = stack.pid('worker');
    process.kill(pid, 'SIGTERM');
    expect(await stack.exitOf(pid)).toMatchObject({ code: 0, signal: null });
    expect(await stack.simulator.creates(calling)).toMatchObject([{ answered: 201 }]);
  });

  it('kill -9 of the parent leaves no process of its own behind', async () => {
    await until('the worker is there again', () => isAlive(stack.pid('worker')));
    const pids = parts.map((part) => stack.pid(part));
    expect(pids.map(isAlive)).toEqual([true, true, true, true]);
    process.kill(stack.parentPid, 'SIGKILL');
    await until('all are gone', () => !pids.some(isAlive), 20_000);
  });

  it('goes on when all is started again on the same folder', async () => {
    await stack.startAgain();
    await stack.simulator.act(waiting, 'approve');
    await expectPaidOnce(waiting);
    await expectPaidOnce(calling);
    const { timeline } = await stack.outflow.get(calling);
    expect(timeline.map(({ event }) => event)).not.toContain('unknown');
  });
});

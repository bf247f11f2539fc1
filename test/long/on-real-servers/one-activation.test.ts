import { asSent } from '../../workflows/support/payout.js';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { ProviderName, WithdrawalRequest } from '../../../client/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import { actionUpdate, callbackSignal } from '../../../contract/messages.js';
import { workflowIds } from '../../../contract/ids.js';
import { useDeployment } from '../../support/use-deployment.js';
import { until } from '../../support/parent-process.js';
import { requestTo } from '../../support/requests.js';
import { recordOf } from '../../workflows/support/scripted-provider.js';

jest.setTimeout(180_000);

const here = useDeployment({ worker: 'none' });
afterEach(() => here.stopWorker());

const act = { by: 'test', reason: 'at the same time' };
type Scenario = (handle: WorkflowHandle, request: WithdrawalRequest) => Promise<unknown>;

/** All that can come to a withdrawal at once. Those that wait for a worker are given up if it refuses them. */
const scenarios: Record<string, Scenario> = {
  'Temporal’s cancel': (handle) => handle.cancel(),
  'a cancel': async (handle) => {
    const { status, refused } = await handle.executeUpdate(actionUpdate('cancel'), {
      args: [await asSent(handle, act)],
    });
    return refused ?? status;
  },
  'a retry': async (handle) => handle.executeUpdate(actionUpdate('retryNow'), { args: [await asSent(handle, act)] }),
  'a resolve': async (handle) => {
    const resolution = { ...act, evidence: 'none', outcome: 'notPaid' as const };
    return handle.executeUpdate(actionUpdate('resolve'), { args: [await asSent(handle, resolution)] });
  },
  'a callback': (handle, request) => handle.signal(callbackSignal, { record: recordOf(request, 'processing') }),
};
const names = Object.keys(scenarios);
const pairs: string[][] = names.flatMap((first) =>
  names.filter((name) => name !== first).map((second) => [first, second]),
);
const isCancel = (name: string) => name.endsWith('cancel');

interface Submitted {
  request: WithdrawalRequest;
  handle: WorkflowHandle;
}

async function submitted(provider: ProviderName, changes: Partial<WithdrawalRequest> = {}): Promise<Submitted> {
  const request = requestTo[provider]({ withdrawalId: `w-${randomUUID()}`, ...changes });
  await here.outflow.submit(request);
  return { request, handle: here.client.workflow.getHandle(workflowIds.withdrawal(request.withdrawalId)) };
}

/** Lets one thing after the other come to it, with nobody there to take them. Resolves once Temporal has both; settles with their ends. */
async function happen({ request, handle }: Submitted, pair: readonly string[]): Promise<Promise<unknown>[]> {
  const ends: Promise<unknown>[] = [];
  for (const name of pair) {
    const end = scenarios[name]?.(handle, request).catch((refusal: unknown) => refusal);
    ends.push(Promise.resolve(end));
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return ends;
}

describe('Temporal’s cancel request that is there before the first task', () => {
  it.each(providerNames)('ends a withdrawal at %s cancelled, with nothing sent', async (provider) => {
    const before = (await here.simulator.ledger()).length;
    const payout = await submitted(provider);
    await payout.handle.cancel();
    await here.startWorker({ serving: providerNames });

    expect(await here.outflow.wait(payout.request.withdrawalId)).toMatchObject({ status: 'cancelled', final: true });
    expect(await here.simulator.ledger()).toHaveLength(before);
  });
});

describe('what comes to a withdrawal in one activation', () => {
  it('before its first task, in every pair, sends nothing if it is cancelled, and once at most otherwise', async () => {
    const payouts = await Promise.all(pairs.map(() => submitted('alphapo', { amount: '0.9107' })));
    const ends = await Promise.all(payouts.map((payout, index) => happen(payout, pairs[index] ?? [])));
    await here.startWorker({ serving: providerNames });
    await Promise.all(ends.flat());

    for (const [index, payout] of payouts.entries()) {
      const pair = pairs[index] ?? [];
      const isKnown = pair.includes('a callback');
      const view = await here.when(
        payout.request.withdrawalId,
        ({ status }) => status === 'cancelled' || status === 'processing',
      );
      const sent = await here.simulator.creates(payout.request.withdrawalId);
      expect([pair, view.status, sent.length]).toEqual([
        pair,
        pair.some(isCancel) && !isKnown ? 'cancelled' : 'processing',
        isKnown || pair.some(isCancel) ? 0 : 1,
      ]);
    }
  });

  it('when its slot has come, with each of the others, sends nothing if it is cancelled', async () => {
    const cancelled = pairs.filter((pair) => pair.some(isCancel));
    const before = (await here.simulator.ledger()).length;
    await here.startWorker({ serving: providerNames });
    // The first slots come at once: those are left to those that submit first.
    const ahead = await submitted('cryptocloud');
    await here.when(ahead.request.withdrawalId, ({ status }) => status === 'processing');
    const payouts = await Promise.all(cancelled.map(() => submitted('cryptocloud')));
    const waiting = await Promise.all(
      payouts.map(({ request }) => here.when(request.withdrawalId, ({ status }) => status !== 'received')),
    );
    await here.stopWorker();
    // One whose slot came at once is sent already, and waits for none.
    const slots = waiting.flatMap(({ waiting: wait }) => {
      const [, at] = /^It is sent at (.*)\.$/.exec(wait?.next ?? '') ?? [];
      return at === undefined ? [] : [Date.parse(at)];
    });
    const last = Math.max(...slots);
    const leftBefore = await here.simulator.ledger();
    await until('all slots have come', () => Date.now() > last, 120_000);
    // On a busy machine, a slot may have come, and been used, before the worker had stopped.
    const stillWaits = await Promise.all(
      payouts.map(async ({ request }) => (await here.outflow.get(request.withdrawalId)).status === 'waiting'),
    );
    const open = payouts.filter((_, index) => stillWaits[index]);
    const ends = await Promise.all(
      payouts.map(async (payout, index) => (open.includes(payout) ? happen(payout, cancelled[index] ?? []) : [])),
    );
    await here.startWorker({ serving: providerNames });

    let sent = 0;
    for (const payout of open) {
      const index = payouts.indexOf(payout);
      const pair = cancelled[index] ?? [];
      const answers = await Promise.all(ends[index] ?? []);
      const view = await here.when(
        payout.request.withdrawalId,
        ({ status }) => status === 'cancelled' || status === 'processing',
      );
      // An update may reach it after the timer did: then it is answered that it came too late.
      const isTooLate = !pair.includes('Temporal’s cancel') && answers[pair.indexOf('a cancel')] !== 'cancelled';
      const isKnown = pair.includes('a callback');
      expect([pair, view.status]).toEqual([pair, isKnown || isTooLate ? 'processing' : 'cancelled']);
      sent += Number(isTooLate && !isKnown);
    }
    expect(open.length).toBeGreaterThan(10);
    expect(await here.simulator.ledger()).toHaveLength(leftBefore.length + sent);
    expect(leftBefore.length).toBeGreaterThan(before);
  });
});

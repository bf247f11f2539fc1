import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import type { ProviderName, WithdrawalRequest } from '../../client/index.js';
import { AbandonedError, NotPossibleError, StaleRequestError } from '../../client/index.js';
import { providerNames } from '../../domain/providers/index.js';
import { callbackSignal } from '../../contract/messages.js';
import { workflowIds } from '../../contract/ids.js';
import { post, postback } from '../support/callbacks.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { requestTo } from '../support/requests.js';
import { recordOf } from '../workflows/support/scripted-provider.js';

jest.setTimeout(120_000);

/** Accepted, and stays so. */
const stays: Record<ProviderName, Partial<WithdrawalRequest>> = {
  cryptoprocessing: { amount: '0.9107' },
  alphapo: { amount: '0.9107' },
  cryptopay: { amount: '10.9107' },
  cryptocloud: { amount: '15.9107' },
};
const act = { by: 'Ada', reason: 'terminated by mistake' };

const here = useDeployment({ worker: { serving: providerNames } });

async function submitted(provider: ProviderName): Promise<WithdrawalRequest> {
  const request = requestTo[provider]({ withdrawalId: `${provider}-${randomUUID().slice(0, 8)}`, ...stays[provider] });
  await here.outflow.submit(request);
  return request;
}

function terminate(withdrawalId: string): Promise<unknown> {
  return here.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).terminate('by mistake');
}

describe('a withdrawal whose workflow was terminated while the provider worked on it', () => {
  it.each(['cryptoprocessing', 'alphapo', 'cryptopay'] as const)(
    'is recovered at %s: found, and paid once',
    async (provider) => {
      const { withdrawalId } = await submitted(provider);
      const { providerId } = await here.when(withdrawalId, ({ status }) => status === 'processing');
      await terminate(withdrawalId);

      await here.outflow.recover(withdrawalId, act);
      const view = await here.when(
        withdrawalId,
        (found) => found.providerId !== undefined && found.status !== 'unknown',
      );
      await here.simulator.act(withdrawalId, 'confirm');
      const end = await here.outflow.wait(withdrawalId);

      expect(view).toMatchObject({ providerId, final: false });
      expect(view.timeline.map(({ detail }) => detail)).toContainEqual({
        earlierRun: 'recovered',
        action: expect.objectContaining({ name: 'recover', by: 'Ada', reason: 'terminated by mistake' }),
      });
      expect(end).toMatchObject({ status: 'confirmed' });
      expect(await here.simulator.creates(withdrawalId)).toHaveLength(1);
      expect(await here.simulator.debits(withdrawalId)).toBe(1);
    },
  );

  it('waits for a person at CryptoCloud, known by the provider’s id, and is never sent again', async () => {
    const { withdrawalId } = await submitted('cryptocloud');
    const { providerId } = await here.when(withdrawalId, ({ status }) => status === 'processing');
    const before = await here.simulator.ledger();
    await terminate(withdrawalId);

    await here.outflow.recover(withdrawalId, act);

    const view = await here.when(withdrawalId, ({ status }) => status === 'unknown');
    expect(view).toMatchObject({ attention: 'earlier-run', final: false });
    expect((await here.outflow.list({ provider: 'cryptocloud' }).next()).value).toMatchObject({
      withdrawalId,
      providerId,
    });
    expect(await here.simulator.ledger()).toHaveLength(before.length);
  });
});

describe('a callback that Temporal took before the workflow was terminated', () => {
  it('is taken in by the run that goes on, though no worker had taken it in', async () => {
    await here.restartBridge({ CRYPTOCLOUD_POSTBACK: 'confirm' });
    const { withdrawalId } = await submitted('cryptocloud');
    const { providerId = '' } = await here.when(withdrawalId, ({ status }) => status === 'processing');
    await here.stopWorker();
    await until('the index knows it', async () => {
      for await (const one of here.outflow.list({ provider: 'cryptocloud' }))
        if (one.withdrawalId === withdrawalId && one.providerId === providerId) return true;
      return false;
    });
    const invoice = providerId.replace('INV-', '');
    const taken = await post(here.bridge, postback(invoice), {}, 'cryptocloud');
    expect(taken).toMatchObject({ status: 200 });
    await terminate(withdrawalId);
    await here.startWorker();

    await here.outflow.recover(withdrawalId, act);

    expect(await here.when(withdrawalId, ({ final }) => final)).toMatchObject({ status: 'confirmed', providerId });
  });
});

describe('a callback about another payout that reached the closed run last', () => {
  it('does not make its id that of the withdrawal, which would be looked for under it', async () => {
    await here.stopWorker();
    const request = await submitted('cryptopay');
    const { withdrawalId } = request;
    const record = recordOf(request, 'processing', { providerId: 'another', amount: '99' });
    await here.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).signal(callbackSignal, { record });
    await terminate(withdrawalId);
    await here.startWorker();

    await here.outflow.recover(withdrawalId, act);

    const view = await here.when(withdrawalId, ({ timeline }) => timeline.some(({ event }) => event === 'notOurs'));
    expect(view).not.toHaveProperty('providerId');
  });
});

describe('a withdrawal whose workflow was terminated before its first task', () => {
  it('is looked up, and not sent, though the provider does not know it', async () => {
    await here.stopWorker();
    const { withdrawalId } = await submitted('cryptoprocessing');
    await terminate(withdrawalId);
    await here.startWorker();

    await here.outflow.recover(withdrawalId, act);
    const view = await here.when(withdrawalId, ({ timeline }) => timeline.some(({ event }) => event === 'absent'));

    expect(view).toMatchObject({ status: 'unknown', attention: 'earlier-run' });
    expect(await here.simulator.creates(withdrawalId)).toEqual([]);
  });
});

describe('recover is refused', () => {
  it('for a withdrawal that goes on, and for one that has ended by itself', async () => {
    const { withdrawalId } = await submitted('alphapo');
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    await expect(here.outflow.recover(withdrawalId, act)).rejects.toThrow(NotPossibleError);
    await here.simulator.act(withdrawalId, 'confirm');
    await here.outflow.wait(withdrawalId);
    await expect(here.outflow.recover(withdrawalId, act)).rejects.toThrow(NotPossibleError);
  });

  it('the second time of two at once', async () => {
    const { withdrawalId } = await submitted('alphapo');
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    await terminate(withdrawalId);
    const both = await Promise.allSettled([
      here.outflow.recover(withdrawalId, act),
      here.outflow.recover(withdrawalId, act),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('without a name or a reason, with nothing started', async () => {
    const { withdrawalId } = await submitted('alphapo');
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    await terminate(withdrawalId);
    await expect(here.outflow.recover(withdrawalId, { by: ' ', reason: '' })).rejects.toThrow(/by, reason: must be/);
    await expect(here.outflow.get(withdrawalId)).rejects.toThrow(AbandonedError);
  });

  it('for a run that was stale: it sent nothing, and has an action of its own', async () => {
    const request = requestTo.alphapo({ withdrawalId: `stale-${randomUUID().slice(0, 8)}` });
    const sendBy = new Date(Date.now() - 1_000).toISOString();
    await here.client.workflow.start('withdrawal', {
      workflowId: workflowIds.withdrawal(request.withdrawalId),
      taskQueue: 'outflow',
      args: [{ request: { ...request, requestedAt: new Date(Date.now() - 60_000).toISOString(), sendBy } }],
    });
    await until('it has failed', () =>
      here.outflow.get(request.withdrawalId).then(
        () => false,
        () => true,
      ),
    );
    await expect(here.outflow.recover(request.withdrawalId, act)).rejects.toThrow(StaleRequestError);
  });
});

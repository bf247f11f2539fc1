import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import proto from '@temporalio/proto';
import type { WithdrawalRequest, WithdrawalView } from '../../client/index.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { providerNames } from '../../domain/providers/index.js';
import { embeddedNamespace } from '../../temporal/embedded/server.js';
import { workflowIds } from '../../contract/ids.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { requestTo } from '../support/requests.js';

jest.setTimeout(240_000);

const { EventType } = proto.temporal.api.enums.v1;
/** The simulator’s CryptoCloud posts an invoice-style postback for this amount, which is believed here. */
const postedBack = { amount: '15.9301' };
/** Accepted, and stays so. */
const stays: Record<ProviderName, Partial<WithdrawalRequest>> = {
  cryptoprocessing: { amount: '0.9107' },
  alphapo: { amount: '0.9107' },
  cryptopay: { amount: '10.9107' },
  cryptocloud: { amount: '15.9107' },
};

const here = useDeployment({ bridge: { CRYPTOCLOUD_POSTBACK: 'confirm' }, worker: { serving: providerNames } });

async function submitted(provider: ProviderName, changes: Partial<WithdrawalRequest> = {}): Promise<string> {
  const request = requestTo[provider]({ withdrawalId: `${provider}-${randomUUID().slice(0, 8)}`, ...changes });
  await here.outflow.submit(request);
  return request.withdrawalId;
}

/** What Temporal’s UI does by its button "Reset". */
async function reset(withdrawalId: string, runId: string, workflowTaskFinishEventId: number): Promise<void> {
  await here.client.workflowService.resetWorkflowExecution({
    namespace: embeddedNamespace,
    workflowExecution: { workflowId: workflowIds.withdrawal(withdrawalId), runId },
    reason: 'somebody pressed the button',
    requestId: randomUUID(),
    workflowTaskFinishEventId: workflowTaskFinishEventId as never,
  });
}

/** The run that goes on now, and the events of it that Reset takes. */
async function run(withdrawalId: string): Promise<{ runId: string; points: number[] }> {
  const handle = here.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId));
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const points = (events ?? [])
    .filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
    .map(({ eventId }) => Number(eventId));
  return { runId, points };
}

/** How many creates came, how many payouts there are, and how often money left. CryptoCloud takes no reference: known by the provider. */
async function money(provider: ProviderName, withdrawalId: string) {
  const rows = await here.simulator.ledger(provider === 'cryptocloud' ? undefined : withdrawalId);
  const own = rows.filter((row) => row.provider === provider);
  return { payouts: own.length, debits: own.reduce((sum, { debits }) => sum + debits, 0) };
}

/** It ended as the ledger says, or asks for a person. */
const isSettled = ({ final, attention }: WithdrawalView) => final || attention !== undefined;

describe.each(providerNames)('a withdrawal at %s that Temporal’s Reset runs again', (provider) => {
  it('from any point of its history, while the provider works on it, is not sent a second time', async () => {
    const before = await money(provider, '');
    const withdrawalId = await submitted(provider, stays[provider]);
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    const { runId, points } = await run(withdrawalId);

    for (const point of points) {
      await reset(withdrawalId, runId, point);
      const view = await here.when(
        withdrawalId,
        ({ status, attention }) => status === 'processing' || attention !== undefined,
      );
      expect(view.final).toBe(false);
    }

    const after = await money(provider, withdrawalId);
    expect(after.payouts - (provider === 'cryptocloud' ? before.payouts : 0)).toBe(1);
    if (provider === 'cryptocloud') return;
    expect(await here.simulator.creates(withdrawalId)).toHaveLength(1);
    await here.simulator.act(withdrawalId, 'confirm');
    expect(await here.when(withdrawalId, ({ final }) => final)).toMatchObject({ status: 'confirmed' });
    expect(await money(provider, withdrawalId)).toMatchObject({ debits: 1 });
  });

  it('from any point of its history, after it was confirmed, is not paid a second time', async () => {
    const before = await money(provider, '');
    const withdrawalId = await submitted(provider, provider === 'cryptocloud' ? postedBack : {});
    await here.when(withdrawalId, ({ status }) => status === 'confirmed');
    const { runId, points } = await run(withdrawalId);
    expect(points.length).toBeGreaterThan(2);

    for (const point of points) {
      await reset(withdrawalId, runId, point);
      const view = await here.when(withdrawalId, isSettled);
      expect(['confirmed', 'unknown', 'processing']).toContain(view.status);
    }

    const after = await money(provider, withdrawalId);
    const others = provider === 'cryptocloud' ? before : { payouts: 0, debits: 0 };
    expect([after.payouts - others.payouts, after.debits - others.debits]).toEqual([1, 1]);
  });
});

describe('a run that Reset made', () => {
  it('is not expired, though sendBy has passed: what the run before it sent is looked up', async () => {
    const sendBy = new Date(Date.now() + 6_000).toISOString();
    const withdrawalId = await submitted('cryptoprocessing', { sendBy });
    await here.when(withdrawalId, ({ status }) => status === 'confirmed');
    const { runId, points } = await run(withdrawalId);
    await until('sendBy has passed', () => Date.now() > Date.parse(sendBy));

    await reset(withdrawalId, runId, points[0] ?? 0);

    expect(await here.when(withdrawalId, ({ final }) => final)).toMatchObject({ status: 'confirmed' });
    expect(await here.simulator.debits(withdrawalId)).toBe(1);
  });

  it('can’t be cancelled before it has sent: the run before it may have', async () => {
    const withdrawalId = await submitted('cryptocloud', stays.cryptocloud);
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    const { runId, points } = await run(withdrawalId);
    await here.stopWorker();
    await reset(withdrawalId, runId, points[0] ?? 0);
    await here.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).cancel();
    await here.startWorker();

    const view = await here.when(withdrawalId, isSettled);

    expect(view).toMatchObject({ status: 'unknown', final: false, attention: 'earlier-run' });
    await expect(here.outflow.cancel(withdrawalId, { by: 'test', reason: 'again' })).rejects.toThrow(
      /can't be cancelled/,
    );
  });

  it('by Temporal’s batch reset sends nothing either', async () => {
    const withdrawalId = await submitted('alphapo', stays.alphapo);
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    const { runId } = await run(withdrawalId);

    await here.client.workflowService.startBatchOperation({
      namespace: embeddedNamespace,
      jobId: randomUUID(),
      reason: 'all of them',
      executions: [{ workflowId: workflowIds.withdrawal(withdrawalId), runId }],
      resetOperation: { options: { firstWorkflowTask: {} }, identity: 'test' },
    });
    await until('another run goes on', async () => (await run(withdrawalId)).runId !== runId, 30_000);
    const view = await here.when(withdrawalId, ({ status }) => status === 'processing');

    expect(view.timeline.map(({ event }) => event)).toContain('earlierRunFound');
    expect(await here.simulator.creates(withdrawalId)).toHaveLength(1);
  });
});

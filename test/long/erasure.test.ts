import { randomUUID } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { NotFoundError } from '../../client/index.js';
import { exportWithdrawal } from '../../client/stored/export.js';
import { workflowIds } from '../../contract/ids.js';
import { run } from '../../temporal/embedded/command.js';
import { embeddedRetentionDays } from '../../temporal/embedded/server.js';
import { findTemporal } from '../../temporal/embedded/temporal-cli.js';
import { retentionOf } from '../../temporal/namespace.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';
import { useDeployment } from '../support/use-deployment.js';

/** What docs/personal-data.md says of forgetting, before a real server. */
const deployment = useDeployment({ simulator: { speed: 4 } });

async function paid(sendBy: string, requestedAt = new Date().toISOString()) {
  const request = cryptoprocessingRequest({ withdrawalId: `w-${randomUUID()}`, requestedAt, sendBy });
  await deployment.outflow.submit(request);
  expect(await deployment.outflow.wait(request.withdrawalId)).toMatchObject({ status: 'confirmed' });
  return request;
}

/** As the page says it: each run that the export names. */
async function erased(withdrawalId: string): Promise<void> {
  const cli = await findTemporal(() => undefined);
  const { runs, cases } = await exportWithdrawal(deployment.client, withdrawalId);
  for (const { workflowId, runId } of [...runs, ...cases]) {
    const args = ['workflow', 'delete', '--workflow-id', workflowId, '--run-id', runId];
    const { code, output } = await run(cli, [...args, '--address', deployment.temporal.address], { timeoutMs: 60_000 });
    expect({ code, output }).toMatchObject({ code: 0 });
  }
  await until('it is gone', async () => !(await isKnown(withdrawalId)), 120_000); // Temporal takes its time
}

async function isKnown(withdrawalId: string): Promise<boolean> {
  try {
    await exportWithdrawal(deployment.client, withdrawalId);
    return true;
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

jest.setTimeout(180_000);

describe('a withdrawal that was deleted in Temporal', () => {
  it('is forgotten whole, earlier runs of it, too: get, export and list know nothing of it', async () => {
    const withdrawalId = `w-${randomUUID()}`;
    const ownerDecides = '0.19101';
    await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId, amount: ownerDecides }));
    await deployment.when(withdrawalId, ({ status }) => status === 'awaiting_approval');
    await deployment.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).terminate();
    await deployment.outflow.recover(withdrawalId, { by: 'Ada', reason: 'test' });
    await deployment.simulator.act(withdrawalId, 'approve');
    await deployment.outflow.wait(withdrawalId);
    const runs = async () => (await exportWithdrawal(deployment.client, withdrawalId)).runs.map(({ status }) => status);
    await until('the index has both', async () => String(await runs()) === 'TERMINATED,COMPLETED');
    await erased(withdrawalId);
    await expect(deployment.outflow.get(withdrawalId)).rejects.toMatchObject({ name: 'NotFoundError' });
    for await (const listed of deployment.outflow.list()) expect(listed.withdrawalId).not.toBe(withdrawalId);
  });

  it('before its sendBy, is sent again if it is submitted again: so it isn’t deleted before', async () => {
    const request = await paid(inMs(600_000));
    await erased(request.withdrawalId);
    expect(await deployment.outflow.submit(request)).toMatchObject({ created: true });
    const creates = () => deployment.simulator.creates(request.withdrawalId);
    await until('it is sent again', async () => (await creates()).length === 2);
  });

  it('after its sendBy, is never started again', async () => {
    const request = await paid(inMs(8_000));
    await until('its sendBy has passed', () => Date.now() > Date.parse(request.sendBy ?? ''));
    await erased(request.withdrawalId);
    await expect(deployment.outflow.submit(request)).rejects.toMatchObject({ name: 'StaleRequestError' });
  });
});

it('an embedded server keeps what has ended for 30 days', async () => {
  expect(await retentionOf(deployment.connection, 'default')).toBe(embeddedRetentionDays * 24 * 3_600_000);
  expect(embeddedRetentionDays).toBe(30);
});

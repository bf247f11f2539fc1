import { describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AsyncCompletionClient, Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { WithdrawalRequest } from '../../../../client/index.js';
import { UnreadableWithdrawalError } from '../../../../client/index.js';
import { callQueue, workflowIds, workflowQueue, workflowTypes } from '../../../../contract/ids.js';
import { closeCaseUpdate } from '../../../../contract/case.js';
import { acquireSlotUpdate, actionUpdate, callbackSignal } from '../../../../contract/messages.js';
import { readEncryption } from '../../../../settings/encryption.js';
import { generateKey } from '../../../../settings/encryption-keys.js';
import { embeddedNamespace } from '../../../../temporal/embedded/server.js';
import { until } from '../../../support/parent-process.js';
import { cryptocloudRequest, cryptoprocessingRequest, requestTo } from '../../../support/requests.js';
import { useDeployment } from '../../../support/use-deployment.js';
import { asSent } from '../../../workflows/support/payout.js';
import { recordOf } from '../../../workflows/support/scripted-provider.js';

jest.setTimeout(180_000);

const [key, oldKey] = [generateKey('new'), generateKey('old')];
const encryption = readEncryption({ OUTFLOW_ENCRYPTION_KEYS: `${key},${oldKey}` });
const behind = readEncryption({ OUTFLOW_ENCRYPTION_KEYS: oldKey });
const here = useDeployment({ encryption, worker: { serving: ['cryptoprocessing', 'cryptocloud'] } });

/** Somebody who reaches Temporal, and has no key. */
const attacker = () => new Client({ connection: here.client.connection });
const newId = () => `w-${randomUUID().slice(0, 8)}`;
/** Accepted, and stays so. */
const stays = '0.9107';
const forged = { by: 'mallory', reason: 'pay me' };

async function processing(): Promise<WithdrawalRequest> {
  const request = cryptoprocessingRequest({ withdrawalId: newId(), amount: stays });
  await here.outflow.submit(request);
  await here.when(request.withdrawalId, ({ status }) => status === 'processing');
  return request;
}

/** Starts a withdrawal's workflow as nobody of Outflow does. */
const startInClear = (withdrawalId: string, args: unknown[]) =>
  attacker().workflow.start(workflowTypes.withdrawal, {
    ...{ workflowId: workflowIds.withdrawal(withdrawalId), taskQueue: workflowQueue, args },
  });

const itemsOf = async (withdrawalId: string) =>
  (await here.outflow.inbox()).filter((item) => 'withdrawalId' in item && item.withdrawalId === withdrawalId);

describe('a start without the key', () => {
  it.each([
    ['in clear', (request: WithdrawalRequest) => [{ request }]],
    ['of nothing', () => []],
  ])(
    '%s sends nothing, is never refused, and asks for a person; its id is free again once it is terminated',
    async (_how, args) => {
      const request = cryptoprocessingRequest({ withdrawalId: newId() });
      const { withdrawalId } = request;
      const handle = await startInClear(withdrawalId, args(request));
      const view = await here.when(withdrawalId, ({ attention }) => attention === 'unreadable-start');

      expect(view).toMatchObject({ withdrawalId, status: 'received', final: false });
      expect(view).not.toHaveProperty('address');
      await expect(here.outflow.submit(request)).rejects.toThrow(UnreadableWithdrawalError);
      await expect(here.outflow.cancel(withdrawalId, forged)).rejects.toThrow(/can’t be believed/);
      await until('it stands in the inbox', async () => (await itemsOf(withdrawalId)).length > 0);
      expect(await itemsOf(withdrawalId)).toMatchObject([{ kind: 'withdrawal', why: 'unreadable-start' }]);
      const listed = [];
      for await (const row of here.outflow.list({ attention: 'unreadable-start' })) listed.push(row.withdrawalId);
      expect(listed).toContain(withdrawalId);
      expect(await here.simulator.ledger(withdrawalId)).toEqual([]);

      await handle.terminate();
      await expect(here.outflow.recover(withdrawalId, forged)).rejects.toThrow(UnreadableWithdrawalError);
      expect((await here.outflow.inbox()).length).toBeGreaterThan(0);
      expect(await here.outflow.submit(request)).toEqual({ withdrawalId, created: true });
      expect(await here.when(withdrawalId, ({ status }) => status === 'unknown')).toMatchObject({
        attention: 'earlier-run',
        address: request.address,
      });
      expect(await here.simulator.ledger(withdrawalId)).toEqual([]);
    },
  );
});

describe('what somebody without the key sends to a withdrawal', () => {
  it('as a hundred callbacks has no effect, asks for a person, and is one line', async () => {
    const request = await processing();
    const handle = attacker().workflow.getHandle(workflowIds.withdrawal(request.withdrawalId));
    const callback = { record: recordOf(request, 'confirmed') };
    await Promise.all(Array.from({ length: 100 }, () => handle.signal(callbackSignal, callback)));
    await here.client.workflowService.signalWorkflowExecution({
      namespace: embeddedNamespace,
      workflowExecution: { workflowId: handle.workflowId },
      signalName: callbackSignal.name,
    });
    const count = (view: { timeline: { detail?: { unreadable?: { count: number } } }[] }) =>
      view.timeline.find(({ detail }) => detail?.unreadable)?.detail?.unreadable?.count;
    const view = await here.when(request.withdrawalId, (now) => count(now) === 101);
    expect(view).toMatchObject({ status: 'processing', attention: 'unreadable-input' });
    expect(view.timeline.filter(({ event }) => event === 'unreadable')).toHaveLength(1);
  });

  it.each(['cancel', 'retryNow', 'resolve'] as const)(
    'as an operator’s %s has no effect, and asks for a person',
    async (name) => {
      const request = await processing();
      const handle = attacker().workflow.getHandle(workflowIds.withdrawal(request.withdrawalId));
      const action = await asSent(handle, { ...forged, outcome: 'notPaid' as const, evidence: 'none' });
      await expect(handle.executeUpdate(actionUpdate(name), { args: [action] })).rejects.toThrow();
      expect(await here.outflow.get(request.withdrawalId)).toMatchObject({
        ...{ status: 'processing', attention: 'unreadable-input' },
        timeline: expect.arrayContaining([
          expect.objectContaining({ detail: { unreadable: { what: 'action', reason: 'plaintext', count: 1 } } }),
        ]),
      });
    },
  );
});

describe('a call’s end that somebody without the key reports', () => {
  /** One whose create nobody has taken yet: no worker here serves AlphaPo. */
  async function waitingForWorker(): Promise<{ request: WithdrawalRequest; activityId: string }> {
    const request = requestTo.alphapo({ withdrawalId: newId() });
    await here.outflow.submit(request);
    const handle = here.client.workflow.getHandle(workflowIds.withdrawal(request.withdrawalId));
    let activityId: string | null | undefined;
    await until('its create is scheduled', async () => {
      activityId = (await handle.describe()).raw.pendingActivities?.[0]?.activityId;
      return Boolean(activityId);
    });
    return { request, activityId: activityId ?? '' };
  }

  it('as a failure proves nothing, whatever type it names', async () => {
    const { request } = await waitingForWorker();
    const { workflowService } = here.client;
    const workflowId = workflowIds.withdrawal(request.withdrawalId);
    const task = await here.client.connection.withDeadline(Date.now() + 20_000, () =>
      workflowService.pollActivityTaskQueue({
        ...{ namespace: embeddedNamespace, taskQueue: { name: callQueue('alphapo') } },
      }),
    );
    expect(task.workflowExecution?.workflowId).toBe(workflowId);
    const payloads = [defaultPayloadConverter.toPayload({ failure: { type: 'InvalidAddress' }, isLast: true })];
    await workflowService.respondActivityTaskFailed({
      ...{ namespace: embeddedNamespace, taskToken: task.taskToken },
      failure: {
        message: 'refused',
        applicationFailureInfo: { type: 'InvalidAddress', nonRetryable: true, details: { payloads } },
      },
    });
    expect(await here.when(request.withdrawalId, ({ status }) => status === 'unknown')).toMatchObject({
      error: { type: 'UnreadableResult', certainty: 'unknown' },
    });
  });

  it('as a result ends nothing: the outcome is unknown, and is looked up', async () => {
    const { request, activityId } = await waitingForWorker();
    const completion = new AsyncCompletionClient({ connection: here.client.connection });
    const workflowId = workflowIds.withdrawal(request.withdrawalId);
    const result = { record: recordOf(request, 'confirmed'), account: 'a', run: 'r', policy: {}, writtenAt: 1 };
    await completion.complete({ workflowId, activityId }, result);
    expect(await here.when(request.withdrawalId, ({ status }) => status === 'unknown')).toMatchObject({
      ...{ attention: 'unreadable-input', error: { type: 'UnreadableResult', certainty: 'unknown' } },
    });
  });
});

describe('a run that somebody without the key continued as new', () => {
  it('sends nothing, says that money may be under way, and asks for a person before all else', async () => {
    await here.stopWorker();
    const request = cryptoprocessingRequest({ withdrawalId: newId() });
    const { withdrawalId } = request;
    await here.outflow.submit(request);
    const { connection } = here.client;
    const { workflowService } = connection;
    const workflowId = workflowIds.withdrawal(withdrawalId);
    const poll = () =>
      connection.withDeadline(Date.now() + 20_000, () =>
        workflowService.pollWorkflowTaskQueue({
          ...{ namespace: embeddedNamespace, taskQueue: { name: workflowQueue } },
        }),
      );
    let task = await poll(); // other withdrawals go on, too
    while (task.workflowExecution?.workflowId !== workflowId) task = await poll();
    const payloads = [defaultPayloadConverter.toPayload({ request, state: { status: 'confirmed' } })];
    await workflowService.respondWorkflowTaskCompleted({
      ...{ namespace: embeddedNamespace, taskToken: task.taskToken },
      commands: [
        {
          commandType: proto.temporal.api.enums.v1.CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
          continueAsNewWorkflowExecutionCommandAttributes: {
            ...{ workflowType: { name: workflowTypes.withdrawal }, taskQueue: { name: workflowQueue } },
            input: { payloads },
          },
        },
      ],
    });
    await here.startWorker();
    const view = await here.when(withdrawalId, ({ attention }) => attention !== undefined);
    expect(view).toMatchObject({ status: 'unknown', final: false, attention: 'unreadable-state' });
    expect(await here.simulator.ledger(withdrawalId)).toEqual([]);
  });
});

describe('a withdrawal that the only worker has no key for', () => {
  it('waits, stands in the inbox with the key’s id, and goes on once a worker has the key', async () => {
    await here.stopWorker();
    await here.startWorker({ encryption: behind });
    const request = cryptoprocessingRequest({ withdrawalId: newId() });
    const { withdrawalId } = request;
    await here.outflow.submit(request);
    const stuck = async () => {
      const items = (await here.outflow.inbox()).filter(({ kind }) => kind === 'stuck workflow');
      return items.find((item) => 'workflowId' in item && item.workflowId === workflowIds.withdrawal(withdrawalId));
    };
    await until('the inbox has it', async () => (await stuck()) !== undefined, 60_000);
    expect((await stuck())?.why).toMatch(/a worker lacks the key new, .*OUTFLOW_ENCRYPTION_KEYS/);
    expect(await here.simulator.ledger(withdrawalId)).toEqual([]);
    await here.stopWorker();
    await here.startWorker();
    expect(await here.outflow.wait(withdrawalId)).toMatchObject({ status: 'confirmed' });
  });
});

describe('a case that somebody without the key opens', () => {
  it('stands in the inbox as one that can’t be read, and takes no close without the key', async () => {
    const caseId = randomUUID();
    const handle = await attacker().workflow.start(workflowTypes.case, {
      workflowId: workflowIds.case(caseId),
      ...{ taskQueue: workflowQueue, args: [{ provider: 'alphapo', reason: 'unknown withdrawal' }] },
    });
    await until('it is open', async () => (await here.outflow.case(caseId)).openedAt !== '');
    expect(await here.outflow.case(caseId)).toMatchObject({
      ...{ reason: 'unreadable', problem: expect.stringMatching(/not opened by Outflow: it is not encrypted/) },
    });
    await until('the inbox has it', async () =>
      (await here.outflow.inbox()).some((item) => item.kind === 'case' && item.reason === 'unreadable'),
    );
    await expect(handle.executeUpdate(closeCaseUpdate, { args: [await asSent(handle, forged)] })).rejects.toThrow();
    expect(await here.outflow.closeCase(caseId, { by: 'Ada', reason: 'nobody’s' })).toHaveProperty('closed');
  });
});

describe('a rate limiter that somebody without the key starts and asks', () => {
  it('grants them nothing, and the first slot of another an interval later', async () => {
    const workflowId = workflowIds.rateLimiter('alphapo');
    const handle = await attacker().workflow.start(workflowTypes.rateLimiter, {
      ...{ workflowId, taskQueue: workflowQueue, args: [{ ahead: [] }] },
    });
    const notAfter = Date.now() + 3_600_000;
    await expect(handle.executeUpdate(acquireSlotUpdate, { args: [60_000, notAfter] })).rejects.toThrow();
    const own = here.client.workflow.getHandle(workflowId);
    const slot = await own.executeUpdate(acquireSlotUpdate, { args: [60_000, notAfter] });
    expect(slot).toMatchObject({ place: 1 });
    expect('at' in slot && slot.at).toBeGreaterThan(Date.now() + 50_000);
    await own.terminate();
  });
});

describe('a request that was paid before', () => {
  it('copied as it is into a second run sends nothing at CryptoCloud, and a person is asked', async () => {
    await here.stopWorker();
    await here.startWorker({ serving: ['cryptoprocessing', 'cryptocloud'] });
    const request = cryptocloudRequest({ withdrawalId: newId() });
    const { withdrawalId } = request;
    await here.outflow.submit(request);
    await here.when(withdrawalId, ({ status }) => status === 'processing');
    await here.outflow.resolve(withdrawalId, {
      ...{ by: 'Ada', reason: 'test', outcome: 'confirmed', evidence: 'dashboard', txid: 'e3b0c44298fc1c149afb' },
    });
    await here.when(withdrawalId, ({ final }) => final);
    const paid = (await here.simulator.ledger()).length;

    const workflowId = workflowIds.withdrawal(withdrawalId);
    const { events } = await here.client.workflow.getHandle(workflowId).fetchHistory();
    const { input, searchAttributes } = events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
    await here.client.workflowService.startWorkflowExecution({
      ...{ namespace: embeddedNamespace, workflowId, requestId: randomUUID() },
      ...{ workflowType: { name: workflowTypes.withdrawal }, taskQueue: { name: workflowQueue } },
      ...{ input: input ?? null, searchAttributes: searchAttributes ?? null },
    });

    const view = await here.when(withdrawalId, ({ attention }) => attention !== undefined);
    expect(view).toMatchObject({ status: 'unknown', attention: 'earlier-run' });
    expect(await here.simulator.ledger()).toHaveLength(paid);
  });
});

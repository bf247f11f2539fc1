import { describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { WithdrawalRequest } from '../../client/index.js';
import { AbandonedError } from '../../client/index.js';
import { firstRunOf } from '../../client/stored/workflow-start.js';
import { workflowIds, workflowQueue, workflowTypes } from '../../contract/ids.js';
import { actionUpdate } from '../../contract/messages.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { embeddedNamespace } from '../../temporal/embedded/server.js';
import { until } from '../support/parent-process.js';
import { cryptocloudRequest, cryptoprocessingRequest } from '../support/requests.js';
import { useDeployment } from '../support/use-deployment.js';

/** Somebody reaches Temporal, has no key, and uses what others encrypted: nothing may be paid twice, and nothing may end as not paid. */

jest.setTimeout(180_000);

const serving = ['cryptoprocessing', 'cryptocloud'] as const;
const here = useDeployment({ worker: { serving } });
const newId = () => `w-${randomUUID().slice(0, 8)}`;
const namespace = embeddedNamespace;
const { CommandType, TimeoutType } = proto.temporal.api.enums.v1;

async function processing(request: WithdrawalRequest): Promise<WithdrawalRequest> {
  await here.outflow.submit(request);
  await here.when(request.withdrawalId, ({ status }) => status === 'processing');
  return request;
}

async function startedWith(workflowId: string) {
  const { events } = await here.client.workflow.getHandle(workflowId).fetchHistory();
  const attributes = events?.[0]?.workflowExecutionStartedEventAttributes;
  const { input, searchAttributes } = attributes ?? {};
  return { events: events ?? [], input: input ?? null, searchAttributes: searchAttributes ?? null };
}

/** Starts it again under its id, with whatever is given. */
async function startAgain(workflowId: string, more: object) {
  await here.client.workflowService.startWorkflowExecution({
    ...{ namespace, workflowId, requestId: randomUUID() },
    ...{ workflowType: { name: workflowTypes.withdrawal }, taskQueue: { name: workflowQueue } },
    ...more,
  });
}

/** Takes its next workflow task in the worker's place. */
async function stealTask(workflowId: string) {
  const { connection } = here.client;
  const poll = () =>
    connection.withDeadline(Date.now() + 20_000, () =>
      connection.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: workflowQueue } }),
    );
  await here.client.workflowService.signalWorkflowExecution({
    ...{ namespace, workflowExecution: { workflowId }, signalName: 'callback' },
  });
  let task = await poll();
  while (task.workflowExecution?.workflowId !== workflowId) task = await poll();
  return task;
}

/** Does what it wants in place of the worker that runs the workflow. */
async function command(workflowId: string, commands: proto.temporal.api.command.v1.ICommand[]) {
  const { taskToken } = await stealTask(workflowId);
  await here.client.workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, commands });
}

/** The amount of a payout that is accepted, and stays so. */
const accepted = '0.9107';

describe('a run continued with what its first one was started with', () => {
  it('pays nothing again at CryptoCloud', async () => {
    const request = await processing(cryptocloudRequest({ withdrawalId: newId(), amount: '15.01' }));
    const workflowId = workflowIds.withdrawal(request.withdrawalId);
    const before = (await here.simulator.ledger()).length;
    await here.stopWorker();
    const { input } = await startedWith(workflowId);
    await command(workflowId, [
      {
        commandType: CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION,
        continueAsNewWorkflowExecutionCommandAttributes: {
          ...{ workflowType: { name: workflowTypes.withdrawal }, taskQueue: { name: workflowQueue }, input },
        },
      },
    ]);
    await here.startWorker();
    await here.when(request.withdrawalId, ({ attention }) => attention !== undefined).catch(() => undefined);
    expect(await here.simulator.ledger()).toHaveLength(before);
  });
});

describe('a run started with something else that was encrypted for its workflow', () => {
  it('is never refused: an earlier one may have paid', async () => {
    const request = await processing(cryptoprocessingRequest({ withdrawalId: newId(), amount: accepted }));
    const workflowId = workflowIds.withdrawal(request.withdrawalId);
    const description = await here.client.workflow.getHandle(workflowId).describe();
    const summary = description.raw.executionConfig?.userMetadata?.summary;
    expect(summary).toBeTruthy();
    await here.client.workflow.getHandle(workflowId).terminate();
    await startAgain(workflowId, { input: { payloads: [summary] } });
    const view = await here.when(request.withdrawalId, ({ final, attention }) => final || attention !== undefined);
    expect(view).toMatchObject({ final: false, attention: expect.anything() });
  });
});

describe('a run started again with a copy of the request, and cancelled in Temporal', () => {
  it('is never cancelled: an earlier one may have paid', async () => {
    const request = await processing(cryptoprocessingRequest({ withdrawalId: newId(), amount: accepted }));
    const workflowId = workflowIds.withdrawal(request.withdrawalId);
    const { input, searchAttributes } = await startedWith(workflowId);
    await here.client.workflow.getHandle(workflowId).terminate();
    await startAgain(workflowId, { input, searchAttributes, workflowStartDelay: msToTs('3 seconds') });
    await here.client.workflow.getHandle(workflowId).cancel();
    const view = await here.when(request.withdrawalId, ({ timeline, final }) => final || timeline.length > 2);
    expect(view).toMatchObject({ final: false });
    expect(view.timeline.map(({ event }) => event)).toContain('earlierRunFound');
  });
});

describe('a create’s end that is reported as a time-out, as if no worker had taken it', () => {
  /** One that the provider has stored, and answers later. */
  async function createUnderWay(amount: string) {
    await here.simulator.faults([{ provider: 'cryptocloud', operation: 'create', fault: 'slow', ms: 5_000 }]);
    const before = (await here.simulator.ledger()).length;
    const { withdrawalId, ...request } = cryptocloudRequest({ withdrawalId: newId(), amount });
    const workflowId = workflowIds.withdrawal(withdrawalId);
    await here.outflow.submit({ withdrawalId, ...request });
    await until('it was stored', async () => (await here.simulator.ledger()).length > before);
    const { raw } = await here.client.workflow.getHandle(workflowId).describe();
    const create = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'createWithdrawal');
    return { withdrawalId, workflowId, activityId: create?.activityId ?? '' };
  }

  it('proves nothing', async () => {
    const { withdrawalId, ...call } = await createUnderWay('15.02');
    await here.client.workflowService.respondActivityTaskFailedById({
      ...{ namespace, ...call },
      failure: { message: 'x', timeoutFailureInfo: { timeoutType: TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START } },
    });
    expect(await here.when(withdrawalId, ({ status }) => status !== 'sending')).toMatchObject({ status: 'unknown' });
  });

  it('proves nothing where its next try is sent to nobody', async () => {
    const { withdrawalId, workflowId, activityId } = await createUnderWay('15.04');
    const execution = { workflowId };
    await here.client.workflowService.updateActivityOptions({
      ...{ namespace, execution, id: activityId },
      activityOptions: {
        retryPolicy: { maximumAttempts: 9, initialInterval: { nanos: 100_000_000 } },
        scheduleToStartTimeout: msToTs(1_000),
        taskQueue: { name: 'nowhere' },
      },
      updateMask: {
        paths: [
          'retry_policy.maximum_attempts',
          'retry_policy.initial_interval',
          'schedule_to_start_timeout',
          'task_queue.name',
        ],
      },
    });
    await here.client.workflowService.respondActivityTaskFailedById({
      ...{ namespace, workflowId, activityId },
      failure: { message: 'x', applicationFailureInfo: { type: 'any' } },
    });
    expect(await here.when(withdrawalId, ({ status }) => status !== 'sending')).toMatchObject({ status: 'unknown' });
  });
});

describe('an open workflow that somebody closes', () => {
  it.each([
    [
      'as completed',
      {
        commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        completeWorkflowExecutionCommandAttributes: {},
      },
    ],
    [
      'as a stale request',
      {
        commandType: CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
        failWorkflowExecutionCommandAttributes: {
          failure: { message: 'x', applicationFailureInfo: { type: 'StaleRequest', nonRetryable: true } },
        },
      },
    ],
  ])('%s is in the inbox, and can be recovered', async (_how, closing) => {
    const request = await processing(cryptoprocessingRequest({ withdrawalId: newId(), amount: accepted }));
    const { withdrawalId } = request;
    const workflowId = workflowIds.withdrawal(withdrawalId);
    await here.stopWorker();
    await command(workflowId, [closing]);
    await here.startWorker();
    const items = async () =>
      (await here.outflow.inbox()).filter((item) => 'withdrawalId' in item && item.withdrawalId === withdrawalId);
    await until('it is in the inbox', async () => (await items()).length > 0, 5_000);
    expect(await items()).toMatchObject([{ kind: 'closed by force' }]);
    await expect(here.outflow.wait(withdrawalId)).rejects.toThrow(AbandonedError);
    expect(await here.outflow.recover(withdrawalId, { by: 'Ada', reason: 'x' })).toMatchObject({ final: false });
  });

  it('as confirmed, in what the index shows and in a result of its own, is not believed, and can be recovered', async () => {
    const request = await processing(cryptoprocessingRequest({ withdrawalId: newId(), amount: accepted }));
    const { withdrawalId } = request;
    const payloads = [defaultPayloadConverter.toPayload({ ...request, status: 'confirmed', final: true })];
    const status = defaultPayloadConverter.toPayload('confirmed');
    status.metadata = { ...status.metadata, type: Buffer.from('Keyword') };
    await here.stopWorker();
    await command(workflowIds.withdrawal(withdrawalId), [
      {
        commandType: CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
        upsertWorkflowSearchAttributesCommandAttributes: {
          searchAttributes: { indexedFields: { [searchAttributes.status.name]: status } },
        },
      },
      {
        commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
        completeWorkflowExecutionCommandAttributes: { result: { payloads } },
      },
    ]);
    await here.startWorker();
    await expect(here.outflow.get(withdrawalId)).rejects.toThrow(AbandonedError);
    await expect(here.outflow.submit(request)).rejects.toThrow(AbandonedError);
    expect(await here.outflow.recover(withdrawalId, { by: 'Ada', reason: 'x' })).toMatchObject({ final: false });
  });
});

describe('an operator’s action that was sent to an earlier run', () => {
  const first = { by: 'Ada', reason: 'looked at before it was recovered' };

  /** What it was sent as, and the run that was recovered since. */
  async function sentBefore() {
    const { withdrawalId } = await processing(cryptoprocessingRequest({ withdrawalId: newId(), amount: accepted }));
    const workflowId = workflowIds.withdrawal(withdrawalId);
    const forRun = (await firstRunOf(here.client, workflowId)) ?? '';
    await here.outflow.retryNow(withdrawalId, first);
    const { events } = await startedWith(workflowId);
    const accept = events.find((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
    const args = accept?.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args ?? null;
    await here.client.workflow.getHandle(workflowId).terminate();
    await here.outflow.recover(withdrawalId, { by: 'Ada', reason: 'test' });
    const sendAgain = () =>
      here.client.workflowService.updateWorkflowExecution({
        ...{ namespace, workflowExecution: { workflowId } },
        request: { meta: { updateId: randomUUID() }, input: { name: 'retryNow', args } },
      });
    return { withdrawalId, workflowId, forRun, sendAgain };
  }

  it('is not taken again in the run that was recovered: what is sent again needs a person of now', async () => {
    const { withdrawalId, workflowId, forRun, sendAgain } = await sentBefore();
    await sendAgain();
    const { timeline } = await here.outflow.get(withdrawalId);
    expect(timeline.map(({ event }) => event)).not.toContain('retryNowRequested');
    const late = here.client.workflow
      .getHandle(workflowId)
      .executeUpdate(actionUpdate('retryNow'), { args: [{ id: randomUUID(), ...first, forRun }] });
    await expect(late).rejects.toMatchObject({
      cause: { message: expect.stringContaining('repeat what is still right') },
    });
    expect(await here.outflow.retryNow(withdrawalId, { by: 'Ada', reason: 'as it is now' })).toMatchObject({
      final: false,
    });
  });
});

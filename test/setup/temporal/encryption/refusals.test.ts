import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { AsyncCompletionClient } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import { unreadable } from '../../../../contract/unreadable.js';
import { UnreadableError } from '../../../../temporal/encryption/codec.js';
import { isKeyMissing } from '../../../../temporal/encryption/key-missing.js';
import { seal } from '../../../../temporal/encryption/sealing.js';
import { embeddedNamespace } from '../../../../temporal/embedded/server.js';
import { until } from '../../../support/parent-process.js';
import { converterWith, EncryptedStand, ringOf } from './encrypted-stand.js';

const taskQueue = 'encrypted';
const ring = ringOf('k2', 'k1');
let stand: EncryptedStand;
let client: Client;
let without: Client;

beforeAll(async () => {
  stand = await EncryptedStand.start();
  await stand.work(taskQueue, converterWith(ring, 'worker'));
  client = stand.client(converterWith(ring, 'client'));
  without = stand.client();
}, 120_000);
afterAll(() => stand.stop());

const collecting = (args: unknown[], by: Client, queue = taskQueue) =>
  by.workflow.start('collect', { workflowId: `collect/${randomUUID()}`, taskQueue: queue, args });

/** Signals with a payload just as it is. */
function signalWith(workflowId: string, payload: Payload): Promise<unknown> {
  return stand.connection.workflowService.signalWorkflowExecution({
    namespace: embeddedNamespace,
    workflowExecution: { workflowId },
    signalName: 'note',
    input: { payloads: [payload] },
  });
}

const value = defaultPayloadConverter.toPayload('resolved');

describe('a worker with keys', () => {
  it('takes a start in clear for a mark, and is not blocked by it', async () => {
    const { workflowId } = await collecting(['pay me'], without);
    const handle = client.workflow.getHandle(workflowId);
    await handle.signal('note', 'by one who has the key');
    expect(await handle.result()).toEqual([unreadable('plaintext'), 'by one who has the key']);
  });

  it('takes a signal and an update in clear for marks, and is not blocked by them', async () => {
    const handle = await collecting(['started', 4], client);
    const attacked = without.workflow.getHandle(handle.workflowId);
    await attacked.signal('note', { status: 'confirmed' });
    // The answer comes encrypted.
    await expect(attacked.executeUpdate('noteUpdate', { args: ['resolve'] })).rejects.toThrow('binary/encrypted');
    await handle.signal('note', 'by one who has the key');
    expect(await handle.result()).toEqual([
      ...['started', unreadable('plaintext'), unreadable('plaintext')],
      'by one who has the key',
    ]);
  });

  it.each<[string, (workflowId: string) => Payload, object]>([
    [
      'one of another workflow',
      () => seal(value, { namespace: embeddedNamespace, workflowId: 'collect/other' }, ring.current),
      unreadable('misplaced'),
    ],
    [
      'one of another namespace',
      (workflowId) => seal(value, { namespace: 'other', workflowId }, ring.current),
      unreadable('tampered'),
    ],
    [
      'a call’s result of the same workflow',
      (workflowId) => seal(value, { namespace: embeddedNamespace, workflowId, activityId: '1' }, ring.current),
      unreadable('misplaced'),
    ],
    [
      'one that is cut off',
      (workflowId) => {
        const sealed = seal(value, { namespace: embeddedNamespace, workflowId }, ring.current);
        return { ...sealed, data: sealed.data?.subarray(0, 20) ?? null };
      },
      unreadable('malformed'),
    ],
  ])('takes %s for a mark', async (_, payload, mark) => {
    const handle = await collecting(['started'], client);
    await signalWith(handle.workflowId, payload(handle.workflowId));
    expect(await handle.result()).toEqual(['started', mark]);
  });

  it('takes a call’s result that anybody reports in clear for a mark', async () => {
    const handle = await client.workflow.start('oneCall', {
      workflowId: `call/${randomUUID()}`,
      taskQueue,
      args: ['served-by-nobody', 'secret'],
    });
    const completion = new AsyncCompletionClient({ connection: stand.connection });
    const { workflowId } = handle;
    await until('the call is there', () =>
      completion.complete({ workflowId, activityId: '1' }, { record: 'absent' }).then(
        () => true,
        () => false,
      ),
    );
    expect(await handle.result()).toEqual(unreadable('plaintext'));
  });

  it('finds the details of a failure that anybody reports in clear to be a mark; its type is not authenticated', async () => {
    const handle = await client.workflow.start('oneCall', {
      workflowId: `call/${randomUUID()}`,
      taskQueue,
      args: ['taken-by-a-thief', 'secret'],
    });
    const payloads = [defaultPayloadConverter.toPayload({ failure: { type: 'NotConnected' } })];
    const { workflowService } = stand.connection;
    const task = await stand.connection.withDeadline(Date.now() + 20_000, () =>
      workflowService.pollActivityTaskQueue({
        namespace: embeddedNamespace,
        taskQueue: { name: 'taken-by-a-thief' },
      }),
    );
    await workflowService.respondActivityTaskFailed({
      namespace: embeddedNamespace,
      taskToken: task.taskToken,
      failure: {
        message: 'nothing left',
        applicationFailureInfo: { type: 'NotConnected', nonRetryable: true, details: { payloads } },
      },
    });
    expect(await handle.result()).toEqual({
      message: 'nothing left',
      type: 'NotConnected',
      details: [unreadable('plaintext')],
    });
  });
});

describe('a client with keys', () => {
  it('throws what it can’t believe, and says why', async () => {
    await stand.work('in-clear', {});
    const { workflowId } = await collecting(['started', 1], without, 'in-clear');
    const refused = client.workflow.getHandle(workflowId).result();
    await expect(refused).rejects.toThrow(new UnreadableError('plaintext'));
  });
});

describe('a process that lacks a key', () => {
  const failedTasks = async ({ workflowId }: WorkflowHandle) => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure ?? []);
  };

  it('as a worker leaves the workflow waiting, says why in the failure’s type, and a worker with the key goes on', async () => {
    const stopBehind = await stand.work('rotated', converterWith(ringOf('k1'), 'worker'));
    const handle = await collecting(['started'], client, 'rotated');
    await until('a task has failed', async () => (await failedTasks(handle)).length > 0);
    const [failure] = await failedTasks(handle);
    expect(failure?.applicationFailureInfo?.type).toBe('KeyMissing');
    expect(failure?.message).toBe('Encoded failure');
    await stopBehind();
    await stand.work('rotated', converterWith(ring, 'worker'));
    await handle.signal('note', 'later');
    expect(await handle.result()).toEqual(['started', 'later']);
  });

  it('as a worker that is to make a call fails it, with an authenticated proof that it was not made', async () => {
    await stand.work('calls-behind', converterWith(ringOf('k1'), 'worker'), 'calls');
    const answer: unknown = await client.workflow.execute('oneCall', {
      workflowId: `call/${randomUUID()}`,
      taskQueue,
      args: ['calls-behind', 'secret'],
    });
    expect(answer).toMatchObject({ type: 'KeyMissing', details: [{ failure: { type: 'KeyMissing' } }] });
  });

  it('as a client says which key is missing', async () => {
    const handle = await collecting(['started', 1], client);
    const behind = stand.client(converterWith(ringOf('k1'), 'client'));
    const failed: unknown = await behind.workflow
      .getHandle(handle.workflowId)
      .result()
      .catch((error: unknown) => error);
    expect(isKeyMissing(failed) && failed.message).toMatch(/no key k2/);
  });
});

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { InboxItem, ListedWithdrawal, WithdrawalRequest } from '../../client/index.js';
import { inboxOf } from '../../client/inbox/index.js';
import { workflowIds, workflowQueue, workflowTypes } from '../../contract/ids.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { cryptocloudRequest, cryptoprocessingRequest } from '../support/requests.js';

/** What needs a person, before a real server and simulated providers. */
const deployment = useDeployment({ simulator: { speed: 4 }, worker: { serving: ['cryptoprocessing', 'cryptocloud'] } });

const by = { by: 'Ada', reason: 'test' };
/** What its amount makes the simulator do. */
const magic = { ownerDecides: '0.19101', noFunds: '0.09105' };

type Of<Kind extends InboxItem['kind']> = Extract<InboxItem, { kind: Kind }>;

const newId = () => `w-${randomUUID()}`;
const handleOf = (id: string) => deployment.client.workflow.getHandle(workflowIds.withdrawal(id));

async function submitted(changes: Partial<WithdrawalRequest> = {}): Promise<WithdrawalRequest> {
  const request = cryptoprocessingRequest({ withdrawalId: newId(), ...changes });
  await deployment.outflow.submit(request);
  return request;
}

function whenIt(status: string, id: string): Promise<void> {
  return until(`${id} is ${status}`, async () => (await deployment.outflow.get(id)).status === status, 60_000);
}

/** What the inbox has of one withdrawal. */
async function itemsOf(id: string): Promise<InboxItem[]> {
  return (await deployment.outflow.inbox()).filter((item) => 'withdrawalId' in item && item.withdrawalId === id);
}

/** The one item of a withdrawal, once the index has it. */
async function itemOf<Kind extends InboxItem['kind']>(kind: Kind, id: string): Promise<Of<Kind>> {
  let found: InboxItem[] = [];
  await until(`${id} stands in the inbox`, async () => (found = await itemsOf(id)).some((item) => item.kind === kind));
  expect(found).toHaveLength(1);
  return found[0] as Of<Kind>;
}

async function needingPerson(id: string): Promise<ListedWithdrawal[]> {
  const rows = [];
  for await (const row of deployment.outflow.list({ needsPerson: true })) if (row.withdrawalId === id) rows.push(row);
  return rows;
}

/** First of all here, so that these are the oldest open ones. */
describe('workflows that fail', () => {
  /** The id of one whose tasks fail over and over: its input is none that the code can take. */
  async function failing(): Promise<string> {
    const workflowId = workflowIds.withdrawal(newId());
    await deployment.client.workflow.start(workflowTypes.withdrawal, {
      ...{ workflowId, taskQueue: workflowQueue, args: [{ request: {}, state: {}, recovery: {} }] },
    });
    return workflowId;
  }

  it('are looked for oldest first, and the inbox says so where it stops short of all', async () => {
    const ids = [await failing(), await failing(), await failing()];
    const found = async (lookedAt: number) => {
      const items = await inboxOf(deployment.client, { lookedAt });
      return {
        // Shown by when their present task was scheduled, which the server may do anew.
        ids: new Set(items.flatMap((item) => (item.kind === 'stuck workflow' ? [item.workflowId] : []))),
        short: items.filter(({ kind }) => kind === 'incomplete'),
      };
    };
    await until('all fail', async () => (await found(10)).ids.size === 3, 60_000);
    expect(await found(3)).toEqual({ ids: new Set(ids), short: [] });
    expect(await found(2)).toMatchObject({
      ids: new Set(ids.slice(0, 2)),
      short: [{ why: expect.stringMatching(/the oldest 2 of 3 open workflows/) }],
    });
    for (const id of ids) await deployment.client.workflow.getHandle(id).terminate();
  }, 90_000);
});

describe('a withdrawal whose workflow was terminated', () => {
  let request: WithdrawalRequest;
  let providerId: string | undefined;
  beforeAll(async () => {
    request = await submitted({ amount: magic.ownerDecides });
    await whenIt('awaiting_approval', request.withdrawalId);
    ({ providerId } = await deployment.outflow.get(request.withdrawalId));
    await handleOf(request.withdrawalId).terminate('a mistake');
  });

  it('stands in the inbox with what is known of it: how it ended, where it stood, amount, provider id; and not to whom', async () => {
    const { withdrawalId, currency, amount } = request;
    expect(providerId).toMatch(/^\d+$/);
    const item = await itemOf('closed by force', withdrawalId);
    expect(item).toMatchObject({
      ...{ how: 'terminated', status: 'awaiting_approval', provider: 'cryptoprocessing', providerId },
    });
    expect(item).toHaveProperty('asked', { currency, amount });
  });

  it('stands in the list of those that need a person, and each list says how it was closed', async () => {
    const { withdrawalId } = request;
    await itemOf('closed by force', withdrawalId); // the index has it
    const row = { withdrawalId, status: 'awaiting_approval', final: false, closed: 'terminated' };
    expect(await needingPerson(withdrawalId)).toMatchObject([row]);
  });

  it('is refused when it is submitted again, and when it is looked at or acted on, by what became of it', async () => {
    const { withdrawalId } = request;
    const { outflow } = deployment;
    const refused = {
      name: 'AbandonedError',
      withdrawalId,
      known: { how: 'terminated', providerId, asked: { amount: magic.ownerDecides } },
      message: expect.stringMatching(/ended by force \(terminated\).*outflow recover/s),
    };
    const evidence = { ...by, evidence: 'their dashboard', outcome: 'notPaid' as const };
    await expect(outflow.submit(request)).rejects.toMatchObject(refused);
    await expect(outflow.get(withdrawalId)).rejects.toMatchObject(refused);
    await expect(outflow.wait(withdrawalId)).rejects.toMatchObject(refused);
    await expect(outflow.resolve(withdrawalId, evidence)).rejects.toMatchObject(refused);
    await expect(outflow.cancel(withdrawalId, by)).rejects.toMatchObject(refused);
    await expect(outflow.submit({ ...request, amount: '7' })).rejects.toMatchObject({ name: 'ConflictError' });
  });

  it('finds the provider’s id from its history where the index had not come to hold it', async () => {
    const workflowId = workflowIds.withdrawal(newId());
    const start = { request: cryptoprocessingRequest() };
    const handle = await deployment.client.workflow.start(workflowTypes.withdrawal, {
      ...{ workflowId, args: [start], taskQueue: 'nobody' }, // no worker takes it, so the index learns nothing
    });
    await handle.signal('callback', { record: { provider: 'cryptoprocessing', providerId: '4711' } });
    await handle.terminate();
    const item = await itemOf('closed by force', workflowId.slice('withdrawal/'.length));
    expect(item).toMatchObject({ providerId: '4711', status: 'received' });
  });

  it('is none of them where a later run of it goes on, as after a reset', async () => {
    const { withdrawalId } = await submitted({ amount: magic.ownerDecides });
    await whenIt('awaiting_approval', withdrawalId);
    const { runId } = await handleOf(withdrawalId).describe();
    const { events } = await handleOf(withdrawalId).fetchHistory();
    const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
    await deployment.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: workflowIds.withdrawal(withdrawalId), runId },
      reason: 'test',
      requestId: randomUUID(),
      ...(firstTask && { workflowTaskFinishEventId: firstTask }),
    });
    await itemOf('closed by force', request.withdrawalId);
    await until('the index knows that the earlier run was terminated', async () => {
      const query = `WorkflowId = '${workflowIds.withdrawal(withdrawalId)}' AND ExecutionStatus = 'Terminated'`;
      return (await deployment.client.workflow.count(query)).count === 1;
    });
    expect((await itemsOf(withdrawalId)).map(({ kind }) => kind)).not.toContain('closed by force');
    expect((await needingPerson(withdrawalId)).filter(({ closed }) => closed !== undefined)).toEqual([]);
  });
});

it('a run that started after its sendBy stands in the inbox as itself, and is refused as that', async () => {
  const request = cryptoprocessingRequest({ withdrawalId: newId(), requestedAt: '2026-01-01T00:00:00Z' });
  const { withdrawalId } = request;
  const workflowId = workflowIds.withdrawal(withdrawalId);
  await deployment.client.workflow.start(workflowTypes.withdrawal, {
    ...{ workflowId, taskQueue: workflowQueue, args: [{ request }] },
  });
  expect(await itemOf('stale request', withdrawalId)).toMatchObject({ why: expect.stringContaining('sendBy') });
  expect(await needingPerson(withdrawalId)).toEqual([]);
  const stale = { name: 'StaleRequestError' };
  await expect(deployment.outflow.submit(request)).rejects.toMatchObject(stale);
  await expect(deployment.outflow.cancel(withdrawalId, by)).rejects.toMatchObject(stale);
});

describe('since when', () => {
  it('is when a person came to be needed, not when it was submitted', async () => {
    const { withdrawalId } = await submitted({ amount: magic.noFunds });
    const item = await itemOf('withdrawal', withdrawalId);
    const { timeline } = await deployment.outflow.get(withdrawalId);
    const asked = timeline.find(({ event }) => event === 'attention');
    const { startTime } = await handleOf(withdrawalId).describe();
    expect(item).toMatchObject({ why: 'waiting-for-funds' });
    expect(Math.abs(Date.parse(item.since) - Date.parse(asked?.at ?? ''))).toBeLessThan(1_000);
    expect(Date.parse(item.since)).toBeGreaterThan(startTime.getTime());
    await deployment.outflow.cancel(withdrawalId, by);
  });
});

describe('what waits for somebody else', () => {
  it('is apart: those before the provider’s Owner, who are not Outflow’s operator, come last', async () => {
    const { withdrawalId } = await submitted({ amount: magic.ownerDecides });
    await whenIt('awaiting_approval', withdrawalId);
    const item = await itemOf('awaits Owner', withdrawalId);
    expect(item).toMatchObject({ provider: 'cryptoprocessing', status: 'awaiting_approval' });
    const unfunded = await submitted({ amount: magic.noFunds });
    await itemOf('withdrawal', unfunded.withdrawalId);
    const kinds = (await deployment.outflow.inbox()).map(({ kind }) => kind);
    expect(kinds.slice(kinds.indexOf('awaits Owner')).every((kind) => kind === 'awaits Owner')).toBe(true);
    expect(await needingPerson(withdrawalId)).toEqual([]);
  });
});

it('CryptoCloud’s payouts stand in it from the moment they are accepted', async () => {
  const request = cryptocloudRequest({ withdrawalId: newId() });
  await deployment.outflow.submit(request);
  await whenIt('processing', request.withdrawalId);
  expect(await itemOf('withdrawal', request.withdrawalId)).toMatchObject({
    why: 'person-confirms',
    provider: 'cryptocloud',
    providerId: expect.stringMatching(/./),
  });
}, 90_000);

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { caseStartOf } from '../../client/stored/workflow-start.js';
import type { CaseStart } from '../../contract/case.js';
import { workflowIds } from '../../contract/ids.js';
import { callbackBody, post, postback, type Reply } from '../support/callbacks.js';
import { useDeployment } from '../support/use-deployment.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';

let unknownInvoice: Promise<Reply>;
const outflow = useDeployment({ simulator: { speed: 4 } });
beforeAll(() => {
  unknownInvoice = post(outflow.bridge, postback('UNKNOWN1'), {}, 'cryptocloud'); // it takes five seconds
});

/** Every case that was ever opened about a withdrawal, by what it was started with. */
async function casesAbout(about: (start: CaseStart) => boolean): Promise<CaseStart[]> {
  const starts: CaseStart[] = [];
  for await (const { workflowId } of outflow.client.workflow.list({ query: `WorkflowType = 'case'` })) {
    const start = await caseStartOf(outflow.client, workflowId.replace(workflowIds.case(''), ''));
    if (start !== undefined) starts.push(start);
  }
  return starts.filter(about);
}

/** The cases about a withdrawal, once Temporal's index, which is a little late, has so many. */
async function casesOf(withdrawalId: string, count: number): Promise<CaseStart[]> {
  const listed = () => casesAbout((start) => start.withdrawalId === withdrawalId);
  await until(`${count} cases about ${withdrawalId}`, async () => (await listed()).length >= count);
  return listed();
}

/** How many callbacks had this outcome so far. */
function outcomes(outcome: string): number {
  return outflow.log.filter(({ fields }) => fields['outcome'] === outcome).length;
}

describe('a verified callback that names no withdrawal of ours', () => {
  it('opens exactly one case, however often it is delivered, and another one opens another', async () => {
    const foreign_id = `unknown-${randomUUID()}`;
    const body = callbackBody({ foreign_id, status: 'pending' });
    const reordered = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as object).reverse()));
    const replies = await Promise.all([
      post(outflow.bridge, body),
      post(outflow.bridge, ` ${body}`),
      post(outflow.bridge, reordered),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await casesOf(foreign_id, 1)).toMatchObject([
      {
        provider: 'cryptoprocessing',
        reason: 'unknown withdrawal',
        record: { reference: foreign_id, providerStatus: 'pending' },
      },
    ]);

    expect((await post(outflow.bridge, callbackBody({ foreign_id, status: 'confirmed' }))).status).toBe(200);
    const words = (await casesOf(foreign_id, 2)).map(({ record }) => record?.providerStatus);
    expect(words.toSorted()).toEqual(['confirmed', 'pending']);
  });

  it('never starts a withdrawal', async () => {
    const foreign_id = `unknown-${randomUUID()}`;
    await post(outflow.bridge, callbackBody({ foreign_id, status: 'confirmed' }));
    await casesOf(foreign_id, 1);
    await expect(outflow.outflow.get(foreign_id)).rejects.toThrow('No withdrawal');
    await expect(outflow.client.workflow.getHandle(workflowIds.withdrawal(foreign_id)).describe()).rejects.toThrow();
  });

  it.each(['', '../withdrawal', 'ends-with-a-dash-', 'ß', 'x'.repeat(65)])(
    'is a case where its reference can be none of ours: "%s"',
    async (foreign_id) => {
      expect((await post(outflow.bridge, callbackBody({ foreign_id }))).status).toBe(200);
      await until(
        'it is a case',
        async () => (await casesAbout(({ record }) => record?.reference === foreign_id)).length === 1,
      );
    },
  );

  it('is a case where it is a withdrawal’s and can’t be read, with the callback in it', async () => {
    const foreign_id = `unreadable-${randomUUID()}`;
    const body = callbackBody({ foreign_id, id: { not: 'a number' }, status: 7 });
    expect((await post(outflow.bridge, body)).status).toBe(200);
    const mine = (start: CaseStart) => start.body?.includes(foreign_id) === true;
    await until('it is a case', async () => (await casesAbout(mine)).length === 1);
    const [start] = await casesAbout(mine);
    expect(start).toMatchObject({ provider: 'cryptoprocessing', reason: 'unreadable' });
    expect(start?.problem).toMatch(/\bid\b.*\bstatus\b/s);
    expect(JSON.parse(start?.body ?? '')).toEqual(JSON.parse(body));
  });

  it.each([
    ['a key stands twice in it', (id: string) => `{"type":"withdrawal","foreign_id":"${id}","foreign_id":"other"}`],
    [
      'its id is endless',
      (id: string) => callbackBody({ foreign_id: id }).replace(/"id":\d+/, `"id":${'1'.repeat(3_000)}`),
    ],
    ['its kind is in no document', (id: string) => callbackBody({ foreign_id: id, type: 'withdrawal_swap' })],
  ])('is a case where %s', async (_why, bodyOf) => {
    const id = `w-${randomUUID()}`;
    expect((await post(outflow.bridge, bodyOf(id))).status).toBe(200);
    const isIt = ({ reason, body }: CaseStart) => reason === 'unreadable' && body?.includes(id) === true;
    await until('it is a case', async () => (await casesAbout(isIt)).length === 1);
  });

  it('is a case, too, where it has no type', async () => {
    const body = JSON.stringify({ hello: randomUUID() });
    expect((await post(outflow.bridge, body)).status).toBe(200);
    await until('it is a case', async () => (await casesAbout((start) => start.body === body)).length === 1);
  });
});

it('CryptoCloud’s callback about an id that is none of ours, after five seconds of looking for it, is a case', async () => {
  expect(await unknownInvoice).toMatchObject({ status: 200, text: '' });
  const isIt = ({ record }: CaseStart) => record?.providerId === 'INV-UNKNOWN1';
  await until('it is a case', async () => (await casesAbout(isIt)).length === 1);
});

describe('a callback about a withdrawal that has ended', () => {
  let withdrawalId: string;
  beforeAll(async () => {
    withdrawalId = `w-${randomUUID()}`;
    await outflow.outflow.submit(cryptoprocessingRequest({ withdrawalId, amount: '0.19101' }));
    await until(
      'it waits for the Owner',
      async () => (await outflow.outflow.get(withdrawalId)).status === 'awaiting_approval',
    );
    await outflow.simulator.act(withdrawalId, 'approve');
    expect(await outflow.outflow.wait(withdrawalId)).toMatchObject({ status: 'confirmed' });
  });

  /** What the provider says of it now, of this transaction. */
  async function bodyThatSays(status: string, txid: string | null): Promise<string> {
    const [row] = await outflow.simulator.ledger(withdrawalId);
    const { transactions, ...body } = JSON.parse(callbackBody({ foreign_id: withdrawalId })) as {
      transactions: object[];
    };
    const onChain = transactions.map((transaction) => ({ ...transaction, amount: '0.19101000', txid }));
    return JSON.stringify({ ...body, id: Number(row?.providerId), status, transactions: onChain });
  }

  async function txidOf(id: string): Promise<string> {
    const { txid } = await outflow.outflow.get(id);
    if (txid === undefined) throw new Error(`${id} has no transaction`);
    return txid;
  }

  it.each([
    ['the same final word', 'confirmed'],
    ['an earlier word that was not final', 'pending'],
  ])('is a duplicate where it is %s, written in other bytes', async (_, status) => {
    const duplicates = outcomes('duplicate');
    const cases = outcomes('case');
    const [row] = await outflow.simulator.ledger(withdrawalId);
    const body = callbackBody({
      foreign_id: withdrawalId,
      id: Number(row?.providerId),
      status,
      error: `${status} said again`,
    });
    expect((await post(outflow.bridge, body)).status).toBe(200);
    expect(outcomes('duplicate')).toBe(duplicates + 1);
    expect(outcomes('case')).toBe(cases);
  });

  it('is a case where it is another final word, and the status never changes', async () => {
    await outflow.simulator.act(withdrawalId, 'cancel', { force: true, error: 'Not enough money on balance' });
    expect(await casesOf(withdrawalId, 1)).toMatchObject([
      {
        reason: 'differs from the recorded end',
        record: { providerStatus: 'cancelled', error: 'Not enough money on balance' },
      },
    ]);
    expect(await outflow.simulator.repeatCallback(withdrawalId)).toBe(200);
    expect(await casesOf(withdrawalId, 1)).toHaveLength(1);
    expect(await outflow.outflow.get(withdrawalId)).toMatchObject({ status: 'confirmed', final: true });
    expect(await outflow.simulator.debits(withdrawalId)).toBe(1);
  });

  it('is a duplicate where it is the same final word of the same transaction', async () => {
    const [duplicates, cases] = [outcomes('duplicate'), outcomes('case')];
    expect((await post(outflow.bridge, await bodyThatSays('confirmed', await txidOf(withdrawalId)))).status).toBe(200);
    expect([outcomes('duplicate'), outcomes('case')]).toEqual([duplicates + 1, cases]);
  });

  it.each([
    ['its status is in no table', 'refunded', null],
    ['it is the same final word of another transaction', 'confirmed', 'another-transaction'],
  ])('is one case, however often it is delivered, where %s', async (_, status, txid) => {
    const before = await outflow.outflow.get(withdrawalId);
    const [duplicates, cases] = [outcomes('duplicate'), outcomes('case')];
    const body = await bodyThatSays(status, txid);
    expect((await post(outflow.bridge, body)).status).toBe(200);
    expect((await post(outflow.bridge, ` ${body}`)).status).toBe(200);
    expect([outcomes('duplicate'), outcomes('case')]).toEqual([duplicates + 1, cases + 1]);
    const isIt = ({ record }: CaseStart) => record?.providerStatus === status && record.txid === (txid ?? undefined);
    await until('it is a case', async () => (await casesAbout(isIt)).length === 1);
    expect(await casesAbout(isIt)).toMatchObject([{ reason: 'differs from the recorded end', withdrawalId }]);
    expect(await outflow.outflow.get(withdrawalId)).toEqual(before);
  });

  it('is a case where its workflow was terminated: no end was ever recorded', async () => {
    const id = `w-${randomUUID()}`;
    await outflow.outflow.submit(cryptoprocessingRequest({ withdrawalId: id, amount: '0.19101' }));
    const isWaiting = async () => (await outflow.outflow.get(id)).status === 'awaiting_approval';
    await until('it waits for the Owner', isWaiting);
    const { providerId } = await outflow.outflow.get(id);
    await outflow.client.workflow.getHandle(workflowIds.withdrawal(id)).terminate();

    const body = callbackBody({ foreign_id: id, id: Number(providerId), status: 'confirmed' });
    expect((await post(outflow.bridge, body)).status).toBe(200);

    expect(await casesOf(id, 1)).toMatchObject([{ record: { providerStatus: 'confirmed' } }]);
  });

  it('is a case where it is of another payout under its reference', async () => {
    const id = 4711;
    expect(
      (await post(outflow.bridge, callbackBody({ foreign_id: withdrawalId, id, status: 'confirmed' }))).status,
    ).toBe(200);
    const isIt = ({ record }: CaseStart) => record?.providerId === '4711';
    await until('it is a case', async () => (await casesAbout(isIt)).length === 1);
    expect(await outflow.outflow.get(withdrawalId)).toMatchObject({ status: 'confirmed', final: true });
  });
});

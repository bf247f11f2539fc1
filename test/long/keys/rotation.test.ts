import { beforeAll, describe, expect, it } from '@jest/globals';
import type { InboxItem, WithdrawalView } from '../../../client/index.js';
import { Outflow } from '../../../client/index.js';
import { keyUsage } from '../../../client/keys/usage.js';
import { keyRows, usageLines } from '../../../cli/keys/usage.js';
import { failingWorkflows, workflowWorker } from '../../../cli/operator/doctor/workers.js';
import { workflowIds, workflowQueue, workflowTypes } from '../../../contract/ids.js';
import type { EncryptionSettings } from '../../../settings/encryption.js';
import { clientOf } from '../../../temporal/connection.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { callbackBody, post } from '../../support/callbacks.js';
import { noEncryption } from '../../support/encryption.js';
import { until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { useDeployment } from '../../support/use-deployment.js';
import { ringOf } from '../../setup/temporal/encryption/encrypted-stand.js';

/** The first encrypts. */
const keyed = (...ids: string[]): EncryptionSettings => ({ isOn: true, keys: ringOf(...ids) });

/** Which of two workers takes a task's next try is chance, and Temporal waits longer before each. */
const CHANCE_MS = 240_000;

const by = { by: 'Ada', reason: 'test' };

/** An error’s message, and those of its causes. */
function textsOf(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${textsOf(error.cause)}` : '';
}

const is =
  (...statuses: WithdrawalView['status'][]) =>
  ({ status }: WithdrawalView) =>
    statuses.includes(status);

describe('a worker with another key than the client', () => {
  const deployment = useDeployment({ encryption: keyed('app'), worker: 'none' });
  const id = 'w-other-key';

  async function stuck(workflowId: string): Promise<Extract<InboxItem, { kind: 'stuck workflow' }> | undefined> {
    const items = await deployment.outflow.inbox();
    return items
      .flatMap((item) => (item.kind === 'stuck workflow' ? [item] : []))
      .find((item) => item.workflowId === workflowId);
  }

  it('leaves a withdrawal waiting, unsent, and asks for a person with the key’s id, until the key is there', async () => {
    await deployment.startWorker({ encryption: keyed('worker') });
    await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId: id }));
    const workflowId = workflowIds.withdrawal(id);
    await until('the inbox has it', async () => (await stuck(workflowId)) !== undefined, 60_000);
    const item = await stuck(workflowId);
    expect(item).toMatchObject({ missingKeys: ['app'] });
    expect(item?.why).toMatch(/a worker lacks the key app, .*OUTFLOW_ENCRYPTION_KEYS/);
    const shown = { status: 'received', final: false, fromIndex: true, missingKeys: ['app'] };
    expect(await deployment.outflow.get(id)).toMatchObject(shown);
    for (const act of [() => deployment.outflow.cancel(id, by), () => deployment.outflow.retryNow(id, by)])
      await expect(act()).rejects.toMatchObject({ name: 'WorkerLacksKeyError', id, missingKeys: ['app'] });
    const timeIsUp = { name: 'WaitTimeoutError', missingKeys: ['app'], message: expect.stringMatching(/key app,/) };
    await expect(deployment.outflow.wait(id, { timeoutMs: 500 })).rejects.toMatchObject(timeIsUp);
    const checks = [await workflowWorker(deployment.client), await failingWorkflows(deployment.client)];
    for (const check of checks)
      expect(check).toMatchObject({
        ok: false,
        found: expect.stringMatching(/lacks? the key app/),
        advice: expect.stringMatching(/OUTFLOW_ENCRYPTION_KEYS/),
      });
    expect(await deployment.simulator.ledger()).toEqual([]);

    await deployment.stopWorker();
    await deployment.startWorker({ encryption: keyed('app', 'worker') });
    expect(await deployment.outflow.wait(id)).toMatchObject({ status: 'confirmed' });
    expect(await deployment.simulator.debits(id)).toBe(1);
    expect(await failingWorkflows(deployment.client)).toMatchObject({ ok: true });
  }, 420_000);

  it('leaves a case, or a rate limiter, that it can’t read in the inbox, too, with the key’s id', async () => {
    await deployment.stopWorker();
    await deployment.startWorker({ encryption: keyed('worker') });
    await post(deployment.bridge, callbackBody({ foreign_id: 'nobody' }));
    const limiter = workflowIds.rateLimiter('cryptocloud');
    await deployment.client.workflow.start(workflowTypes.rateLimiter, {
      ...{ workflowId: limiter, taskQueue: workflowQueue, args: [{ last: Date.now(), ahead: [] }] }, // as a run that was continued
    });
    const items = await deployment.outflow.inbox();
    const [caseId = ''] = items.flatMap((item) => (item.kind === 'case' ? [item.caseId] : []));
    for (const workflowId of [workflowIds.case(caseId), limiter]) {
      await until(`the inbox has ${workflowId}`, async () => (await stuck(workflowId)) !== undefined, 60_000);
      expect(await stuck(workflowId)).toMatchObject({ missingKeys: ['app'] });
    }
    const lacks = { name: 'WorkerLacksKeyError', id: caseId, missingKeys: ['app'] };
    const once = { actionId: 'close' }; // it may be done later all the same
    await expect(deployment.outflow.closeCase(caseId, by, once)).rejects.toMatchObject(lacks);
    await expect(deployment.outflow.case(caseId)).rejects.toMatchObject(lacks);

    await deployment.stopWorker();
    await deployment.startWorker({ encryption: keyed('app', 'worker') });
    await until('nothing is stuck', async () => (await stuck(limiter)) === undefined, 60_000);
    await deployment.outflow.closeCase(caseId, by, once);
    await deployment.client.workflow.getHandle(limiter).terminate();
  }, 420_000);

  /** An operator's client that lacks every key of the others. */
  function clientWithoutKey(encryption = keyed('other')): Outflow {
    const at = { connection: deployment.connection, namespace: embeddedNamespace };
    return new Outflow(clientOf(at, encryption).client, deployment.longestMs);
  }

  it('leaves an operator without the key the whole inbox, but for what only the key shows', async () => {
    await post(deployment.bridge, callbackBody({ foreign_id: 'nobody-else' }));
    const closed = 'w-closed';
    const { amount } = await submittedAndTerminated(closed);
    const found = async (outflow: Outflow) =>
      (await outflow.inbox()).filter(({ kind }) => kind === 'case' || kind === 'closed by force');
    await until('both are in it', async () => (await found(deployment.outflow)).length === 2);
    expect(await found(deployment.outflow)).toMatchObject([
      { kind: 'closed by force', asked: { amount } },
      { kind: 'case', reason: 'unknown withdrawal' },
    ]);
    const withoutKey = await found(clientWithoutKey());
    expect(withoutKey).toMatchObject([
      {
        kind: 'closed by force',
        withdrawalId: closed,
        how: 'terminated',
        status: 'received',
        provider: 'cryptoprocessing',
      },
      { kind: 'case', why: expect.stringMatching(/no key app, .*OUTFLOW_ENCRYPTION_KEYS/) },
    ]);
    for (const item of withoutKey) for (const field of ['asked', 'reason']) expect(item).not.toHaveProperty(field);
  });

  async function submittedAndTerminated(withdrawalId: string) {
    const request = cryptoprocessingRequest({ withdrawalId });
    await deployment.stopWorker();
    await deployment.outflow.submit(request);
    await deployment.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).terminate();
    return request;
  }

  it('is not met by silence where it is the client that lacks the key', async () => {
    const other = clientWithoutKey();
    const noKey = /This process has no key (app|worker), .*OUTFLOW_ENCRYPTION_KEYS/;
    const saying = async (asked: Promise<unknown>) => textsOf(await asked.catch((error: unknown) => error));
    expect(await saying(other.get(id))).toMatch(noKey);
    expect(await saying(other.wait(id))).toMatch(noKey);
    expect(await saying(other.submit(cryptoprocessingRequest({ withdrawalId: id })))).toMatch(noKey);
  });

  it('says to one with encryption off that this is encrypted, and shows it the inbox all the same', async () => {
    const off = clientWithoutKey(noEncryption);
    const isOff = /encrypted with key (app|worker), .*OUTFLOW_ENCRYPTION=off/;
    const saying = async (asked: Promise<unknown>) => textsOf(await asked.catch((error: unknown) => error));
    expect(await saying(off.get(id))).toMatch(isOff);
    expect(await saying(off.wait(id))).toMatch(isOff);
    expect(await saying(off.submit(cryptoprocessingRequest({ withdrawalId: id })))).toMatch(isOff);
    const items = await off.inbox();
    expect(items).toContainEqual(expect.objectContaining({ kind: 'case', why: expect.stringMatching(isOff) }));
    expect(items).toContainEqual(expect.objectContaining({ kind: 'closed by force' }));
  });
});

describe('keys that are rotated while withdrawals go on', () => {
  const deployment = useDeployment({ encryption: keyed('old'), simulator: { speed: 4 } });
  /** In what state each is left, by its amount. */
  const left = { approval: '0.19101', funds: '0.09105', processing: '0.09107', ended: '0.003' };

  async function submit(withdrawalId: string, amount: string): Promise<void> {
    await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId, amount }));
  }
  async function submitAll(round: string): Promise<void> {
    for (const [name, amount] of Object.entries(left)) await submit(`${round}-${name}`, amount);
  }
  async function untilLeft(round: string): Promise<void> {
    await deployment.when(`${round}-approval`, is('awaiting_approval'), CHANCE_MS);
    await deployment.when(`${round}-funds`, is('waiting'), CHANCE_MS);
    await deployment.when(`${round}-processing`, is('processing'), CHANCE_MS);
    await deployment.when(`${round}-ended`, is('confirmed'), CHANCE_MS);
  }
  async function usage() {
    const { keys, unread } = await keyUsage(deployment.client);
    expect(unread).toEqual([]);
    return Object.fromEntries(keys.map(({ keyId, open, closed }) => [keyId, { open, closed }]));
  }
  const none = { withdrawal: 0, case: 0, rateLimiter: 0 };

  beforeAll(async () => {
    await submitAll('first');
    await post(deployment.bridge, callbackBody({ foreign_id: 'nobody' }));
    await untilLeft('first');
  }, 420_000);

  it('are all needed that anything was encrypted with, and each is counted once a workflow', async () => {
    expect(await usage()).toEqual({
      old: { open: { withdrawal: 3, case: 1, rateLimiter: 0 }, closed: { ...none, withdrawal: 1 } },
    });
  });

  it('pay each withdrawal once though a worker is behind: what it can’t read, another takes', async () => {
    await deployment.stopWorker();
    await deployment.startWorker({ encryption: keyed('old') }); // behind: nobody gave it the new one
    await deployment.startWorker({ encryption: keyed('old', 'new') });
    await deployment.encryptWith(keyed('new', 'old'));

    await submitAll('second');
    await untilLeft('second');
    expect(await usage()).toMatchObject({ new: { open: { withdrawal: 3 } }, old: { open: { withdrawal: 6 } } });
  }, 420_000);

  it('let the old one go once nothing open needs it, and say so', async () => {
    await deployment.stopWorker();
    await deployment.startWorker();
    await deployment.startWorker();
    for (const round of ['first', 'second']) {
      await deployment.simulator.act(`${round}-approval`, 'approve');
      await deployment.simulator.act(`${round}-processing`, 'confirm');
      await deployment.outflow.cancel(`${round}-funds`, by);
    }
    for (const round of ['first', 'second']) {
      for (const name of ['approval', 'processing', 'ended'])
        expect(await deployment.outflow.wait(`${round}-${name}`)).toMatchObject({ status: 'confirmed' });
      expect(await deployment.outflow.wait(`${round}-funds`)).toMatchObject({ status: 'cancelled' });
    }
    const [item] = await deployment.outflow.inbox();
    if (item?.kind !== 'case') throw new Error('there is no case');
    await deployment.outflow.closeCase(item.caseId, by);
    await until('the index has it', async () => (await usage())['old']?.open.case === 0);
    expect((await usage())['old']?.open).toEqual(none);

    await deployment.stopWorker();
    await deployment.encryptWith(keyed('new'));
    await deployment.startWorker();
    await submit('third', left.ended);
    expect(await deployment.outflow.wait('third')).toMatchObject({ status: 'confirmed' });
    const ledger = await deployment.simulator.ledger();
    expect(ledger.map(({ debits }) => debits)).toEqual(ledger.map(() => 1));
    expect(ledger).toHaveLength(7);
  }, 420_000);

  it('that only ended withdrawals need are told apart from those that nothing needs, and from those that are missing', async () => {
    const found = await keyUsage(deployment.client);
    const rows = keyRows(found, keyed('new', 'unused'));
    expect(rows.map(({ keyId, here }) => [keyId, here])).toEqual([
      ['new', 'encrypts'],
      ['unused', 'decrypts'],
      ['old', 'missing'],
    ]);
    const said = usageLines(rows, found).join('\n');
    expect(said).toMatch(/^unused: nothing in Temporal needs it\./m);
    expect(said).not.toMatch(/^(new|old): nothing/m);
    const both = usageLines(keyRows(found, keyed('new', 'old')), found).join('\n');
    expect(both).toMatch(/^old: nothing open needs it; without it, those that have ended can’t be read/m);
    const unsure = { ...found, unread: [{ workflowId: 'withdrawal/w', runId: 'r', why: 'no answer' }] };
    expect(usageLines(rows, unsure).join('\n')).toMatch(
      /^unused: nothing that could be read needs it; it may be needed/m,
    );
  });
});

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import { exportOutcome } from '../../cli/operator/printing/export.js';
import { exportWithdrawal } from '../../client/stored/export.js';
import { workflowIds, workflowTypes } from '../../contract/ids.js';
import { callbackSignal } from '../../contract/messages.js';
import { embeddedNamespace } from '../../temporal/embedded/server.js';
import { callbackBody, post } from '../support/callbacks.js';
import { testConverter } from '../support/encryption.js';
import { expectExit, jsonLines, outflow as run } from '../support/outflow-command.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';
import { useDeployment } from '../support/use-deployment.js';
import { ringOf } from '../setup/temporal/encryption/encrypted-stand.js';

const deployment = useDeployment({ simulator: { speed: 4 } });
const ada = { by: 'Ada Operator', reason: 'asked by the customer' };
const newId = () => `w-${randomUUID()}`;
/** What its amount makes the simulator do. */
const magic = { ownerDecides: '0.19101', noFunds: '0.09105' };

const ana = { firstName: 'Anabel', lastName: 'Held', dateOfBirth: '1984-02-29' };
const sender = { type: 'natural', ...ana, email: 'ana@held.example' } as const;
const receiver = { type: 'natural', firstName: 'Receiving', lastName: 'Person', dateOfBirth: '1970-01-01' } as const;
const personal = [...Object.values(sender).slice(1), ...Object.values(receiver).slice(1), 'customer-of-export'];

async function submitted(withdrawalId: string, amount: string) {
  const request = cryptoprocessingRequest({
    ...{ withdrawalId, amount, sender, receiver, endUserReference: 'customer-of-export' },
  });
  await deployment.outflow.submit(request);
  return request;
}

async function exported(withdrawalId: string, client: Client = deployment.client) {
  const held = await exportWithdrawal(client, withdrawalId);
  return { held, text: exportOutcome(held, undefined).text.join('\n') };
}

const command = (args: string) => run(args.split(' '), { TEMPORAL_ADDRESS: deployment.temporal.address });

describe('an export of a withdrawal', () => {
  const id = newId();
  let address: string;
  beforeAll(async () => {
    ({ address } = await submitted(id, magic.ownerDecides));
    const { providerId = '' } = await deployment.when(id, ({ status }) => status === 'awaiting_approval');
    await deployment.outflow.retryNow(id, ada);
    await deployment.simulator.act(id, 'approve');
    await deployment.outflow.wait(id);
    // One case names its reference, the other one that can't be read holds the provider's id of it.
    await post(deployment.bridge, callbackBody({ id: Number(providerId), foreign_id: id, status: 'cancelled' }));
    await post(deployment.bridge, callbackBody({ id: Number(providerId), crypto_address: 'Unread Able Street' }));
    await post(deployment.bridge, callbackBody({ id: 4, foreign_id: 'not-this-one', error: 'of somebody else' }));
    const cases = { query: `WorkflowType = '${workflowTypes.case}'` };
    await until(
      'the index has the cases',
      async () => (await deployment.client.workflow.count(cases.query)).count === 3,
    );
  }, 120_000);

  it('shows a person all that is held: the request, each call and its answer, callbacks, operators’ actions, the end, its cases', async () => {
    const shown = await command(`export ${id}`);
    expectExit(shown, 0);
    for (const value of [...personal, address, ada.by, ada.reason]) expect(shown.stdout).toContain(value);
    for (const title of [
      'started with (withdrawal)',
      'call (createWithdrawal)',
      'result of the call (createWithdrawal)',
      'received (callback)',
      'asked by an operator (retryNow)',
      'answered to the operator (retryNow)',
      'ended with',
      'started with (case)',
    ])
      expect(shown.stdout).toContain(title);
    expect(shown.stdout).toContain('Unread Able Street');
    expect(shown.stdout).not.toContain('of somebody else');
    expect(shown.stdout).toMatch(/^status +confirmed/m);
    expect(shown.stdout).toMatch(/^Not here:\n {2}the provider: /m);
  });

  it('gives a script every event of every history, and what everybody reads there', async () => {
    const shown = await command(`export ${id} --json`);
    expectExit(shown, 0);
    const [{ runs, cases, ...rest } = {}] = jsonLines(shown);
    const handle = deployment.client.workflow.getHandle(workflowIds.withdrawal(id));
    const { events } = await handle.fetchHistory();
    expect(rest).toMatchObject({ withdrawalId: id, view: { status: 'confirmed' }, unread: [] });
    expect(runs).toEqual([expect.objectContaining({ status: 'COMPLETED', events: expect.anything() })]);
    expect((runs as { events: unknown[] }[])[0]?.events).toHaveLength(events?.length ?? 0);
    expect(JSON.stringify(runs)).toContain('"WithdrawalProvider":"cryptoprocessing"');
    expect(cases).toHaveLength(2);
  });

  it('leaves no payload out: what is encrypted in its history is all in the export', async () => {
    const { held } = await exported(id);
    const { events } = await deployment.client.workflow.getHandle(workflowIds.withdrawal(id)).fetchHistory();
    const payloads = JSON.stringify(events).match(/"encoding"/g)?.length ?? 0;
    const shown = held.runs.flatMap(({ events: all }) => all.flatMap(({ encrypted }) => Object.keys(encrypted)));
    const indexed = held.runs.flatMap(({ events: all }) => all.map(({ inClear }) => JSON.stringify(inClear)));
    expect(shown.length + (indexed.join('').match(/"Withdrawal\w+":/g)?.length ?? 0)).toBe(payloads);
  });
});

describe('a withdrawal that was closed by force and recovered', () => {
  it('is exported with both runs, and with what was typed into Temporal’s own tools', async () => {
    const id = newId();
    await submitted(id, magic.noFunds);
    await deployment.when(id, ({ status }) => status === 'waiting');
    await deployment.client.workflow.getHandle(workflowIds.withdrawal(id)).terminate('by Bob, a mistake');
    await deployment.outflow.recover(id, ada);
    await until('both are there', async () => (await exported(id)).held.runs.length === 2);
    const { held, text } = await exported(id);
    expect(held.runs.map(({ status }) => status)).toEqual(['TERMINATED', 'RUNNING']);
    expect(text).toContain('by Bob, a mistake');
    expect(text).toContain(ada.by);
  });
});

describe('what can’t be read', () => {
  it('is named with the key that is missing, and the rest is shown', async () => {
    const id = newId();
    await submitted(id, magic.noFunds);
    const { connection } = deployment;
    const other = testConverter('client', { isOn: true, keys: ringOf('another') });
    const { held, text } = await exported(id, new Client({ connection, ...other }));
    expect(held.unread).toContainEqual(expect.stringMatching(/: input: the key tests is not here$/));
    expect(exportOutcome(held, undefined).exit).toBe('someFailed');
    expect(text).toContain('(can’t be read: the key tests is not here)');
    for (const value of personal) expect(text).not.toContain(value);
    expect(JSON.stringify(held)).toContain('"WithdrawalProvider":"cryptoprocessing"');
  });

  it('holds nothing of another withdrawal, where somebody put that into this one’s history', async () => {
    const [id, other] = [newId(), newId()];
    await submitted(other, magic.noFunds);
    await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId: id, amount: magic.noFunds }));
    const { events } = await deployment.client.workflow.getHandle(workflowIds.withdrawal(other)).fetchHistory();
    const stolen = events?.[0]?.workflowExecutionStartedEventAttributes?.input;
    await deployment.client.workflowService.signalWorkflowExecution({
      ...{ namespace: embeddedNamespace, workflowExecution: { workflowId: workflowIds.withdrawal(id) } },
      ...{ signalName: callbackSignal.name, ...(stolen && { input: stolen }) },
    });
    // While a task of the workflow is under way, a signal is not in its history yet.
    await until('the signal is in its history', async () => (await exported(id)).held.unread.length > 0);
    const { held, text } = await exported(id);
    expect(held.unread).toEqual([expect.stringMatching(/: input: .*another/)]);
    for (const value of personal) expect(text).not.toContain(value);
    expect((await exported(other)).text).toContain(sender.email);
  });

  it('is told apart from what nobody knows, and from what is no id', async () => {
    expectExit(await command('export w-nobody-knows'), 5);
    expectExit(await command(`export w-1'`), 2);
  });
});

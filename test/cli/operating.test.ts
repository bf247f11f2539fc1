import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { bridgeCheck, bridgeOrigin } from '../../cli/operator/doctor/bridge.js';
import { asksForWork, workflowWorker } from '../../cli/operator/doctor/workers.js';
import { markAsTrials } from '../../temporal/namespace.js';
import { closeCase, casesAbout, showCase, wholeCaseId } from '../../cli/operator/cases.js';
import { lookUpCheck, providerChecks } from '../../cli/operator/doctor/providers.js';
import { inboxJson } from '../../cli/operator/printing/inbox.js';
import type { InboxItem } from '../../client/index.js';
import { readSettings } from '../../settings/index.js';
import { startSimulator, type Simulator } from '../../simulator/index.js';
import { beside } from '../support/beside.js';
import { callbackBody, post } from '../support/callbacks.js';
import { useDeployment } from '../support/use-deployment.js';
import { jsonLines, outflow as run } from '../support/outflow-command.js';
import { until } from '../support/parent-process.js';
import { cryptoprocessingRequest } from '../support/requests.js';
import { SimulatorControl } from '../support/simulator/control.js';
import { anyPorts } from '../support/simulator/test-simulator.js';

/** What the operator's commands find and do, before a real server and simulated providers. */
const deployment = useDeployment({ simulator: { speed: 4 } });

const command = (args: string) => run(args.split(' '), { TEMPORAL_ADDRESS: deployment.temporal.address });
const act = { by: 'Ada', reason: 'test traffic' };

/** The inbox's items of one kind, once it has any. */
async function inboxOf<Kind extends InboxItem['kind']>(kind: Kind): Promise<Extract<InboxItem, { kind: Kind }>[]> {
  const ofKind = async () =>
    (await deployment.outflow.inbox()).filter((item): item is Extract<InboxItem, { kind: Kind }> => item.kind === kind);
  await until(`the inbox has a ${kind}`, async () => (await ofKind()).length > 0);
  return ofKind();
}

describe('cases', () => {
  it('are described in plain words by the inbox, shown and closed by the beginning of their id, and then known as closed', async () => {
    const foreign_id = `stray-${randomUUID()}`;
    await post(deployment.bridge, callbackBody({ foreign_id, status: 'confirmed' }));
    const [item] = await inboxOf('case');
    if (item === undefined) throw new Error('no case');
    expect(item.why).toMatch(/^stray callback/);

    const [pasted = ''] = inboxJson(item).action;
    const shown = await command(pasted.replace(/^npm run -s outflow -- /, ''));
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(new RegExp(`^case +${item.caseId}\n.*stray callback`));

    const { client, outflow } = deployment;
    const beginning = item.caseId.slice(0, 8);
    expect((await closeCase(outflow, client, beginning, act)).view.closed).toMatchObject(act);
    expect((await showCase(outflow, client, beginning)).view.closed).toMatchObject(act);
    await expect(closeCase(outflow, client, beginning, act)).rejects.toThrow(
      /^Case \S+ is closed already, since [^ ]+: `case show` says by whom, and why\.$/,
    );
  });

  it('are “No case” where nobody knows them, by a whole id or its beginning', async () => {
    const { client, outflow } = deployment;
    for (const id of ['0'.repeat(8), '0'.repeat(64)]) {
      await expect(showCase(outflow, client, id)).rejects.toThrow(`No case ${id} is known.`);
      await expect(closeCase(outflow, client, id, act)).rejects.toThrow(`No case ${id} is known.`);
    }
  });

  it('are not chosen by a beginning that several have', async () => {
    const ids = ['a', 'b'].map((last) => `${'f'.repeat(63)}${last}`);
    for (const id of ids) {
      const start = { provider: 'alphapo', reason: 'unreadable', body: id };
      await deployment.client.workflow.start('case', { workflowId: `case/${id}`, taskQueue: 'outflow', args: [start] });
    }
    const found = () => wholeCaseId(deployment.client, 'ffffffff').catch(String);
    await until('the index has both', async () => (await found()).startsWith('Error: 2 cases begin with ffffffff'));
    for (const id of ids) expect(await found()).toContain(id);
  });

  it('of an ended withdrawal show its recorded end, and `get` names them', async () => {
    const withdrawalId = `w-${randomUUID()}`;
    await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId }));
    const { providerId = '' } = await deployment.outflow.wait(withdrawalId);
    await post(
      deployment.bridge,
      callbackBody({ id: Number(providerId), foreign_id: withdrawalId, status: 'cancelled' }),
    );
    const about = () => casesAbout(deployment.client, { provider: 'cryptoprocessing', providerId });
    await until('the case is in the index', async () => (await about()).length === 1);
    const [caseId = ''] = await about();
    const shown = await showCase(deployment.outflow, deployment.client, caseId);
    expect(shown).toMatchObject({
      view: { reason: 'differs from the recorded end' },
      withdrawal: { status: 'confirmed' },
    });
    const { stdout } = await command(`get ${withdrawalId}`);
    expect(stdout).toMatch(new RegExp(`^open case +outflow case show ${caseId.slice(0, 12)}$`, 'm'));
  });
});

it('the inbox’s command for a withdrawal without funds works as it is', async () => {
  const withdrawalId = `w-${randomUUID()}`;
  await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId, amount: '0.09105' }));
  const [item] = await inboxOf('withdrawal');
  if (item === undefined) throw new Error('no withdrawal');
  expect(item).toMatchObject({ withdrawalId, status: 'waiting', why: 'waiting-for-funds' });
  const [, cancel = ''] = inboxJson(item).action;
  const words = [...cancel.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const done = await run(words.slice(words.indexOf('--') + 1), { TEMPORAL_ADDRESS: deployment.temporal.address });
  expect({ code: done.code, stderr: done.stderr }).toEqual({ code: 0, stderr: '' });
  expect(await deployment.outflow.get(withdrawalId)).toMatchObject({ status: 'cancelled', final: true });
});

describe('doctor', () => {
  let provider: Simulator; // beside the one that the worker pays at
  beforeAll(async () => {
    provider = await startSimulator({ ports: anyPorts, callbackOrigin: deployment.bridge });
  });
  afterAll(() => provider.close());

  const checks = (env: Record<string, string> = {}) => providerChecks(deployment.client, env);
  const keys = { CRYPTOPROCESSING_API_KEY: 'test-key', CRYPTOPROCESSING_SECRET: 'test-secret' };
  const given = (more: Record<string, string> = {}) => ({
    CRYPTOPROCESSING_BASE_URL: provider.origins.cryptoprocessing,
    ...keys,
    ...more,
  });
  const find = async (check: string, env?: Record<string, string>) =>
    (await checks(env)).find((one) => one.check === check);

  it('leaves providers alone that nobody uses, and asks one that only a worker serves for nothing', async () => {
    const found = await checks();
    for (const title of ['AlphaPo', 'Cryptopay', 'CryptoCloud'])
      expect(found).toContainEqual(expect.objectContaining({ check: title, ok: true, skipped: 'not used' }));
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(found).toContainEqual(expect.objectContaining({ check: 'worker for calls to CryptoProcessing', ok: true }));
  });

  it('asks a worker and the bridge for an answer now', async () => {
    expect(await workflowWorker(deployment.client)).toMatchObject({
      ok: true,
      found: expect.stringMatching(/^answered a query in \d+ ms$/), // a withdrawal or a case is open
    });
    expect(await bridgeCheck(deployment.bridge)).toMatchObject({ ok: true });
  });

  it('looks for the bridge at the given address, or where dev starts it, and says so where neither is known', async () => {
    expect(bridgeOrigin('http://b:1', {}, true)).toBe('http://b:1');
    expect(bridgeOrigin(undefined, { OUTFLOW_BRIDGE_HOST: '0.0.0.0', OUTFLOW_BRIDGE_PORT: '81' }, false)).toBe(
      'http://127.0.0.1:81',
    );
    expect(bridgeOrigin(undefined, {}, true)).toBe('http://127.0.0.1:8090');
    expect(await bridgeCheck(bridgeOrigin(undefined, {}, false))).toMatchObject({
      ...{ ok: true, skipped: 'not checked' },
      found: expect.stringContaining('--bridge URL'),
    });
  });

  it('finds a provider wrong that is set and served by no worker, or set in part', async () => {
    const set = { ALPHAPO_BASE_URL: 'http://127.0.0.1:9', ALPHAPO_API_KEY: 'k' };
    expect(await find('settings of AlphaPo', set)).toMatchObject({
      ok: false,
      found: expect.stringContaining('ALPHAPO_SECRET'),
    });
    const worker = await find('worker for calls to AlphaPo', { ...set, ALPHAPO_SECRET: 's' });
    expect(worker).toMatchObject({ ok: false, advice: expect.stringContaining('AlphaPo’s settings') });
  });

  it('asks once for an unused reference: keys that are taken, keys that are not, an absence reported otherwise', async () => {
    const control = new SimulatorControl(provider.control);
    expect(await find('keys of CryptoProcessing', given())).toMatchObject({
      ok: true,
      found: expect.stringContaining('404'),
    });
    expect(await find('keys of CryptoProcessing', given({ CRYPTOPROCESSING_SECRET: 'wrong' }))).toMatchObject({
      ok: false,
      found: 'refused: HTTP 403, bad_header_signature',
      advice: expect.stringMatching(/^Check the provider’s key/),
    });
    await control.modes({ 'absent-status': { status: 422 } });
    expect(await find('keys of CryptoProcessing', given())).toMatchObject({
      ok: false,
      found: expect.stringContaining('HTTP 422'),
      advice: expect.stringContaining('CRYPTOPROCESSING_ABSENT_STATUS=422'),
    });
    expect(await find('keys of CryptoProcessing', given({ CRYPTOPROCESSING_ABSENT_STATUS: '422' }))).toMatchObject({
      ok: true,
    });
  });

  it.each([
    [
      'cryptoprocessing',
      422,
      '{"errors":{"transaction":"Not found."}}',
      /set CRYPTOPROCESSING_ABSENT_STATUS=422 and CRYPTOPROCESSING_ABSENT_FIELD=transaction\./,
    ],
    [
      'cryptoprocessing',
      422,
      '{"errors":{"foreign_id":"Not found."}}',
      /_STATUS=422 and CRYPTOPROCESSING_ABSENT_FIELD=foreign_id\./,
    ],
    ['cryptoprocessing', 404, '{"errors":{"key":"Unknown."}}', /^It doesn’t say whether/],
    ['cryptoprocessing', 404, '{"errors":{"a":"Not found.","b":"Not found."}}', /^It doesn’t say whether/],
    ['cryptoprocessing', 404, '{"error":"Not found.","code":"not_found"}', /^It doesn’t say whether/],
    ['cryptoprocessing', 404, '<html>', /^It doesn’t say whether/],
    ['cryptopay', 410, '{"error":{"code":"not_found"}}', /set CRYPTOPAY_ABSENT_STATUS=410\./],
    ['cryptopay', 404, '{"error":{"code":"route_not_found"}}', /^It doesn’t say whether/],
  ] as const)('advises of %s, HTTP %d %s: %s', (name, status, body, advice) => {
    const known = readSettings(given(), { role: 'operator' }).providers[name];
    if (known?.lookUp === undefined) throw new Error('it has a look-up');
    const answer = { status, headers: {}, body };
    const check = lookUpCheck(known, answer, known.lookUp.read(answer, { withdrawalId: 'w' }));
    expect(check).toMatchObject({ ok: false, advice: expect.stringMatching(advice) });
  });

  it('never suggests an absence that a proxy or a fault may have reported', () => {
    const { cryptoprocessing } = readSettings(given(), { role: 'operator' }).providers;
    if (cryptoprocessing?.lookUp === undefined) throw new Error('it has a look-up');
    for (const status of [200, 302, 403, 429, 500, 502]) {
      const answer = { status, headers: {}, body: '<html>' };
      const check = lookUpCheck(cryptoprocessing, answer, cryptoprocessing.lookUp.read(answer, { withdrawalId: 'w' }));
      expect(check).toMatchObject({ ok: false, found: expect.stringContaining('<html>') });
      expect(check.advice).not.toContain('ABSENT_STATUS');
    }
  });
});

it('doctor names missing search attributes all the same, and other commands say why they fail', async () => {
  const namespace = `bare-${randomUUID()}`;
  const { workflowService } = deployment.client.connection;
  await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('3 days') });
  const env = { TEMPORAL_ADDRESS: deployment.temporal.address, TEMPORAL_NAMESPACE: namespace };
  const count = () => workflowService.countWorkflowExecutions({ namespace });
  const isKnown = () =>
    count().then(
      () => true,
      () => false,
    );
  await until('the namespace is known', isKnown);
  expect(await run(['list'], env)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Failed to list workflows: .*Withdrawal\w+/),
  });
  const ran = await run(['doctor', '--json'], env);
  expect(ran.code).toBe(1);
  expect(jsonLines(ran).find(({ check }) => check === 'search attributes')).toMatchObject({
    ok: false,
    advice: expect.stringMatching(/^temporal operator search-attribute create /),
  });
});

it('doctor believes no worker that asked for work more than a minute ago, where nothing can be asked', async () => {
  const at = (lastAccessTime: number) =>
    asksForWork(
      {
        options: { namespace: 'default' },
        workflowService: {
          describeTaskQueue: () => Promise.resolve({ pollers: [{ lastAccessTime: msToTs(lastAccessTime) }] }),
        },
      } as unknown as Client,
      'outflow',
      'WORKFLOW',
    );
  expect(await at(Date.now() - 30_000)).toMatchObject({ ok: true });
  expect(await at(Date.now() - 90_000)).toMatchObject({ ok: false, found: expect.stringMatching(/has stopped$/) });
});

/** Last, since it stops what the others need. */
describe('without a worker', () => {
  const withdrawalId = `w-${randomUUID()}`;
  beforeAll(async () => {
    await deployment.stopWorker();
    await markAsTrials(deployment.client.connection, 'default');
    await deployment.outflow.submit(cryptoprocessingRequest({ withdrawalId }));
  });
  // Each waits for a worker for ten or fifteen seconds.
  const asked = beside(() => Promise.all([command(`get ${withdrawalId}`), command(`get ${withdrawalId} --json`)]));
  const doctor = beside(() =>
    run(['doctor', '--json', '--bridge', 'http://127.0.0.1:9'], {
      TEMPORAL_ADDRESS: deployment.temporal.address,
      OUTFLOW_SIMULATOR_PORT: '10',
    }),
  );

  it('get shows what the index holds, and says so', async () => {
    const [words, json] = await asked();
    expect(words.stdout).toMatch(/^No worker answers: this is what Temporal’s index holds\.\nwithdrawal /);
    expect(json.stderr).toMatch(/^No worker answers/);
    expect(JSON.parse(json.stdout)).toMatchObject({ withdrawalId, status: 'received' });
  }, 60_000);

  it('doctor finds an outage: a worker that stopped just now, a bridge and providers that are down; exit code 1', async () => {
    const ran = await doctor();
    const wrong = jsonLines(ran).filter(({ ok }) => ok === false);
    const foundOf = (name: string) => wrong.find(({ check }) => check === name)?.['found'];
    expect(foundOf('worker for workflows')).toMatch(/^no worker answers a query within 15 s; .*last asked for work/);
    expect(foundOf('worker for calls to CryptoProcessing')).toMatch(/no worker answers now/);
    expect(foundOf('bridge')).toMatch(/^http:\/\/127\.0\.0\.1:9 can't be reached/);
    expect(foundOf('clock of CryptoProcessing')).toMatch(/^http:\/\/127\.0\.0\.1:11 can't be reached/);
    expect(ran.code).toBe(1);
  }, 60_000);
});

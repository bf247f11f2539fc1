import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { request } from 'undici';
import { startStack, type Stack } from '../../cli/processes/stack.js';
import { connect, type Outflow, type WithdrawalRequest, type WithdrawalView } from '../../client/index.js';
import { workflowIds } from '../../contract/ids.js';
import { testKeys } from '../support/encryption.js';
import { cleanEnvironment, jsonLines, outflow } from '../support/outflow-command.js';
import { cryptocloudRequest, cryptopayRequest, cryptoprocessingRequest } from '../support/requests.js';
import { SimulatorControl } from '../support/simulator/control.js';
import { testPorts } from '../support/stack.js';

let folder: string;
let stack: Stack;
let client: Outflow;
let simulator: SimulatorControl;
/** The withdrawal of the actions below goes on meanwhile: it takes the real 30 seconds. */
const waits = new Map<string, Promise<WithdrawalView>>();

/** The simulator reads what is to happen from an amount’s last four digits (docs/simulator.md). */
const requests: WithdrawalRequest[] = [
  cryptopayRequest({ withdrawalId: 'committed' }),
  cryptopayRequest({ withdrawalId: 'over-max', amount: '10.9204', cryptopay: { maxCharge: '12' } }), // quoted at twice the charge
  cryptopayRequest({ withdrawalId: 'forced', cryptopay: { forceCommit: true } }),
  cryptocloudRequest({ withdrawalId: 'posted-back', amount: '15.9301' }),
  cryptoprocessingRequest({ withdrawalId: 'stays-open', amount: '0.9107' }),
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-window-'));
  const silent = () => undefined;
  const ports = await testPorts();
  stack = await startStack({ folder, ports, env: cleanEnvironment(), onProgress: silent, onEvent: silent });
  simulator = new SimulatorControl(stack.control);
  client = await connect({ address: stack.temporal, encryption: { keys: testKeys.OUTFLOW_ENCRYPTION_KEYS } });
  await Promise.all(requests.map((one) => client.submit(one)));
  for (const { withdrawalId } of requests) {
    const wait = client.wait(withdrawalId);
    wait.catch(silent); // reported where it is awaited
    waits.set(withdrawalId, wait);
  }
}, 120_000);
afterAll(async () => {
  await client.close();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Its view once it is as wanted. */
async function until(id: string, wanted: (view: WithdrawalView) => boolean): Promise<WithdrawalView> {
  for (const deadline = Date.now() + 30_000; ; await sleep(200)) {
    const view = await client.get(id);
    if (wanted(view)) return view;
    if (Date.now() > deadline) throw new Error(`${id} is ${view.status}, ${view.attention ?? 'needs nobody'}`);
  }
}

async function ended(id: string): Promise<WithdrawalView> {
  const view = await waits.get(id);
  if (view === undefined) throw new Error(`${id} was not submitted`);
  return view;
}
const act = ['--by', 'Ada', '--reason', 'asked their support'];
const run = (...args: string[]) => outflow(args, { TEMPORAL_ADDRESS: stack.temporal });

/** What Cryptopay was asked about one withdrawal, by the path after its id or reference. */
async function askedOfCryptopay({ withdrawalId, providerId = '' }: WithdrawalView): Promise<string[]> {
  const { body } = await request(`${stack.control}/requests`);
  const received = (await body.json()) as { provider: string; method: string; path: string; body: string }[];
  return received
    .filter(({ provider }) => provider === 'cryptopay')
    .filter(({ path, body: sent }) => path.includes(providerId) || sent.includes(`"${withdrawalId}"`))
    .map(({ method, path }) => `${method} ${path.replace(providerId, '{id}')}`);
}

/** What Temporal Cloud counts as an action, of what a withdrawal does. */
const billed =
  /^(workflowExecutionStarted|activityTaskScheduled|timerStarted|workflowExecutionSignaled|upsertWorkflowSearch)/;

describe('Cryptopay’s commit window, on real clocks', () => {
  it('commits in time, and the money leaves once', async () => {
    const view = await ended('committed');
    expect(view).toMatchObject({ status: 'confirmed', final: true, providerStatus: 'completed' });
    expect(await simulator.debits('committed')).toBe(1);
    expect(await askedOfCryptopay(view)).toEqual([
      'POST /api/coin_withdrawals',
      'POST /api/coin_withdrawals/{id}/commit',
      'GET /api/coin_withdrawals/{id}', // confirms the callback
    ]);
  });

  it('needs few events and few actions of Temporal for it', async () => {
    await ended('committed');
    const connection = await Connection.connect({ address: stack.temporal });
    const handle = new Client({ connection }).workflow.getHandle(workflowIds.withdrawal('committed'));
    const { events } = await handle.fetchHistory();
    await connection.close();
    const kinds = (events ?? []).flatMap((event) => Object.keys(event).filter((name) => name.endsWith('Attributes')));
    const actions = kinds.filter((kind) => billed.test(kind));
    // Five callbacks are 20 of these events and 5 of these actions.
    expect(kinds.length).toBeLessThanOrEqual(58);
    expect(actions.length).toBeLessThanOrEqual(18);
    expect(actions.filter((kind) => kind.startsWith('activityTaskScheduled'))).toHaveLength(3); // create, commit, look-up
  });

  it('with forceCommit pays without a commit', async () => {
    const view = await ended('forced');
    expect(view).toMatchObject({ status: 'confirmed', final: true });
    expect(await simulator.debits('forced')).toBe(1);
    expect(await askedOfCryptopay(view)).not.toContain('POST /api/coin_withdrawals/{id}/commit');
  });
});

describe('a person at the command line', () => {
  const txid = 'bb040d895ef7141ea0b06b04227d8f5dd4ee12d5b890e6e5633f6439393a666b';

  it('settles a CryptoCloud payout, of which a postback only asks for a person', async () => {
    const posted = await until('posted-back', ({ attention }) => attention === 'unrecognised-status');
    expect(posted).toMatchObject({ status: 'processing', final: false, attention: 'unrecognised-status' });
    expect(posted.providerId).toMatch(/^INV-/);

    const [cancelled, retried, unproven] = await Promise.all([
      run('cancel', 'posted-back', ...act),
      run('retry', 'posted-back', ...act),
      run('resolve', 'posted-back', '--outcome', 'confirmed', '--evidence', 'ticket 4711', ...act),
    ]);
    expect([cancelled.code, retried.code, unproven.code]).toEqual([6, 6, 2]);
    expect(cancelled.stderr).toMatch(/can't be cancelled while processing/);
    expect(retried.stderr).toMatch(/CryptoCloud documents no look-up/);
    expect(unproven.stderr).toMatch(/--txid/);

    const evidence = ['--outcome', 'confirmed', '--txid', txid, '--evidence', 'tronscan, 6 confirmations'];
    const resolved = await run('resolve', 'posted-back', ...evidence, ...act);
    expect([resolved.code, resolved.stdout]).toEqual([0, expect.stringContaining('posted-back is confirmed now.\n')]);
    expect(await ended('posted-back')).toMatchObject({ status: 'confirmed', final: true, txid });
  }, 90_000);

  it('is refused when the provider’s own record contradicts, and nothing changes', async () => {
    await until('stays-open', ({ status }) => status === 'processing');
    const notPaid = ['resolve', 'stays-open', '--outcome', 'not-paid', '--evidence', 'a guess'];
    const [refused, asJson, retried] = await Promise.all([
      run(...notPaid, ...act),
      run(...notPaid, ...act, '--json'),
      run('retry', 'stays-open', ...act, '--json'),
    ]);
    expect([refused.code, asJson.code, retried.code]).toEqual([6, 6, 0]);
    expect(refused.stdout).toMatch(/^Not taken: the provider’s look-up says .*it may still pay.*is processing\.\n$/);
    expect(jsonLines(asJson)).toEqual([expect.objectContaining({ resolved: false, status: 'processing' })]);
    expect(jsonLines(retried)).toEqual([expect.objectContaining({ status: 'processing', final: false })]);

    await simulator.act('stays-open', 'cancel');
    expect(await ended('stays-open')).toMatchObject({ status: 'cancelled', final: true });
    const late = await run('resolve', 'stays-open', '--outcome', 'confirmed', '--txid', 'x', '--evidence', 'y', ...act);
    expect([late.code, late.stderr]).toEqual([6, expect.stringMatching(/has ended/)]);
  }, 90_000);
});

describe('over maxCharge', () => {
  it('is never committed: after the real 30 seconds it expires, and no money has left', async () => {
    const view = await ended('over-max');
    expect(view).toMatchObject({ status: 'expired', final: true, error: { type: 'OverMaxCharge' } });
    expect(view).not.toHaveProperty('attention');
    const asked = view.timeline.find(({ event }) => event === 'sending')?.at ?? '';
    expect(Date.parse(view.finalAt ?? '') - Date.parse(asked)).toBeGreaterThanOrEqual(30_000);
    expect(await simulator.debits('over-max')).toBe(0);
    expect(await askedOfCryptopay(view)).not.toContain('POST /api/coin_withdrawals/{id}/commit');
  }, 60_000);
});

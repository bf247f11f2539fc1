import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect, type Outflow, type WithdrawalRequest } from '../../../client/index.js';
import { startEmbeddedTemporal, type EmbeddedTemporal } from '../../../temporal/embedded/server.js';
import { searchAttributeNames } from '../../../contract/search-attributes.js';
import { noKeys } from '../../support/encryption.js';
import {
  jsonLines,
  outflow,
  startOutflow,
  untilSaid,
  type Ran,
  type RunningCommand,
} from '../../support/outflow-command.js';
import { isAlive, until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { portVariables, testPorts } from '../../support/stack.js';

jest.setTimeout(180_000); // a command is quick, unless the machine is busy with others

let temporal: EmbeddedTemporal;
let client: Outflow;
let folder: string;
let dev: RunningCommand;
let env: Record<string, string>;
beforeAll(async () => {
  temporal = await startEmbeddedTemporal({ searchAttributes: searchAttributeNames });
  folder = await mkdtemp(join(tmpdir(), 'outflow-commands-'));
  // Nothing says how to encrypt: dev makes keys, and the commands beside it find them.
  env = { ...noKeys, TEMPORAL_ADDRESS: temporal.address, OUTFLOW_DATA_DIR: folder };
  dev = startOutflow(['dev'], { ...env, ...portVariables(await testPorts()) });
  await untilSaid(dev, /Submit a withdrawal/);
  const keys = await readFile(join(folder, 'keys', 'encryption-keys'), 'utf8');
  client = await connect({ address: temporal.address, encryption: { keys } });
});
afterAll(async () => {
  if (dev.process.exitCode === null) dev.process.kill('SIGKILL');
  await client.close();
  await temporal.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What its amount makes the simulator do. */
const magic = { ownerDecides: '0.19101', ownerDeclines: '0.19103', noFunds: '0.09105' };

const request = (changes: Partial<WithdrawalRequest> = {}) =>
  cryptoprocessingRequest({ withdrawalId: `w-${randomUUID()}`, ...changes });
const run = (args: string, input: unknown = '') =>
  outflow(args.split(' '), env, typeof input === 'string' ? input : JSON.stringify(input));

async function submitted(changes: Partial<WithdrawalRequest> = {}): Promise<string> {
  const { withdrawalId } = await client.submit(request(changes));
  return withdrawalId;
}

async function idsIn(batch: string): Promise<string[]> {
  const ids = [];
  for await (const { withdrawalId } of client.list({ batch })) ids.push(withdrawalId);
  return ids.toSorted();
}

/** It failed with this exit code, said why on stderr and nothing on stdout. */
function expectFailure({ code, stdout, stderr }: Ran, expected: number, why: RegExp): void {
  expect({ code, stdout, stderr }).toEqual({ code: expected, stdout: '', stderr: expect.stringMatching(why) });
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m); // no stack trace
}

describe('outflow submit', () => {
  it('takes an object, a list or lines, from a file or its input, and answers a line for each', async () => {
    const batch = `b-${randomUUID()}`;
    const [one, two, three, four, five] = [request(), request(), request(), request(), request()] as const;
    const file = join(folder, 'requests.json');
    await writeFile(file, JSON.stringify([two, three], null, 2));
    const lines = [four, five].map((each) => JSON.stringify(each)).join('\n\n');
    const [object, list, words] = await Promise.all([
      run(`submit - --json --batch ${batch}`, one),
      run(`submit ${file} --json --batch ${batch}`),
      run(`submit - --batch ${batch}`, `${lines}\n`),
    ]);
    for (const { code, stderr } of [object, list, words]) expect([code, stderr]).toEqual([0, '']);
    const created = ({ withdrawalId }: WithdrawalRequest) => ({ withdrawalId, created: true });
    expect(jsonLines(object)).toEqual([one].map(created));
    expect(jsonLines(list)).toEqual([two, three].map(created));
    expect(words.stdout).toBe(`${four.withdrawalId}: submitted\n${five.withdrawalId}: submitted\n`);
    const all = [one, two, three, four, five].map(({ withdrawalId }) => withdrawalId).toSorted();
    await until('the index has them', async () => String(await idsIn(batch)) === String(all));
  });

  it('says that it is known when the same is submitted again, and names the fields when it is another request', async () => {
    const asked = request();
    await client.submit(asked);
    const [again, other] = await Promise.all([
      run('submit - --json', asked),
      run('submit - --json', { ...asked, amount: '7' }),
    ]);
    expect([again.code, jsonLines(again)]).toEqual([0, [{ withdrawalId: asked.withdrawalId, created: false }]]);
    expectFailure(other, 6, new RegExp(`^Withdrawal ${asked.withdrawalId} exists with other content: amount\\.`));
  });

  it('submits none where one of several is wrong, and names its place and every field', async () => {
    const batch = `b-${randomUUID()}`;
    const wrong = { ...request(), amount: 1, surplus: true };
    const ran = await run(`submit - --json --batch ${batch}`, [request(), wrong, request()]);
    expectFailure(ran, 2, /request 2 \(\S+\): amount: .*\n.*request 2 \(\S+\): surplus: /);
    // Another, submitted later, is in the index: so would these be.
    await client.submit(request(), { batch });
    await until('the index is up to date', async () => (await idsIn(batch)).length > 0);
    expect(await idsIn(batch)).toHaveLength(1);
  });

  it('exits 2 where its input holds no requests, or the command itself is wrong', async () => {
    const cases: [string, string, RegExp][] = [
      ['submit -', '{"withdrawalId": "w-1"}\n{"withdrawalId": ', /line 2: is not JSON/],
      ['cancel w-1 --by Ada', '', /required option '--reason <text>'/],
      ['list --status paid', '', /'paid' is invalid.*confirmed/s],
      ['case show', '', /missing required argument 'id'/],
      ['sumbit -', '', /^error: unknown command 'sumbit': did you mean submit\?\n(?!.*Usage)/s],
      ['retryNow w-1', '', /did you mean retry\?/],
    ];
    const ran = await Promise.all(cases.map(async ([args, input, why]) => ({ ran: await run(args, input), why })));
    for (const { ran: failed, why } of ran) expectFailure(failed, 2, why);
  });
});

describe('outflow get, wait, list and cancel', () => {
  it('show one withdrawal in words or JSON, and of one that nobody knows with exit code 5', async () => {
    const id = await submitted();
    await client.wait(id);
    const [words, json, nobody] = await Promise.all([
      run(`get ${id}`),
      run(`get ${id} --json`),
      run('get nobody --json'),
    ]);
    expect(words).toMatchObject({ code: 0, stderr: '' });
    expect(words.stdout).toMatch(new RegExp(`^withdrawal +${id}\n(.*\n)*status +confirmed, final since `));
    expect(jsonLines(json)).toEqual([await client.get(id)]);
    expectFailure(nobody, 5, /^No withdrawal nobody is known/);
  });

  it('wait exits 0 for confirmed, 3 for any other end, 4 when the time is up', async () => {
    const [paid, declined, open] = [
      await submitted(),
      await submitted({ amount: magic.ownerDeclines }),
      await submitted({ amount: magic.ownerDecides }),
    ];
    const [first, second, third] = await Promise.all([
      run(`wait ${paid} --json`),
      run(`wait ${declined}`),
      run(`wait ${open} --timeout 0.5`),
    ]);
    expect([first.code, second.code]).toEqual([0, 3]);
    expect(jsonLines(first)).toMatchObject([{ withdrawalId: paid, status: 'confirmed', final: true }]);
    expect(second.stdout).toMatch(/^status +declined/m);
    expectFailure(third, 4, new RegExp(`^Withdrawal ${open} has not ended yet`));
  });

  it('list prints an object per line for scripts, and no more than asked', async () => {
    const batch = `b-${randomUUID()}`;
    for (let times = 0; times < 3; times++) await client.submit(request(), { batch });
    await until('the index has them', async () => (await idsIn(batch)).length === 3);
    const cut = startOutflow(['list', '--json', '--batch', batch], env);
    cut.process.stdout?.destroy(); // as `head` does when it has read enough
    const [some, none] = await Promise.all([
      run(`list --json --batch ${batch} --limit 2`),
      run(`list --batch ${batch} --currency XRP`),
    ]);
    expect(jsonLines(some)).toHaveLength(2);
    expect(some.stderr).toMatch(/more than these 2/);
    for (const { withdrawalId } of jsonLines(some)) expect(await idsIn(batch)).toContain(withdrawalId);
    expect(none).toEqual({ code: 0, stdout: 'No withdrawals match.\n', stderr: '' });
    expect(await cut.ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('cancel ends what was never sent, and is refused with exit code 6 where it was', async () => {
    const [unsent, sent] = [
      await submitted({ amount: magic.noFunds }),
      await submitted({ amount: magic.ownerDecides }),
    ];
    await until('both are that far', async () => {
      const states = [(await client.get(unsent)).status, (await client.get(sent)).status];
      return String(states) === 'waiting,awaiting_approval';
    });
    const [done, refused] = await Promise.all([
      run(`cancel ${unsent} --by Ada --reason asked --json`),
      run(`cancel ${sent} --by Ada --reason asked --json`),
    ]);
    expect([done.code, jsonLines(done)]).toMatchObject([
      0,
      [{ withdrawalId: unsent, status: 'cancelled', final: true }],
    ]);
    expectFailure(refused, 6, /awaiting_approval/);
    expect(await client.get(sent)).toMatchObject({ status: 'awaiting_approval' });
  });
});

const startedBy = (running: RunningCommand) =>
  [...running.said().matchAll(/ started, pid (\d+)/g)].map(([, pid]) => Number(pid));

it('outflow dev, killed with -9, leaves no process behind', async () => {
  const pids = startedBy(dev);
  expect(pids.map(isAlive)).toEqual([true, true, true, true]); // Temporal is not its own here
  dev.process.kill('SIGKILL');
  await until('all are gone', () => !pids.some(isAlive), 20_000);
});

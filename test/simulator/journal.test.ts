import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startSimulator } from '../../simulator/index.js';
import { built } from '../support/built.js';
import { startParent, until } from '../support/parent-process.js';
import { cryptocloudRequest } from '../support/simulator/documented-requests.js';
import { dataOf, record, rows } from '../support/simulator/response.js';
import { anyPorts, TestSimulator } from '../support/simulator/test-simulator.js';

const simulator = new TestSimulator();
let folder: string;
let journalFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-journal-'));
  journalFile = join(folder, 'not yet there', 'journal.jsonl');
  await simulator.start({ journalFile });
});
afterEach(async () => {
  await simulator.stop();
  simulator.receiver.reset();
  await rm(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await simulator.close();
  await simulator.start({ journalFile });
}

test('only its owner reads it, which holds addresses and persons, also where everybody could before', async () => {
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  expect([await modeOf(journalFile), await modeOf(dirname(journalFile))]).toEqual(['600', '700']);
  await chmod(journalFile, 0o644);
  await restart();
  expect(await modeOf(journalFile)).toBe('600');
});

test('a restart keeps payouts and used references, and goes on with what was under way', async () => {
  await simulator.control('PUT', '/clock', { speed: 0.001 }); // a slow restart must not be a later time
  const { id } = dataOf(await simulator.createAt('cryptoprocessing'));
  await simulator.createAtCryptopay({ custom_id: 'c', charged_amount_to_send: '10.9101', force_commit: true });
  await simulator.advance(500);
  const before = await simulator.ledger();
  await restart();
  expect(await simulator.ledger()).toEqual(before);
  expect((await simulator.createAt('cryptoprocessing')).status).toBe(400);
  expect((await simulator.createAtCryptopay({ custom_id: 'c' })).status).toBe(409);
  const other = dataOf(await simulator.createAt('cryptoprocessing', { foreign_id: 'other' }));
  expect(other['id']).not.toBe(id);
  await simulator.advance(1000);
  expect(await simulator.ledger()).toMatchObject([
    { status: 'confirmed', debits: 1 },
    { status: 'on_hold', debits: 0 },
    { reference: 'other' },
  ]);
});

test('a restart keeps undelivered callbacks with their retry count, and drops delivered ones', async () => {
  simulator.receiver.status = 503;
  await simulator.createAt('cryptoprocessing');
  await simulator.advance(1000);
  await simulator.untilCallbacks(1);
  await simulator.advance(61_000);
  await simulator.untilCallbacks(2);
  await until('that was recorded', async () => rows(await simulator.control('GET', '/callbacks')).length === 2);
  await restart();
  // The third try is due five minutes after the second.
  await simulator.advance(4 * 60_000);
  expect(simulator.callbacks).toHaveLength(2);
  simulator.receiver.status = 200;
  await simulator.advance(60_000);
  await simulator.untilCallbacks(3);
  await until('that was recorded', async () => rows(await simulator.control('GET', '/callbacks')).length === 1);
  expect(await simulator.control('GET', '/callbacks')).toMatchObject([{ attempt: 3, answered: 200 }]);
  await restart();
  await simulator.advance(86_400_000);
  expect(simulator.callbacks).toHaveLength(3);
});

test("a restart keeps the clock, the limits and CryptoCloud's twelve seconds", async () => {
  await simulator.control('PUT', '/limits', { alphapo: { balances: { EUR: '7' } } });
  await simulator.control('PUT', '/clock', { skewMs: 3_600_000, advanceMs: 86_400_000 });
  await simulator.cryptocloud(cryptocloudRequest);
  await restart();
  expect(await simulator.control('GET', '/clock')).toMatchObject({ skewMs: 3_600_000 });
  const { elapsed } = record(await simulator.control('GET', '/clock'));
  expect(Number(elapsed) - Date.now()).toBeGreaterThan(86_000_000);
  expect((await simulator.cryptocloud(cryptocloudRequest)).text).toContain('rate_limit');
  expect((await simulator.createAt('alphapo')).json).toMatchObject({ error_code: 'not_enough_balance' });
});

test('a kill -9 right after the response loses nothing', async () => {
  await simulator.close();
  const options = { ports: anyPorts, callbackOrigin: await simulator.receiver.listen(), journalFile };
  const child = startParent(`
    import { startSimulator } from '${built('simulator/index.ts')}';
    console.log(JSON.stringify(await startSimulator(${JSON.stringify(options)})));
  `);
  try {
    const other = TestSimulator.at(await child.line());
    expect((await other.createAt('cryptoprocessing')).status).toBe(201);
  } finally {
    child.process.kill('SIGKILL');
    await once(child.process, 'exit');
  }
  await simulator.start({ journalFile });
  expect(await simulator.ledger()).toMatchObject([{ reference: 'test_foreign_id_0148' }]);
  expect((await simulator.createAt('cryptoprocessing')).status).toBe(400);
  await simulator.untilCallbacks(1);
  expect(await simulator.ledger()).toMatchObject([{ status: 'confirmed', debits: 1 }]);
});

test('half a last line is dropped; any other line that is not of the journal is an error that says where', async () => {
  await simulator.createAt('cryptoprocessing');
  await simulator.close();
  await appendFile(journalFile, '{"change":"payout","payo');
  await simulator.start({ journalFile });
  await simulator.createAt('cryptoprocessing', { foreign_id: 'second' });
  await restart();
  expect(await simulator.ledger()).toMatchObject([{ reference: 'test_foreign_id_0148' }, { reference: 'second' }]);
  await simulator.close();
  const lines = (await readFile(journalFile, 'utf8')).split('\n').length;
  await appendFile(journalFile, '{"change":"of heart"}\n');
  await expect(startSimulator({ ports: anyPorts, journalFile })).rejects.toThrow(`journal.jsonl, line ${lines}`);
});

test('starting over empties the journal', async () => {
  await simulator.createAt('cryptoprocessing');
  await simulator.control('DELETE', '/');
  expect(await readFile(journalFile, 'utf8')).toBe('');
  await restart();
  expect(await simulator.ledger()).toEqual([]);
});

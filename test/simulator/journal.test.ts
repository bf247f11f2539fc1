import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startSimulator } from '../../simulator/index.js';
import { anyPorts, cryptocloudRequest, dataOf, record, rows, Stand, until } from './stand.js';

let folder: string;
let journalFile: string;
let stand: Stand;
let callbackOrigin: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-books-'));
  journalFile = join(folder, 'not yet there', 'books.jsonl');
  stand = new Stand();
  callbackOrigin = await stand.openBridge();
  await stand.startSimulator({ callbackOrigin, journalFile });
});
afterEach(async () => {
  await stand.stop();
  await rm(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await stand.simulator.close();
  await stand.startSimulator({ callbackOrigin, journalFile });
}

test('a restart keeps payouts and used references, and goes on with what was under way', async () => {
  const { id } = dataOf(await stand.createAt('cryptoprocessing'));
  await stand.createAtCryptopay({ custom_id: 'c', charged_amount_to_send: '10.9101', force_commit: true });
  await stand.advance(500);
  const before = await stand.ledger();
  await restart();
  expect(await stand.ledger()).toEqual(before);
  expect((await stand.createAt('cryptoprocessing')).status).toBe(400);
  expect((await stand.createAtCryptopay({ custom_id: 'c' })).status).toBe(409);
  const other = dataOf(await stand.createAt('cryptoprocessing', { foreign_id: 'other' }));
  expect(other['id']).not.toBe(id);
  await stand.advance(1000);
  expect(await stand.ledger()).toMatchObject([
    { status: 'confirmed', debits: 1 },
    { status: 'on_hold', debits: 0 },
    { reference: 'other' },
  ]);
});

test('a restart keeps undelivered callbacks with their retry count, and drops delivered ones', async () => {
  stand.bridgeAnswers = 503;
  await stand.createAt('cryptoprocessing');
  await stand.advance(1000);
  await until('it was tried', () => stand.callbacks.length === 1);
  await stand.advance(61_000);
  await until('it was tried again', () => stand.callbacks.length === 2);
  await until('that was recorded', async () => rows(await stand.control('GET', '/callbacks')).length === 2);
  await restart();
  // The third try is due five minutes after the second.
  await stand.advance(4 * 60_000);
  expect(stand.callbacks).toHaveLength(2);
  stand.bridgeAnswers = 200;
  await stand.advance(60_000);
  await until('it was tried a third time', () => stand.callbacks.length === 3);
  await until('that was recorded', async () => rows(await stand.control('GET', '/callbacks')).length === 1);
  expect(await stand.control('GET', '/callbacks')).toMatchObject([{ attempt: 3, answered: 200 }]);
  await restart();
  await stand.advance(86_400_000);
  expect(stand.callbacks).toHaveLength(3);
});

test("a restart keeps the clock, the limits and CryptoCloud's twelve seconds", async () => {
  await stand.control('PUT', '/limits', { alphapo: { balances: { EUR: '7' } } });
  await stand.control('PUT', '/clock', { skewMs: 3_600_000, advanceMs: 86_400_000 });
  await stand.cryptocloud(cryptocloudRequest);
  await restart();
  expect(await stand.control('GET', '/clock')).toMatchObject({ skewMs: 3_600_000 });
  const { elapsed } = record(await stand.control('GET', '/clock'));
  expect(Number(elapsed) - Date.now()).toBeGreaterThan(86_000_000);
  expect((await stand.cryptocloud(cryptocloudRequest)).text).toContain('rate_limit');
  expect((await stand.createAt('alphapo')).json).toMatchObject({ error_code: 'not_enough_balance' });
});

test('a kill -9 right after the answer loses nothing', async () => {
  await stand.simulator.close();
  const options = JSON.stringify({ ports: anyPorts, callbackOrigin, journalFile });
  const url = new URL('../../simulator/index.ts', import.meta.url).href;
  const program = `import { startSimulator } from ${JSON.stringify(url)};
    const simulator = await startSimulator(${options});
    process.stdout.write(JSON.stringify(simulator));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  try {
    const output = record(JSON.parse(String((await once(child.stdout, 'data')).at(0))));
    const running = new Stand();
    running.useOrigins(String(output['control']), record(output['origins']));
    expect((await running.createAt('cryptoprocessing')).status).toBe(201);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await stand.startSimulator({ callbackOrigin, journalFile });
  expect(await stand.ledger()).toMatchObject([{ reference: 'test_foreign_id_0148' }]);
  expect((await stand.createAt('cryptoprocessing')).status).toBe(400);
  await until('the callback came', () => stand.callbacks.length === 1);
  expect(await stand.ledger()).toMatchObject([{ status: 'confirmed', debits: 1 }]);
});

test('half a last line is dropped; anything else that is not ours is an error that says where', async () => {
  await stand.createAt('cryptoprocessing');
  await stand.simulator.close();
  await appendFile(journalFile, '{"change":"payout","payo');
  await stand.startSimulator({ callbackOrigin, journalFile });
  await stand.createAt('cryptoprocessing', { foreign_id: 'second' });
  await restart();
  expect(await stand.ledger()).toMatchObject([{ reference: 'test_foreign_id_0148' }, { reference: 'second' }]);
  await stand.simulator.close();
  const lines = (await readFile(journalFile, 'utf8')).split('\n').length;
  await appendFile(journalFile, '{"change":"of heart"}\n');
  await expect(startSimulator({ ports: anyPorts, journalFile })).rejects.toThrow(`books.jsonl, line ${lines}`);
});

test('starting over empties the books', async () => {
  await stand.createAt('cryptoprocessing');
  await stand.control('DELETE', '/');
  expect(await readFile(journalFile, 'utf8')).toBe('');
  await restart();
  expect(await stand.ledger()).toEqual([]);
});

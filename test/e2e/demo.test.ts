import { createServer, type Server } from 'node:http';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WithdrawalView } from '../../client/index.js';
import { scenes } from '../../cli/demo/scenes.js';
import { startOutflow, untilSaid, type Ran, type RunningCommand } from '../support/outflow-command.js';
import { isAlive, until } from '../support/parent-process.js';

let folder: string;
let liar: Server;
let honest: RunningCommand;
let lying: RunningCommand;
let interrupted: RunningCommand;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-demo-'));
  liar = await confirmsEverything();
  const address = liar.address();
  const lies = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const dataOf = (name: string) => ({ OUTFLOW_DATA_DIR: join(folder, name) });
  // One after the other, since each takes the ports that it finds free.
  honest = startOutflow(['demo', '--json'], dataOf('honest'));
  await untilSaid(honest, /Started \(pids/);
  lying = startOutflow(['demo', '--json'], { ...dataOf('lying'), CRYPTOPROCESSING_BASE_URL: lies });
  await untilSaid(lying, /Started \(pids/);
  interrupted = startOutflow(['demo'], dataOf('interrupted'));
  await untilSaid(interrupted, /demo-no-money/);
  interrupted.process.kill('SIGINT');
}, 120_000);
afterAll(async () => {
  for (const { process } of [honest, lying, interrupted]) if (process.exitCode === null) process.kill('SIGTERM');
  await Promise.all([honest, lying, interrupted].map(({ ended }) => ended));
  liar.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** A provider that says that it has paid, and has not. */
async function confirmsEverything(): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { foreign_id, currency, amount, convert_to } = JSON.parse(body) as Record<string, string>;
      const receiver = { receiver_currency: convert_to ?? currency, receiver_amount: amount };
      const data = { id: 7, foreign_id, type: 'withdrawal', status: 'confirmed', amount, sender_amount: amount };
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: { ...data, sender_currency: currency, ...receiver } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The pids of the four processes, as the demo tells them. */
function pidsOf({ stderr }: Ran): number[] {
  const told = /Started \(pids: (.*)\)/.exec(stderr)?.[1] ?? '';
  return [...told.matchAll(/\d+/g)].map(Number);
}

describe('outflow demo --json', () => {
  it('prints one view per withdrawal on stdout, in order, nothing else, and exits 0', async () => {
    const ran = await honest.ended;
    expect(ran.code).toBe(0);
    const views = ran.json() as WithdrawalView[];
    const expected = scenes(new Date()).map(({ request, expected: { status } }) => [request.withdrawalId, status]);
    expect(views.map(({ withdrawalId, status }) => [withdrawalId, status])).toEqual(expected);
    expect(views.every((view) => view.final)).toBe(true);
    expect(ran.stdout.trim().split('\n')).toHaveLength(expected.length);
  });

  it('leaves nothing behind: no process, no data', async () => {
    const pids = pidsOf(await honest.ended);
    expect(pids).toHaveLength(4);
    await until('all are gone', () => !pids.some(isAlive));
    expect(await readdir(join(folder, 'honest'))).toEqual([]);
  });

  it('exits 1 where the ledger disagrees, names each withdrawal and keeps the logs', async () => {
    const ran = await lying.ended;
    expect(ran.code).toBe(1);
    const views = ran.json() as WithdrawalView[];
    expect(views[0]).toMatchObject({ withdrawalId: 'test_foreign_id_0148', status: 'confirmed', final: true });
    expect(ran.stderr).toContain('test_foreign_id_0148: money left 0 times, it should have 1 times');
    expect(ran.stderr).toContain('demo-decline: ended confirmed, not declined');
    const [kept = ''] = await readdir(join(folder, 'lying'));
    expect(ran.stderr).toContain(join(folder, 'lying', kept));
    expect(await readdir(join(folder, 'lying', kept))).toContain('worker.log');
  });
});

it('outflow demo that is interrupted ends everything and does not claim success', async () => {
  const ran = await interrupted.ended;
  expect(ran.code).toBe(130);
  expect(ran.stdout).toBe('');
  const pids = pidsOf(ran);
  expect(pids).toHaveLength(4);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(await readdir(join(folder, 'interrupted'))).toEqual([]);
});

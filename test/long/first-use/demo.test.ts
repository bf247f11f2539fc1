import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { scenarios } from '../../../cli/demo/scenarios.js';
import { expectExit, jsonLines } from '../../support/outflow-command.js';
import { isAlive } from '../../support/parent-process.js';
import { pidsOf, startDemos, type DemoRuns } from './demo-runs.js';

jest.setTimeout(180_000); // under a minute each, beside one another, unless the machine is busy with others

/** Whole demos. `npm test` has their parts: `test/cli/demo-play.test.ts` plays the scenarios, `test/cli/processes/supervisor.test.ts` ends the processes. */
describe('outflow demo', () => {
  let demos: DemoRuns;
  beforeAll(async () => {
    demos = await startDemos();
  });
  afterAll(() => demos.stop());

  it('--json prints one view per withdrawal on stdout, in order and nothing else, and exits 0', async () => {
    const ran = await demos.normal.ended;
    expectExit(ran, 0);
    const expected = scenarios(new Date()).map(({ request: { withdrawalId }, expected: { status } }) => [
      withdrawalId,
      status,
    ]);
    expect(jsonLines(ran).map(({ withdrawalId, status }) => [withdrawalId, status])).toEqual(expected);
    expect(jsonLines(ran).every(({ final }) => final === true)).toBe(true);
  });

  it('leaves nothing behind: no process, no data', async () => {
    const pids = pidsOf(await demos.normal.ended);
    expect(pids).toHaveLength(5);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await readdir(demos.folder('normal'))).toEqual(['keys']); // for the next one
  });

  it('exits 1 where the ledger disagrees, names each withdrawal and keeps the logs', async () => {
    const ran = await demos.mismatched.ended;
    expectExit(ran, 1);
    expect(jsonLines(ran)[0]).toMatchObject({ withdrawalId: 'test_foreign_id_0148', status: 'confirmed', final: true });
    expect(ran.stderr).toContain('test_foreign_id_0148: money left 0 times, it should have 1 times');
    expect(ran.stderr).toMatch(/^cp-(decline|no-money): ended confirmed, not (declined|cancelled)$/m);
    const [kept = ''] = (await readdir(demos.folder('mismatched'))).filter((name) => name !== 'keys');
    expect(ran.stderr).toContain(join(demos.folder('mismatched'), kept));
    expect(await readdir(join(demos.folder('mismatched'), kept))).toContain('worker.log');
  });

  it('interrupted, ends everything in order and doesn’t claim success', async () => {
    const ran = await demos.interrupted.ended;
    expectExit(ran, 130);
    expect(ran.stdout).toBe('');
    expect(pidsOf(ran)).toHaveLength(5);
    expect(pidsOf(ran).filter(isAlive)).toEqual([]);
    expect(await readdir(demos.folder('interrupted'))).toEqual(['keys']);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { built } from '../../support/built.js';
import { isAlive, root, startParent, until } from '../../support/parent-process.js';
import { findTestServer } from '../../support/run/test-server-executable.js';
import { startTimeSkippingEnvironment } from '../../support/temporal/time-skipping-server.js';
import { testConverter } from '../../support/encryption.js';

const dayMs = 24 * 3600_000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-test-server-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the time-skipping server', () => {
  test('lets a workflow wait for three days within seconds', async () => {
    const environment = await startTimeSkippingEnvironment();
    try {
      const workflowsPath = `${root}/test/setup/temporal/workflows/sleeper.ts`;
      const worker = await Worker.create({
        connection: environment.nativeConnection,
        taskQueue: 'test',
        workflowsPath,
        ...testConverter('worker'),
      });
      const began = Date.now();
      const options = { workflowId: 'sleeper', taskQueue: 'test', args: ['3 days'] };
      const ended: unknown = await worker.runUntil(environment.client.workflow.execute('sleeper', options));
      expect(Date.parse(String(ended)) - began).toBeGreaterThan(2.9 * dayMs);
      expect(Date.now() - began).toBeLessThan(20_000);
    } finally {
      await environment.teardown();
    }
  });

  test('does not outlive a test that is killed with -9', async () => {
    const parent = startParent(`
      import { startTimeSkippingEnvironment } from '${built('test/support/temporal/time-skipping-server.ts')}';
      const environment = await startTimeSkippingEnvironment(() => undefined);
      console.log(JSON.stringify(environment.serverPid));
      setInterval(() => undefined, 1000);
    `);
    const pid = Number(await parent.line());
    expect(isAlive(pid)).toBe(true);
    parent.process.kill('SIGKILL');
    await until('the server is gone', () => !isAlive(pid));
  });

  test('gathered by Maven once is used ever after, if there is a Java to run it', async () => {
    const env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: folder };
    const path = join(folder, 'outflow', 'temporal-test-server-1.38.0', 'temporal-test-server');
    await mkdir(join(path, '..'), { recursive: true });
    await mkdir(env.PATH);
    await writeFile(path, '', { mode: 0o755 });
    await writeFile(join(env.PATH, 'java'), '', { mode: 0o755 });
    const progress: string[] = [];
    expect(await findTestServer((message) => progress.push(message), env)).toBe(path);
    expect(progress).toEqual([]);
  });
});

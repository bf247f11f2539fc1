import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnGuarded } from '../../../temporal/embedded/guardian.js';
import { built } from '../../support/built.js';
import { isAlive, startParent, until } from '../../support/parent-process.js';

const guardian = built('temporal/embedded/guardian.ts');
/** A Node process that writes `ready`, and `ended` when asked to end, after taking its time for it. */
const gracefulScript = (file: string, takesMs = 0) => `
  const { appendFileSync } = require('node:fs');
  process.on('SIGTERM', () => setTimeout(() => { appendFileSync('${file}', 'ended'); process.exit(0); }, ${takesMs}));
  setInterval(() => undefined, 1000);
  appendFileSync('${file}', 'ready ');
`;
const ignoresSigterm = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('ready');`;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-guardian-'));
  file = join(folder, 'said');
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const said = () => readFile(file, 'utf8').catch(() => '');

/** A parent that runs a command guarded, prints its pid and waits. */
function parentOf(command: string, args: string[], graceSeconds: number) {
  return startParent(`
    import { spawnGuarded } from '${guardian}';
    const options = { output: 'ignore', graceSeconds: ${graceSeconds} };
    const child = await spawnGuarded(${JSON.stringify(command)}, ${JSON.stringify(args)}, options);
    console.log(JSON.stringify(child.pid));
    setInterval(() => undefined, 1000);
  `);
}

describe('a guarded process, when its parent is killed with -9,', () => {
  test('is asked to end and has the time to do so', async () => {
    const parent = parentOf(process.execPath, ['-e', gracefulScript(file, 500)], 5);
    const pid = Number(await parent.line());
    await until('the child is ready', async () => (await said()) === 'ready ');
    parent.process.kill('SIGKILL');
    await until('the child is gone', () => !isAlive(pid));
    expect(await said()).toBe('ready ended');
  });

  test('is killed after its grace if it does not end', async () => {
    const parent = parentOf(
      process.execPath,
      ['-e', `${ignoresSigterm} require('node:fs').appendFileSync('${file}', 'ready ');`],
      5,
    );
    const pid = Number(await parent.line());
    await until('the child is ready', async () => (await said()) === 'ready ');
    parent.process.kill('SIGKILL');
    await sleep(500);
    expect(isAlive(pid)).toBe(true);
    await until('the child is gone', () => !isAlive(pid), 15_000);
  });

  test('takes what it started along', async () => {
    const parent = parentOf('sh', ['-c', `sleep 60 & echo $! >${file}; wait`], 1);
    const pid = Number(await parent.line());
    await until('the grandchild runs', async () => /\d+\n/.test(await said()));
    const grandchild = Number(await said());
    expect(isAlive(grandchild)).toBe(true);
    parent.process.kill('SIGKILL');
    await until('both are gone', () => !isAlive(pid) && !isAlive(grandchild));
  });

  test('ends too when the kill hits the whole process group of the parent', async () => {
    const parent = parentOf('sleep', ['60'], 1);
    const pid = Number(await parent.line());
    process.kill(-Number(parent.process.pid), 'SIGKILL');
    await until('the child is gone', () => !isAlive(pid));
  });

  test('ends too when the parent is killed the moment it has started it', async () => {
    const parent = startParent(`
      import { writeSync } from 'node:fs';
      import { spawnGuarded } from '${guardian}';
      const started = Array.from({ length: 5 }, () => spawnGuarded('sleep', ['60'], { output: 'ignore', graceSeconds: 1 }));
      writeSync(1, JSON.stringify((await Promise.all(started)).map(({ pid }) => pid)) + '\\n');
      process.kill(process.pid, 'SIGKILL');
    `);
    const pids = (await parent.line()) as number[];
    expect(pids).toHaveLength(5);
    await until('all are gone', () => !pids.some(isAlive), 3000);
  });

  test('ends too when the parent merely ends', async () => {
    const parent = startParent(`
      import { spawnGuarded } from '${guardian}';
      const child = await spawnGuarded('sleep', ['60'], { output: 'ignore', graceSeconds: 1 });
      child.unref();
      console.log(JSON.stringify(child.pid));
    `);
    const pid = Number(await parent.line());
    await until('the child is gone', () => !isAlive(pid));
  });
});

describe('a guarded process', () => {
  test('has the pid of the command itself, its environment, and reports how it ended', async () => {
    const script = 'console.log(process.pid, process.env.GREETING); process.exitCode = 3';
    const child = await spawnGuarded(process.execPath, ['-e', script], {
      output: 'pipe',
      graceSeconds: 1,
      env: { GREETING: 'hello' },
    });
    let output = '';
    child.output[0]?.on('data', (text: Buffer) => (output += text.toString()));
    expect(await child.exited).toEqual({ code: 3, signal: null, guardLost: false });
    expect(output).toBe(`${child.pid} hello\n`);
  });

  test('takes what it left running along when it ends by itself', async () => {
    const child = await spawnGuarded('sh', ['-c', `sleep 60 & echo $! >${file}`], {
      output: 'ignore',
      graceSeconds: 1,
    });
    expect(await child.exited).toMatchObject({ code: 0 });
    const grandchild = Number(await said());
    expect(grandchild).toBeGreaterThan(0);
    await until('the grandchild is gone', () => !isAlive(grandchild));
  });

  test('that does not exist ends with 127, as in a shell', async () => {
    const child = await spawnGuarded('/no/such/command', [], { output: 'ignore', graceSeconds: 1 });
    expect(await child.exited).toMatchObject({ code: 127 });
  });

  test('is asked to end by stop(), and killed after its grace', async () => {
    const graceful = await spawnGuarded(process.execPath, ['-e', gracefulScript(file)], {
      output: 'ignore',
      graceSeconds: 5,
    });
    await until('it is ready', async () => (await said()) === 'ready ');
    expect(await graceful.stop()).toEqual({ code: 0, signal: null, guardLost: false });

    const stubborn = await spawnGuarded(process.execPath, ['-e', ignoresSigterm], { output: 'pipe', graceSeconds: 1 });
    await new Promise((resolve) => stubborn.output[0]?.once('data', resolve));
    const started = Date.now();
    const [exit] = await Promise.all([stubborn.stop(), stubborn.stop()]);
    expect(exit).toEqual({ code: null, signal: 'SIGKILL', guardLost: false });
    expect(Date.now() - started).toBeGreaterThan(900);
  });

  test('is stopped when its guard is killed, since it could outlive us then', async () => {
    const child = await spawnGuarded('sleep', ['60'], { output: 'ignore', graceSeconds: 1 });
    process.kill(await guardOf(child.pid), 'SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM', guardLost: true });
  });

  test('may be killed with its guard, all at once', async () => {
    const child = await spawnGuarded('sleep', ['60'], { output: 'ignore', graceSeconds: 1 });
    process.kill(-child.pid, 'SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL', guardLost: false });
  });
});

/** The guard is the other process in the command's group. */
async function guardOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const guard = pairs.find(([id, group]) => group === pid && id !== pid)?.[0];
  if (guard === undefined) throw new Error(`no guard of ${pid}`);
  return guard;
}

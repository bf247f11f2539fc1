import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  supervise,
  type ChildProcess,
  type Supervisor,
  type SupervisorEvent,
} from '../../../cli/processes/supervisor.js';
import { built } from '../../support/built.js';
import { isAlive, startParent, until } from '../../support/parent-process.js';

let folder: string;
let events: SupervisorEvent[];
const supervisors: Supervisor[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-supervisor-'));
  events = [];
});
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
  await rm(folder, { recursive: true, force: true });
});

function start(...children: ChildProcess[]): Supervisor {
  const supervisor = supervise(children, { logFolder: join(folder, 'logs'), onEvent: (event) => events.push(event) });
  supervisors.push(supervisor);
  return supervisor;
}

/** A child that runs on, and on SIGTERM notes its name in a file and ends. */
function lasting(name: string, more: Partial<ChildProcess> = {}): ChildProcess {
  const script = `
    process.on('SIGTERM', () => { require('node:fs').appendFileSync('${folder}/ended', '${name} '); process.exit(0); });
    setInterval(() => undefined, 1000);
    console.log('${name} runs'); console.error('and complains');
  `;
  return { name, command: process.execPath, args: ['-e', script], ...more };
}
const shell = (name: string, script: string): ChildProcess => ({ name, command: 'sh', args: ['-c', script] });

const log = (name: string) => readFile(join(folder, 'logs', `${name}.log`), 'utf8').catch(() => '');
const hasSpoken = (name: string) => until(`${name} runs`, async () => (await log(name)).includes('complains'));
const happened = (name: string) => events.filter((event) => event.name === name).map(({ type }) => type);
const exits = () => events.filter((event) => event.type === 'exited');

describe('the supervisor', () => {
  test('starts everything, reports the pids, and writes what the children say to a log each', async () => {
    const supervisor = start(lasting('worker'), lasting('bridge'));
    await supervisor.untilReady();
    await Promise.all(['worker', 'bridge'].map(hasSpoken));
    expect(await log('worker')).toBe('worker runs\nand complains\n');
    for (const name of ['worker', 'bridge']) {
      const pid = supervisor.pid(name);
      expect(events).toContainEqual({ type: 'started', name, pid, restarts: 0 });
      expect(isAlive(Number(pid))).toBe(true);
    }
  });

  test('keeps logs, and whatever the children write, from everybody else on the machine, also in folders that were open', async () => {
    await mkdir(join(folder, 'logs'));
    await chmod(join(folder, 'logs'), 0o755);
    await writeFile(join(folder, 'logs', 'old.log'), 'before\n', { mode: 0o644 });
    start(
      shell('new', `echo data >'${folder}/data'; echo complains; sleep 60`),
      shell('old', 'echo complains; sleep 60'),
    );
    await Promise.all(['new', 'old'].map(hasSpoken));
    const modes = ['data', 'logs/new.log', 'logs/old.log', 'logs'].map(async (name) => {
      const { mode } = await stat(join(folder, name));
      return `${name} ${(mode & 0o777).toString(8)}`;
    });
    expect(await Promise.all(modes)).toEqual(['data 600', 'logs/new.log 600', 'logs/old.log 600', 'logs 700']);
  });

  test('starts again what is killed with -9, and says so', async () => {
    const supervisor = start(lasting('worker'));
    await supervisor.untilReady();
    const pid = Number(supervisor.pid('worker'));
    process.kill(pid, 'SIGKILL');
    await until('it runs again', () => happened('worker').length === 5);
    expect(happened('worker')).toEqual(['started', 'ready', 'exited', 'started', 'ready']);
    const exit = { code: null, signal: 'SIGKILL', guardLost: false };
    expect(events[2]).toMatchObject({ type: 'exited', pid, exit, restartInMs: 200 });
    expect(events[3]).toMatchObject({ type: 'started', restarts: 1 });
    expect(supervisor.pid('worker')).not.toBe(pid);
  });

  test('starts again at growing intervals, for ever, what keeps ending', async () => {
    start(shell('worker', 'exit 7'));
    await until('it ended five times', () => exits().length === 5, 20_000);
    expect(exits().map(({ restartInMs }) => restartInMs)).toEqual([200, 400, 800, 1600, 3200]);
    expect(exits()[0]).toMatchObject({ exit: { code: 7, signal: null } });
  });

  test('gives up waiting for what never gets ready, with its last lines', async () => {
    const never = () => new Promise<void>(() => undefined);
    const supervisor = start({ ...shell('worker', 'echo "TEMPORAL_ADDRESS is missing" >&2; exit 1'), ready: never });
    await expect(supervisor.untilReady()).rejects.toThrow(
      `worker ended 4 times before it was ready (exit code 1). Its last lines, in ${folder}/logs/worker.log:\n` +
        'TEMPORAL_ADDRESS is missing',
    );
  });

  test('ends and starts again what says that it did not get ready', async () => {
    let asked = 0;
    const ready = () => (++asked === 1 ? Promise.reject(new Error('port closed')) : Promise.resolve());
    await start(lasting('worker', { ready })).untilReady();
    expect(happened('worker')).toEqual(['started', 'not-ready', 'exited', 'started', 'ready']);
    expect(events[1]).toMatchObject({ error: new Error('port closed') });
  });

  test('starts a child only after those it needs have been ready', async () => {
    let open: () => void = () => undefined;
    const ready = () => new Promise<void>((resolve) => (open = resolve));
    const supervisor = start(lasting('worker', { after: ['temporal'] }), lasting('temporal', { ready }));
    await hasSpoken('temporal');
    expect(happened('worker')).toEqual([]);
    open();
    await supervisor.untilReady();
    expect(events.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['temporal started', 'temporal ready'],
      ...['worker started', 'worker ready'],
    ]);
  });

  test('refuses two of one name, and one after an unknown one', () => {
    expect(() => start(lasting('worker'), lasting('worker'))).toThrow('the same name');
    expect(() => start(lasting('worker', { after: ['temporal'] }))).toThrow("temporal, which isn't supervised");
  });

  test('ends all in reverse order, each asked to, and starts none again', async () => {
    const supervisor = start(lasting('temporal'), lasting('worker'), lasting('bridge'));
    await supervisor.untilReady();
    await Promise.all(['temporal', 'worker', 'bridge'].map(hasSpoken));
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    expect(await readFile(join(folder, 'ended'), 'utf8')).toBe('bridge worker temporal ');
    expect(exits().map(({ restartInMs }) => restartInMs)).toEqual([undefined, undefined, undefined]);
    expect(supervisor.pid('worker')).toBeUndefined();
  });

  test('kills what does not end within its grace', async () => {
    const script = `trap '' TERM; echo complains; while true; do sleep 1; done`;
    const supervisor = start({ ...shell('worker', script), graceSeconds: 1 });
    await hasSpoken('worker');
    const pid = Number(supervisor.pid('worker'));
    await supervisor.stop();
    expect(isAlive(pid)).toBe(false);
    expect(exits()[0]).toMatchObject({ exit: { signal: 'SIGKILL' } });
  });

  test('leaves nothing running when it is stopped while it starts', async () => {
    const supervisor = start(lasting('temporal'), lasting('worker'));
    const waiting = expect(supervisor.untilReady()).rejects.toThrow('stopped before everything was ready');
    await supervisor.stop();
    await waiting;
    expect(events.filter(({ type }) => type === 'started').map(({ pid }) => isAlive(pid))).not.toContain(true);
    expect(exits()).toHaveLength(events.filter(({ type }) => type === 'started').length);
  });

  test('leaves nothing running when it is killed with -9 itself, and lets the children end by themselves', async () => {
    const children = [lasting('temporal'), lasting('worker')];
    const parent = startParent(`
      import { supervise } from '${built('cli/processes/supervisor.ts')}';
      const supervisor = supervise(${JSON.stringify(children)}, { logFolder: '${folder}/logs' });
      await supervisor.untilReady();
      console.log(JSON.stringify(['temporal', 'worker'].map((name) => supervisor.pid(name))));
    `);
    const pids = (await parent.line()) as number[];
    await Promise.all(['temporal', 'worker'].map(hasSpoken));
    expect(pids.map(isAlive)).toEqual([true, true]);
    parent.process.kill('SIGKILL');
    await until('all are gone', () => !pids.some(isAlive));
    expect((await readFile(join(folder, 'ended'), 'utf8')).trim().split(' ').sort()).toEqual(['temporal', 'worker']);
  });
});

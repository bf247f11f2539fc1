import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildOnce } from '../../../temporal/embedded/build-once.js';
import { isExecutable } from '../../../temporal/embedded/command.js';
import { built } from '../../support/built.js';
import { startParent, until } from '../../support/parent-process.js';

let cache: string;
let folder: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'outflow-build-'));
  folder = join(cache, 'tool-1.0');
});
afterEach(() => rm(cache, { recursive: true, force: true }));

const isDone = () => isExecutable(join(folder, 'tool'));
const nothing = () => undefined;
const writeTool = (into: string) => writeFile(join(into, 'tool'), 'built', { mode: 0o755 });

/** Another process that builds the same, noting each build in a log, and takes `takesMs` for it. */
const builder = (takesMs: number) =>
  startParent(`
    import { appendFile, chmod, writeFile } from 'node:fs/promises';
    import { buildOnce } from '${built('temporal/embedded/build-once.ts')}';
    import { isExecutable } from '${built('temporal/embedded/command.ts')}';
    const build = async (into) => {
      await appendFile('${cache}/log', 'build ');
      await writeFile(into + '/tool', 'half');
      console.log('"building"');
      await new Promise((resolve) => setTimeout(resolve, ${takesMs}));
      await writeFile(into + '/tool', 'built');
      await chmod(into + '/tool', 0o755);
    };
    const isDone = () => isExecutable('${folder}/tool');
    await buildOnce({ folder: '${folder}', isDone, build, onWaiting: () => undefined });
    console.log('"done"');
  `);

describe('a folder in the cache', () => {
  test('is built once by processes that want it at the same time', async () => {
    const builders = [builder(500), builder(500), builder(500)];
    await Promise.all(builders.map(async (one) => until('it is done', async () => (await one.line()) === 'done')));
    expect(await readFile(join(cache, 'log'), 'utf8')).toBe('build ');
    expect(await readFile(join(folder, 'tool'), 'utf8')).toBe('built');
    expect(await readdir(cache)).toEqual(['log', 'tool-1.0']);
  });

  test('is not there, not even half, after its builder was killed; the next one builds it', async () => {
    const killed = builder(60_000);
    expect(await killed.line()).toBe('building');
    killed.process.kill('SIGKILL');
    expect(await isDone()).toBe(false);
    await forgetLock();
    await buildOnce({ folder, isDone, build: writeTool, onWaiting: nothing });
    expect(await isDone()).toBe(true);
    expect(await readdir(cache)).toEqual(['log', 'tool-1.0']);
  });

  test('is not touched by a build that fails, whose error is reported', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'old'), '');
    const build = async (into: string) => {
      await writeTool(into);
      throw new Error('no compiler');
    };
    await expect(buildOnce({ folder, isDone, build, onWaiting: nothing })).rejects.toThrow('no compiler');
    expect(await readdir(cache)).toEqual(['tool-1.0']);
    expect(await readdir(folder)).toEqual(['old']);
  });

  test('is waited for, with word of it, while another process builds it', async () => {
    const other = builder(3000);
    expect(await other.line()).toBe('building');
    const waits: number[] = [];
    await buildOnce({
      folder,
      isDone,
      build: () => Promise.reject(new Error('built twice')),
      onWaiting: (s) => waits.push(s),
    });
    expect(waits[0]).toBeGreaterThanOrEqual(2); // more on a busy machine
    expect(await other.line()).toBe('done');
  });

  test('is built by one only, though several find the lock of a dead builder at once', async () => {
    await mkdir(`${folder}.lock`);
    await forgetLock();
    let builds = 0;
    const build = async (into: string) => {
      builds++;
      await sleep(100);
      await writeTool(into);
    };
    await Promise.all(Array.from({ length: 8 }, () => buildOnce({ folder, isDone, build, onWaiting: nothing })));
    expect(builds).toBe(1);
    expect(await readdir(cache)).toEqual(['tool-1.0']);
  });
});

/** Makes the lock as old as that of a process that died a minute ago. */
async function forgetLock(): Promise<void> {
  const past = new Date(Date.now() - 60_000);
  await utimes(`${folder}.lock`, past, past);
}

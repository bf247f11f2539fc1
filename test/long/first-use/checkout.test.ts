import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isAlive, root, until } from '../../support/parent-process.js';

/**
 * The checkout that the tests run in: a folder with the real script, one dependency (tsx, as a link) and a stand-in for
 * npm.
 */
let folder: string;

/**
 * Does what npm does as far as the script can see: puts the packages there, and its note last. Takes `NPM_TAKES` ms,
 * notes its calls.
 */
const fakeNpm = `
  const { appendFileSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require('node:fs');
  const [, , command, ...args] = process.argv;
  appendFileSync('calls', command + ' ' + process.pid + '\\n');
  if (command === 'run') { console.log('ran ' + args.join(' ')); process.exit(5); }
  if (process.env.NPM_FAILS) { console.error('npm error registry unreachable'); process.exit(1); }
  setTimeout(() => {
    mkdirSync('node_modules', { recursive: true });
    try { symlinkSync('${root}/node_modules/tsx', 'node_modules/tsx'); } catch {}
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const { '': _, ...installed } = packages;
    for (const path of Object.keys(installed)) if (installed[path].optional) delete installed[path];
    writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
    console.log('added packages');
  }, Number(process.env.NPM_TAKES ?? 0));
`;

const manifest = { name: 'checkout', type: 'module', engines: { node: '>=20.19.0' }, dependencies: { tsx: '^4.0.0' } };
const lock = (version: string, dependencies: object = manifest.dependencies) => ({
  packages: {
    '': { name: 'checkout', dependencies },
    'node_modules/tsx': { version, integrity: `sha512-${version}` },
    'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  },
});
const writeJson = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-checkout-'));
  await mkdir(join(folder, 'cli'));
  await mkdir(join(folder, 'npm'));
  await copyFile(join(root, 'cli/checkout.mjs'), join(folder, 'cli/checkout.mjs'));
  await writeFile(join(folder, 'npm/npm-cli.js'), fakeNpm);
  await writeFile(join(folder, 'npm/package.json'), '{"type": "commonjs"}');
  await writeFile(
    join(folder, 'cli/main.ts'),
    'const said: string[] = process.argv.slice(1);\nconsole.log(JSON.stringify(said));\n',
  );
  await writeJson('package.json', manifest);
  await writeJson('package-lock.json', lock('4.0.0'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['cli/checkout.mjs', ...args], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', npm_execpath: join(folder, 'npm/npm-cli.js'), ...env },
  });
  const ran = new Promise<Ran>((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ran };
}
const run = (args: string[], env: NodeJS.ProcessEnv = {}) => start(args, env).ran;
const calls = async () => (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).split('\n').filter(Boolean);

describe('a fresh checkout', () => {
  test('installs its packages, says so on stderr only, and runs the command', async () => {
    const { code, stdout, stderr } = await run(['get', 'w-1', '--json']);
    expect(JSON.parse(stdout)).toEqual([join(folder, 'cli/main.ts'), 'get', 'w-1', '--json']);
    expect(stderr).toBe('installing npm packages (once) … 0 s\n');
    expect(code).toBe(0);
  });

  test('installs once, and again only when the lock asks for something else', async () => {
    await run([]);
    expect(await run([])).toMatchObject({ code: 0, stderr: '' });
    expect(await calls()).toEqual([expect.stringMatching(/^ci \d+$/)]);
    await writeJson('package-lock.json', lock('4.0.1'));
    expect((await run([])).stderr).toMatch(/^installing/);
    expect(await calls()).toHaveLength(2);
  });

  test('installs once for two that start at the same time; the other waits', async () => {
    const both = await Promise.all([run(['one'], { NPM_TAKES: '800' }), run(['two'], { NPM_TAKES: '800' })]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stdout }) => (JSON.parse(stdout) as string[])[1])).toEqual(['one', 'two']);
    expect(await calls()).toHaveLength(1);
  });

  test('is not held up for long by an installation that was killed, nor is npm left behind', async () => {
    const killed = start([], { NPM_TAKES: '60000' });
    await until('npm runs', async () => (await calls()).length === 1);
    killed.child.kill('SIGKILL');
    const npm = Number((await calls())[0]?.split(' ')[1]);
    await until('npm is gone', () => !isAlive(npm));
    expect(await run([])).toMatchObject({ code: 0 });
    expect(await calls()).toHaveLength(2);
  });

  test('does not take a half-done installation for a whole one', async () => {
    await run([]);
    await writeJson('package-lock.json', lock('4.0.1'));
    expect(await run([], { NPM_FAILS: '1' })).toMatchObject({ code: 1, stdout: '' });
    await writeJson('package-lock.json', lock('4.0.0'));
    await run([]);
    expect(await calls()).toHaveLength(3);
  });

  test("shows npm's words when npm fails", async () => {
    const { code, stdout, stderr } = await run(['demo'], { NPM_FAILS: '1' });
    expect(stderr).toMatch(/npm ci failed \(exit code 1\):\nnpm error registry unreachable/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  test('refuses a lock that belongs to another package.json', async () => {
    await writeJson('package-lock.json', lock('4.0.0', { tsx: '^3.0.0' }));
    const { code, stderr } = await run(['demo']);
    expect(stderr).toMatch('package-lock.json is not up to date with package.json; run npm install.');
    expect(code).toBe(1);
    expect(await calls()).toEqual([]);
  });

  test('refuses a Node that is too old in one line', async () => {
    await writeJson('package.json', { ...manifest, engines: { node: '>=99.1.0' } });
    const { code, stderr } = await run(['demo']);
    expect(stderr).toBe(`Node 99.1.0 or later is needed; this is ${process.versions.node}.\n`);
    expect(code).toBe(1);
  });

  test('runs an npm script, with its output and exit code', async () => {
    expect(await run(['run', 'check', '--fast'])).toMatchObject({ code: 5, stdout: 'ran check -- --fast\n' });
  });
});

describe('a command that goes on running, as dev does,', () => {
  /** It writes its pid, notes that it was asked to end, and takes a while over it. */
  const stayingMain = `
    import { appendFileSync } from 'node:fs';
    import { untilStopped } from './processes/stopping.js';
    const alive = setInterval(() => appendFileSync('ticks', '.'), 100);
    const stopped = untilStopped();
    appendFileSync('said', process.pid + ' ');
    await stopped;
    setTimeout(() => { appendFileSync('said', 'ended'); clearInterval(alive); }, 500);
  `;
  const said = () => readFile(join(folder, 'said'), 'utf8').catch(() => '');
  const ticks = async () => (await readFile(join(folder, 'ticks'), 'utf8').catch(() => '')).length;
  const viaNpm = 'npm run -s outflow -- dev';
  let pid: number;

  beforeEach(async () => {
    await mkdir(join(folder, 'cli/processes'), { recursive: true });
    await copyFile(join(root, 'cli/processes/stopping.ts'), join(folder, 'cli/processes/stopping.ts'));
    await writeJson('package.json', { ...manifest, scripts: { outflow: 'node cli/checkout.mjs' } });
    expect(await run([])).toMatchObject({ code: 0 }); // installs, by the stand-in for npm
    await writeFile(join(folder, 'cli/main.ts'), stayingMain);
  });
  afterEach(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  /** Runs it by a shell, as a person does. */
  async function startedBy(line: string) {
    const shell = spawn('sh', ['-c', line], { cwd: folder, stdio: 'ignore' });
    await until('it runs', async () => (await said()) !== '', 30_000);
    pid = Number(await said());
    return shell;
  }

  test.each(['SIGTERM', 'SIGKILL'] as const)('ends in its order when npm, which runs it, gets %s', async (signal) => {
    const npm = await startedBy(`exec ${viaNpm}`);
    npm.kill(signal);
    await until('it is gone', () => !isAlive(pid));
    expect(await said()).toBe(`${pid} ended`);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'goes on ending in its order when %s comes twice',
    async (signal) => {
      await startedBy(viaNpm);
      process.kill(pid, signal);
      const before = await ticks();
      await until('it has taken the first', async () => (await ticks()) > before);
      process.kill(pid, signal);
      await until('it is gone', () => !isAlive(pid));
      expect(await said()).toBe(`${pid} ended`);
    },
  );

  test.each([
    ['npm', `nohup ${viaNpm} >/dev/null 2>&1 &`],
    ...(process.platform === 'linux' ? [['npm, in a session of its own', `setsid ${viaNpm} >/dev/null 2>&1 &`]] : []),
    [
      'node, though an npm script ran the shell',
      'npm_lifecycle_script=jest nohup node cli/checkout.mjs dev >/dev/null &',
    ],
  ])('outlives the shell that started it in the background by %s', async (_, line) => {
    const shell = await startedBy(line);
    await until('the shell is gone', () => shell.exitCode !== null);
    const before = await ticks();
    await until('two seconds of its own time are over', async () => (await ticks()) > before + 20, 30_000);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGTERM');
    await until('it is gone', () => !isAlive(pid));
  });
});

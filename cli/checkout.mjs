/**
 * Runs Outflow from a checkout, with nothing installed beforehand: `node cli/checkout.mjs <command> …` is `outflow
 * <command> …`, and `node cli/checkout.mjs run <script> …` is `npm run <script> -- …`. Both first install the npm
 * packages of package-lock.json, if those in node_modules are others. Plain JavaScript without dependencies, since it
 * runs before there are any. Says what it does on stderr only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { constants } from 'node:os';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const root = new URL('../', import.meta.url);
const isWindows = process.platform === 'win32';
const lock = fileURLToPath(new URL('.outflow/install.lock', root));

/** Where npm notes what it installed. */
const installedNote = 'node_modules/.package-lock.json';

/** Its owner touches the lock twice a second; one untouched for this long belongs to a process that is gone. */
const lockStaleMs = 3000;

const readJson = async (path) => JSON.parse(await readFile(new URL(path, root), 'utf8'));

async function refuseOldNode() {
  const { engines } = await readJson('package.json');
  const needed = engines.node.replace('>=', '');
  const [have, want] = [process.versions.node, needed].map((version) => version.split('.').map(Number));
  const difference = want.map((part, i) => have[i] - part).find((part) => part !== 0) ?? 0;
  if (difference < 0) throw new Error(`Node ${needed} or later is needed; this is ${process.versions.node}.`);
}

/**
 * Whether node_modules holds what package-lock.json says. npm notes in there what it installed, as the last thing it
 * does. Optional packages may be absent: those for other platforms.
 */
async function isInstalled() {
  const wanted = Object.entries((await readJson('package-lock.json')).packages).filter(([path]) => path !== '');
  let present;
  try {
    present = (await readJson(installedNote)).packages;
  } catch {
    return false;
  }
  return wanted.every(([path, { version, integrity, optional }]) => {
    const found = present[path];
    return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
  });
}

async function refuseForeignLock() {
  const [own, { packages }] = [await readJson('package.json'), await readJson('package-lock.json')];
  const same = ['dependencies', 'devDependencies', 'optionalDependencies'].every((kind) =>
    isDeepStrictEqual(own[kind] ?? {}, packages[''][kind] ?? {}),
  );
  if (!same) throw new Error('package-lock.json is not up to date with package.json; run npm install.');
}

/** One line that changes on a terminal; a line every ten seconds where there is none. */
function showProgress(text) {
  const started = Date.now();
  const line = () => `${text()} … ${Math.round((Date.now() - started) / 1000)} s`;
  const tty = process.stderr.isTTY;
  const show = () => process.stderr.write(tty ? `\r\x1b[2K${line()}` : `${line()}\n`);
  show();
  const timer = setInterval(show, tty ? 1000 : 10_000);
  return () => {
    clearInterval(timer);
    if (tty) process.stderr.write('\r\x1b[2K');
  };
}

/** The command that is npm: the one that started us, else the one on the PATH. */
function npm(...args) {
  const running = process.env['npm_execpath'];
  return running?.endsWith('npm-cli.js') ? [process.execPath, running, ...args] : ['npm', ...args];
}

/**
 * npm must not go on when we are gone, since the next of us would begin while it still writes: a shell beside it waits
 * on a pipe that only we hold, and then kills both. (Windows has no such shell, and goes without.)
 */
const guard = '(exec >/dev/null 2>&1; while read -r _; do :; done <&3; kill -s KILL -- -$$) & exec 3<&-; exec "$@"';

/** Installs exactly what the lock says, and runs no script of any package (.npmrc): none of ours needs one. */
async function npmInstall() {
  await refuseForeignLock();
  await rm(new URL(installedNote, root), { force: true }); // until npm is through, nothing counts as installed
  // The log level is so that errors show also under `npm run --silent`.
  const command = npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev', '--loglevel=warn');
  const [file, ...args] = isWindows ? command : ['sh', '-c', guard, 'guard', ...command];
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'];
  const child = spawn(file, args, { cwd: fileURLToPath(root), stdio, shell: isWindows, detached: !isWindows });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  child.once('exit', () => child.stdio[3].destroy());
  const code = await ended(child);
  if (code !== 0 || !(await isInstalled())) throw new Error(`npm ci failed (exit code ${code}):\n${output}`);
}

/**
 * Runs `npm run` in our place: with our input and output, and to its own end, since Ctrl-C goes to both of us. Returns
 * its exit code.
 */
async function npmRun(script, args) {
  const [file, ...rest] = npm('run', script, ...(args.length > 0 ? ['--', ...args] : []));
  const child = spawn(file, rest, { cwd: fileURLToPath(root), stdio: 'inherit', shell: isWindows });
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return ended(child);
}

/**
 * Ends us, as SIGTERM does, once npm or its shell is gone, if they run us: npm hands SIGTERM on to its shell alone, which
 * dies of it, and kill -9 to nobody. Any other process that started us, or npm, may go: nohup, setsid, a script that ends. (Windows
 * has no such shell, and goes without.)
 */
function endWithNpm() {
  const script = process.env['npm_lifecycle_script'];
  if (isWindows || script?.startsWith('node cli/checkout.mjs') !== true) return;
  const parent = process.ppid;
  // Some shells run the command in their own place, so that npm itself is our parent.
  const { stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(parent)], { encoding: 'utf8' });
  const [, npm, shell] = /^ *(\d+) (.*)/.exec(stdout ?? '') ?? [];
  const watched = shell?.includes(` -c ${script}`) === true ? Number(npm) : parent;
  const watch = setInterval(() => {
    if (process.ppid === parent && isThere(watched)) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

function isThere(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM'; // it is somebody else's
  }
}

/** Resolves with a process's exit code, as a shell gives it. */
function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`npm can't be run: ${error.message}`)));
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

async function install() {
  if (await isInstalled()) return;
  let waiting = false;
  const done = showProgress(() =>
    waiting ? 'waiting for another process that installs npm packages' : 'installing npm packages (once)',
  );
  try {
    const release = await takeLock(() => (waiting = true));
    waiting = false;
    try {
      if (await isInstalled()) return;
      await npmInstall();
    } finally {
      await release();
    }
  } finally {
    done();
  }
}

/** Takes the lock, a folder that only one process can create. Returns what gives it back. */
async function takeLock(onWaiting) {
  await mkdir(dirname(lock), { recursive: true });
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    onWaiting();
    await removeStaleLock();
    await sleep(250);
  }
  const touch = setInterval(() => utimes(lock, new Date(), new Date()).catch(() => undefined), 500);
  return async () => {
    clearInterval(touch);
    await rm(lock, { recursive: true, force: true });
  };
}

async function removeStaleLock() {
  const isStale = async (path) => Date.now() - (await stat(path)).mtimeMs > lockStaleMs;
  const caught = `${lock}.${process.pid}`;
  try {
    if (!(await isStale(lock))) return;
    // Two may see it stale at once; the rename succeeds for one of them, and the other must not remove the first one's new lock.
    await rename(lock, caught);
    if (await isStale(caught)) await rm(caught, { recursive: true, force: true });
    else await rename(caught, lock);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/**
 * Readies the checkout. What can go wrong here is reported in one line; what goes wrong in Outflow itself is reported by
 * Outflow.
 */
async function ready() {
  try {
    await refuseOldNode();
    await install();
    return true;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
    return false;
  }
}

endWithNpm();
const [command, script, ...args] = process.argv.slice(2);
if (!(await ready())) {
  // reported already
} else if (command === 'run' && script !== undefined) {
  process.exitCode = await npmRun(script, args);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  const main = new URL('main.ts', import.meta.url);
  process.argv[1] = fileURLToPath(main); // as if main.ts had been started by itself
  await import(main.href);
}

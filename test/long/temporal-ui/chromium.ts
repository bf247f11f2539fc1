import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { findOnPath, lastLines, run } from '../../../temporal/embedded/command.js';
import type { Source } from '../../../temporal/embedded/sources.js';
import { findExecutable } from '../../../temporal/embedded/sources.js';

const isRoot = process.getuid?.() === 0;
/** On a slow network, for either step. */
const longestMs = 5 * 60_000;

/**
 * The path of Chromium: as it is on the PATH, else installed from Debian's packages, which takes root and a minute.
 * @throws one error that says why neither is possible
 */
export async function findChromium(onProgress: (message: string) => void): Promise<string> {
  return findExecutable('Chromium', [onPath, debianPackage], 'Install it: `apt-get install chromium`.', onProgress);
}

const onPath: Source = {
  name: '`chromium` on the PATH',
  existing: () => findOnPath('chromium'),
  obtain: () => Promise.reject(new Error('not found')),
};

const debianPackage: Source = {
  name: 'apt-get install chromium',
  existing: () => Promise.resolve(undefined), // it would be on the PATH
  obtain: async (onProgress) => {
    if (!isRoot) throw new Error('only root may');
    if ((await findOnPath('apt-get')) === undefined) throw new Error('apt-get is not on the PATH');
    await aptGet(['update'], onProgress);
    await aptGet(['install', '--yes', '--no-install-recommends', 'chromium'], onProgress);
    const path = await findOnPath('chromium');
    if (path === undefined) throw new Error('the package brought no `chromium`');
    return path;
  },
};

async function aptGet(args: string[], onProgress: (message: string) => void): Promise<void> {
  const what = `apt-get ${args.join(' ')}`;
  onProgress(what);
  const { code, output } = await run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: longestMs,
    onWaiting: (seconds) => onProgress(`${what} … ${seconds} s`),
  });
  if (code !== 0) throw new Error(`${what} ended with code ${String(code)}:\n${lastLines(output)}`);
}

/** Starts Chromium without a window. It reaches this machine and no other. */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    chromiumSandbox: !isRoot, // which it refuses to have as root
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
  });
}

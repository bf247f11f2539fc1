import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce } from './build-once.js';
import { cacheFolder } from './cache-folder.js';
import { findOnPath, isExecutable, lastLines, run } from './command.js';
import { download, downloadPath } from './sdk-download.js';
import { findExecutable, type Source } from './sources.js';

/** The newest version that `go install` can build: later ones have a `replace` directive, which it refuses. */
const builtVersion = '1.5.1';
const goPackage = `github.com/temporalio/cli/cmd/temporal@v${builtVersion}`;

/** Update-with-start, which the rate limiter needs, is dependable from this server version on. */
const oldestServer = [1, 28] as const;

const remedy =
  "Install Temporal's CLI (https://docs.temporal.io/cli) or Go 1.25 or later, or set TEMPORAL_ADDRESS to a server that is running.";

/**
 * The path of a working `temporal`, Temporal's CLI, which holds a whole server: from the PATH, else the user's cache
 * folder, else downloaded by the SDK, else built with Go (once; about three minutes), both into the cache folder and
 * reused ever after.
 * @throws one error that lists what was tried, why each failed and what to install.
 */
export async function findTemporal(
  onProgress: (message: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const sources = [onPath(env), sdkDownload(cacheFolder(env)), goBuilt(cacheFolder(env), env)];
  return findExecutable('Temporal server (its CLI, `temporal`)', sources, remedy, onProgress);
}

/** `temporal` on the PATH. */
export function onPath(env: NodeJS.ProcessEnv): Source {
  return {
    name: '`temporal` on the PATH',
    existing: async () => {
      const path = await findOnPath('temporal', env['PATH']);
      return path !== undefined && (await whyUnusable(path)) === undefined ? path : undefined;
    },
    obtain: async () => {
      const path = await findOnPath('temporal', env['PATH']);
      throw new Error(path === undefined ? 'not found' : ((await whyUnusable(path)) ?? 'it came and went; try again'));
    },
  };
}

/** The CLI that the Temporal SDK downloads by itself. */
export function sdkDownload(cache: string): Source {
  const folder = join(cache, 'sdk-downloads');
  return {
    name: "the Temporal SDK's own download",
    existing: () => usable(downloadPath('temporal', folder)),
    obtain: async (onProgress) => {
      await mkdir(folder, { recursive: true });
      return refuseUnusable(await download('temporal', folder, onProgress));
    },
  };
}

/**
 * The official CLI, built from source at a pinned version: what a machine that reaches only the Go module proxy can
 * have.
 */
export function goBuilt(cache: string, env: NodeJS.ProcessEnv): Source {
  const folder = join(cache, `temporal-${builtVersion}`);
  const path = join(folder, 'temporal');
  return {
    name: `go install ${goPackage}`,
    existing: () => usable(path),
    obtain: async (onProgress) => {
      const go = await findOnPath('go', env['PATH']);
      if (go === undefined) throw new Error('go is not on the PATH');
      await buildOnce({
        folder,
        isDone: async () => (await usable(path)) !== undefined,
        build: (into) => goInstall(go, into, env, onProgress),
        onWaiting: (seconds) => onProgress(`waiting for another process that builds Temporal's CLI … ${seconds} s`),
      });
      return refuseUnusable(path);
    },
  };
}

async function goInstall(
  go: string,
  into: string,
  env: NodeJS.ProcessEnv,
  onProgress: (message: string) => void,
): Promise<void> {
  const building = "building Temporal's CLI with go (once; about 3 minutes)";
  onProgress(building);
  const result = await run(go, ['install', goPackage], {
    // GOFLAGS and GOOS of a user's own projects could make a binary that doesn't run here.
    env: { ...env, GOBIN: into, GOFLAGS: undefined, GOOS: undefined, GOARCH: undefined },
    cwd: into,
    onWaiting: (seconds) => onProgress(`${building} … ${seconds} s`),
  });
  if (result.code !== 0) throw new Error(`go ended with code ${String(result.code)}:\n${lastLines(result.output)}`);
}

async function usable(path: string): Promise<string | undefined> {
  return (await isExecutable(path)) && (await whyUnusable(path)) === undefined ? path : undefined;
}

async function refuseUnusable(path: string): Promise<string> {
  const why = await whyUnusable(path);
  if (why !== undefined) throw new Error(why);
  return path;
}

/** Why the `temporal` at that path won't do; undefined if it will. Takes some 40 ms. */
async function whyUnusable(path: string): Promise<string | undefined> {
  const { code, output } = await run(path, ['--version'], { timeoutMs: 10_000 });
  if (code !== 0) return `${path} --version fails: ${lastLines(output)}`;
  const [, major, minor] = /Server (\d+)\.(\d+)/.exec(output) ?? [];
  const version = [Number(major), Number(minor)] as const;
  const tooOld = version[0] < oldestServer[0] || (version[0] === oldestServer[0] && version[1] < oldestServer[1]);
  return tooOld ? `${path} holds server ${version.join('.')}; at least ${oldestServer.join('.')} is needed` : undefined;
}

import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { download, downloadPath } from '../../../temporal/embedded/sdk-download.js';
import { findExecutable, type Source } from '../../../temporal/embedded/sources.js';
import { findTemporal, goBuilt, onPath, sdkDownload } from '../../../temporal/embedded/temporal-cli.js';

let folder: string;
let bin: string;
let env: NodeJS.ProcessEnv;
let progress: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-cli-'));
  bin = join(folder, 'bin');
  env = { PATH: `${bin}:/usr/bin:/bin`, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  progress = [];
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const report = (message: string) => progress.push(message);
const cache = () => join(folder, 'cache', 'outflow');

async function program(path: string, script: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}
const temporal = (server: string) => `echo "temporal version 1.2.3 (Server ${server}, UI 2.42.1)"`;
/** A `go` that takes its time and makes a `temporal` where GOBIN says, as `go install` does. */
const go = (seconds: number) => `sleep ${seconds}
printf '#!/bin/sh\\n%s\\n' '${temporal('1.29.1')}' >"$GOBIN/temporal"; chmod 755 "$GOBIN/temporal"`;

describe("Temporal's CLI", () => {
  test('is the one on the PATH, if that works', async () => {
    const path = await program(join(bin, 'temporal'), temporal('1.29.1'));
    await program(join(cache(), 'temporal-1.5.1', 'temporal'), temporal('1.29.1'));
    expect(await findTemporal(report, env)).toBe(path);
    expect(progress).toEqual([]);
  });

  test.each([
    ['fails', 'exit 1'],
    ['is too old to start a workflow by an update', temporal('1.27.4')],
  ])('on the PATH is passed over if it %s', async (_, script) => {
    await program(join(bin, 'temporal'), script);
    const built = await program(join(cache(), 'temporal-1.5.1', 'temporal'), temporal('1.29.1'));
    expect(await findTemporal(report, env)).toBe(built);
  });

  test('once built is used ever after, without another try to download it', async () => {
    const built = await program(join(cache(), 'temporal-1.5.1', 'temporal'), temporal('1.29.1'));
    expect(await findTemporal(report, env)).toBe(built);
    expect(progress).toEqual([]);
    await expect(access(join(cache(), 'sdk-downloads'))).rejects.toThrow('ENOENT');
  });

  test('once downloaded by the SDK is used ever after', async () => {
    const path = await program(downloadPath('temporal', join(cache(), 'sdk-downloads')), temporal('1.31.0'));
    expect(path).toMatch(/temporal-sdk-typescript-1\.\d+\.\d+$/);
    expect(await findTemporal(report, env)).toBe(path);
  });

  test('is looked for where the SDK puts its download', async () => {
    const downloads = join(cache(), 'sdk-downloads');
    const real = await findTemporal(report);
    const mark = join(folder, 'started');
    const path = await program(downloadPath('temporal', downloads), `touch '${mark}'; exec '${real}' "$@"`);
    expect(await download('temporal', downloads, report)).toBe(path);
    await expect(access(mark)).resolves.toBeUndefined(); // the SDK found it there and started it
  });

  test('is built by go into the cache folder, with word of it every few seconds', async () => {
    await program(join(bin, 'go'), go(2.5));
    const source = goBuilt(cache(), env);
    expect(await source.existing()).toBeUndefined();
    const path = await source.obtain(report);
    expect(path).toBe(join(cache(), 'temporal-1.5.1', 'temporal'));
    expect(await source.existing()).toBe(path);
    expect(progress).toEqual([
      "building Temporal's CLI with go (once; about 3 minutes)",
      "building Temporal's CLI with go (once; about 3 minutes) … 2 s",
    ]);
  });

  test('is built anew over one that no longer works', async () => {
    await program(join(cache(), 'temporal-1.5.1', 'temporal'), 'exit 126');
    await program(join(bin, 'go'), go(0));
    const source = goBuilt(cache(), env);
    expect(await source.existing()).toBeUndefined();
    await source.obtain(report);
    expect(await source.existing()).toBeDefined();
  });

  test('if it can be had nowhere, is missed in one error: what was tried, why it failed, what to do', async () => {
    await program(join(bin, 'temporal'), 'echo "broken library" >&2; exit 1');
    await program(join(bin, 'go'), 'echo "go: no such host" >&2; exit 1');
    const offline: Source = { ...sdkDownload(cache()), obtain: () => Promise.reject(new Error('dns error')) };
    const sources = [onPath(env), offline, goBuilt(cache(), env)];
    await expect(findExecutable('Temporal server', sources, 'Install Go.', report)).rejects.toThrow(
      [
        'No Temporal server could be had. Tried:',
        `  - \`temporal\` on the PATH: ${bin}/temporal --version fails: broken library`,
        "  - the Temporal SDK's own download: dns error",
        '  - go install github.com/temporalio/cli/cmd/temporal@v1.5.1: go ended with code 1:',
        '    go: no such host',
        'Install Go.',
      ].join('\n'),
    );
  });

  test('nowhere on the PATH, and no go either, says so', async () => {
    const none = { ...env, PATH: bin };
    await expect(onPath(none).obtain(report)).rejects.toThrow('not found');
    await expect(goBuilt(cache(), none).obtain(report)).rejects.toThrow('go is not on the PATH');
  });
});

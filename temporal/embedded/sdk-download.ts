import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isExecutable, lastLines, run } from './command.js';

/** What the Temporal SDK downloads by itself: its development server (the CLI), or the time-skipping test server. */
export type SdkServer = 'temporal' | 'temporal-test-server';

const require = createRequire(import.meta.url);
const testing = require.resolve('@temporalio/testing');
const starters = { temporal: 'createLocal', 'temporal-test-server': 'createTimeSkipping' } as const;

/** Downloading has no progress of its own to watch, so it has this long; then the next source is tried. */
const timeoutMs = 5 * 60_000;

/**
 * The SDK can't download without starting, so this starts and ends the server once. In a process of its own: a stuck
 * download can be ended, and the SDK's native runtime, of which a process has one, stays untouched in ours. The time to
 * live keeps the SDK from removing a file that later starts find by its name.
 */
const downloadScript = `
  const [testing, starter, downloadDir] = process.argv.slice(1);
  const { TestWorkflowEnvironment } = require(testing);
  TestWorkflowEnvironment[starter]({ server: { executable: { type: 'cached-download', downloadDir, ttl: '10 years' } } })
    .then((environment) => environment.teardown())
    .catch((error) => { console.error(error.message); process.exitCode = 1; });
`;

/** Where the SDK puts its download in that folder (as in its core: `<server>-<SDK>-<SDK's version>`). */
export function downloadPath(server: SdkServer, folder: string): string {
  const installed: unknown = require('@temporalio/testing/package.json');
  const version = isVersioned(installed) ? installed.version : 'unknown';
  return join(folder, `${server}-sdk-typescript-${version}${process.platform === 'win32' ? '.exe' : ''}`);
}

/**
 * Has the SDK download a server into the folder, which must exist. Returns the executable's path.
 * @throws with the SDK's reason; without internet that takes less than a second.
 */
export async function download(
  server: SdkServer,
  folder: string,
  onProgress: (message: string) => void,
): Promise<string> {
  onProgress(`downloading ${server} with Temporal's SDK`);
  const result = await run(process.execPath, ['-e', downloadScript, testing, starters[server], folder], {
    timeoutMs,
    onWaiting: (seconds) => onProgress(`downloading ${server} with Temporal's SDK … ${seconds} s`),
  });
  const path = downloadPath(server, folder);
  // The server's start may have failed on a busy machine although the download is whole: the file decides.
  if (await isExecutable(path)) return path;
  throw new Error(lastLines(result.output) || `the SDK ended with code ${String(result.code)} and left no file`);
}

function isVersioned(value: unknown): value is { version: string } {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string';
}

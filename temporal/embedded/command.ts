import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { spawnGuarded } from './guardian.js';

/** What a command did: `code` is null if it was killed, for instance by the time limit. */
export interface CommandResult {
  readonly code: number | null;
  /** Its stdout and stderr, in the order they came; the last 64 KiB. */
  readonly output: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** It is stopped after so many milliseconds. */
  readonly timeoutMs?: number;
  /** Called every two seconds while it runs, with the whole seconds since its start. */
  readonly onWaiting?: (seconds: number) => void;
}

const keptOutput = 64 * 1024;

/** Runs a command to its end; it ends with us. Never rejects for what the command did: 127 is "not found". */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const started = Date.now();
  const child = await spawnGuarded(command, args, {
    output: 'pipe',
    graceSeconds: 2,
    ...(options.env && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let output = '';
  for (const stream of child.output) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (output = (output + text).slice(-keptOutput)));
  }
  const waiting = setInterval(() => options.onWaiting?.(Math.round((Date.now() - started) / 1000)), 2000);
  const limit =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          output += `\n(stopped: no answer within ${options.timeoutMs} ms)`;
          void child.stop();
        }, options.timeoutMs);
  const { code } = await child.exited;
  clearInterval(waiting);
  clearTimeout(limit);
  return { code, output: output.trim() };
}

/** The absolute path of the first executable of that name on the PATH, as a shell would find it. */
export async function findOnPath(name: string, path = process.env['PATH'] ?? ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const file = resolve(folder, name);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Whether the path is a file that we may run. */
export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** The last lines of a command's output, for an error that quotes it. */
export function lastLines(output: string, count = 5): string {
  return output.trim().split('\n').slice(-count).join('\n');
}

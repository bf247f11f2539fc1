import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { ownCommand } from '../../cli/own-command.js';
import { root, until } from './parent-process.js';

/** How an `outflow` command went. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Each line of stdout as JSON; fails where one is something else. */
  json: () => unknown[];
}

/** Variables as on a machine where nobody has set any of ours, with some added. */
export function cleanEnvironment(added: Record<string, string> = {}): Record<string, string> {
  const ours = /^(OUTFLOW|TEMPORAL|CRYPTOPROCESSING|ALPHAPO|CRYPTOPAY|CRYPTOCLOUD|NODE_OPTIONS|FORCE_COLOR)/;
  const others = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...(Object.fromEntries(others) as Record<string, string>), ...added };
}

/** Runs `outflow <args>` as a process of its own, to its end. */
export async function outflow(args: string[], env: Record<string, string>, input = ''): Promise<Ran> {
  const running = startOutflow(args, env, input);
  return running.ended;
}

export interface RunningCommand {
  process: ChildProcess;
  /** What it has written on stderr so far. */
  stderr: () => string;
  ended: Promise<Ran>;
}

/** Starts `outflow <args>` as a process of its own. */
export function startOutflow(args: string[], env: Record<string, string>, input = ''): RunningCommand {
  const { command, args: all } = ownCommand(...args);
  const child = spawn(command, all, { cwd: root, env: cleanEnvironment(env), stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const ended = Promise.all([closed, text(child.stdout)]).then(([code, stdout]) => ({
    ...{ code, stdout, stderr },
    json: () =>
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  }));
  return { process: child, stderr: () => stderr, ended };
}

/** Waits until a command has written something on stderr. */
export function untilSaid(running: RunningCommand, words: RegExp, limitMs = 40_000): Promise<void> {
  return until(`it says ${String(words)}; it said: ${running.stderr()}`, () => words.test(running.stderr()), limitMs);
}

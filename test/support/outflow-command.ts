import { spawn, type ChildProcess } from 'node:child_process';
import { lastLines } from '../../temporal/embedded/command.js';
import { built } from './built.js';
import { testKeys } from './encryption.js';
import { root, until } from './parent-process.js';

/** How an `outflow` command went. */
export interface Ran {
  /** Its exit code; null if a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  process: ChildProcess;
  /** What it has written so far, on both. */
  said: () => string;
  ended: Promise<Ran>;
}

/** Variables as on a machine where nobody has set any of ours but the tests’ keys, with some added. */
export function cleanEnvironment(added: Record<string, string> = {}): Record<string, string> {
  const ours = /^(OUTFLOW|TEMPORAL|CRYPTOPROCESSING|ALPHAPO|CRYPTOPAY|CRYPTOCLOUD|NODE_OPTIONS|FORCE_COLOR)/;
  const others = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...(Object.fromEntries(others) as Record<string, string>), ...testKeys, ...added };
}

/** Starts `outflow <args>` as a process of its own, as from an installed package. */
export function startOutflow(args: string[], env: Record<string, string>, input = ''): RunningCommand {
  return started(process.execPath, [built('cli/main.ts'), ...args], env, input);
}

/** The same as a person does it in a checkout. The process is npm's. */
export function startThroughNpm(args: string[], env: Record<string, string>): RunningCommand {
  return started('npm', ['run', '-s', 'outflow', '--', ...args], env);
}

function started(command: string, args: string[], env: Record<string, string>, input = ''): RunningCommand {
  const child = spawn(command, args, { cwd: root, env: cleanEnvironment(env), stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  return { process: child, said: () => stdout + stderr, ended };
}

/** Runs `outflow <args>` as a process of its own, to its end. */
export function outflow(args: string[], env: Record<string, string>, input = ''): Promise<Ran> {
  return startOutflow(args, env, input).ended;
}

/** Fails unless it exited with this code; the error begins with its last words, which say why. */
export function expectExit({ code, stderr }: Ran, expected: number): void {
  if (code !== expected) throw new Error(`${lastWords(stderr)}\n(exit code ${String(code)}, not ${expected})`);
}

/** What it wrote last: a command that takes long writes its progress before. */
function lastWords(output: string): string {
  return lastLines(output, 15) || '(it wrote nothing)';
}

/** Each line of stdout as JSON; fails where one is anything else. */
export function jsonLines({ stdout }: Ran): Record<string, unknown>[] {
  const lines = stdout.split('\n');
  if (lines.pop() !== '') throw new Error(`the last line has no end: ${stdout}`);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Waits until a command has written something. */
export function untilSaid(running: RunningCommand, words: RegExp, limitMs = 120_000): Promise<void> {
  return until(`it says ${String(words)}`, () => words.test(running.said()), limitMs).catch((error: unknown) => {
    throw new Error(`${lastWords(running.said())}\n(but not ${String(words)})`, { cause: error });
  });
}

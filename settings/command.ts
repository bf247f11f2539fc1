import { execFileSync } from 'node:child_process';
import type { Environment } from './reading.js';

/** How long a secret manager may take, ms, and how much it may print, bytes. */
const LIMITS = { ms: 30_000, bytes: 64 * 1024 };

/** What a command printed. A problem never holds any of its output, which may be a secret. */
export type CommandOutput = { ok: true; text: string } | { ok: false; problem: string };

/** Runs a command without a shell, and waits for it. What it writes to its standard error goes nowhere. */
export function outputOf(commandLine: string, env: Environment, limits = LIMITS): CommandOutput {
  const words = wordsOf(commandLine);
  if (words === undefined) return { ok: false, problem: 'has a quote that is not closed' };
  const [program = '', ...args] = words;
  try {
    const output = execFileSync(program, args, {
      env: { ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: limits.ms,
      killSignal: 'SIGKILL',
      maxBuffer: limits.bytes,
    }).trim();
    return output === ''
      ? failed(`printed nothing; it must print the secret${noShell(commandLine)}`)
      : { ok: true, text: output };
  } catch (error) {
    return failed(whyOf(error, limits) + noShell(commandLine));
  }
}

/** A likely reason why it failed: it was written for a shell. */
function noShell(commandLine: string): string {
  const withoutSingle = commandLine.replace(/'[^']*'/g, '');
  // A shell expands variables within double quotes, too.
  const [sign] = /[|>]/.exec(withoutSingle.replace(/"[^"]*"/g, '')) ?? /\$/.exec(withoutSingle) ?? [];
  return sign === undefined ? '' : `; it is run without a shell, so ${sign} does nothing (sh -c '…' gives it one)`;
}

function failed(how: string): CommandOutput {
  return { ok: false, problem: `${how}. Run it by hand to see more: its output is never shown here` };
}

/** Words as a shell would part them, without its variables, escapes and other magic; undefined where a quote isn't closed. */
function wordsOf(commandLine: string): string[] | undefined {
  const words = commandLine.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const unquoted = words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
  return commandLine.replace(/"[^"]*"|'[^']*'/g, '').search(/["']/) < 0 ? unquoted : undefined;
}

/** By what Node says of it, but for its message, which holds the command's output. */
function whyOf(error: unknown, { ms, bytes }: typeof LIMITS): string {
  const { code, status } = error as { code?: unknown; status?: unknown };
  switch (code) {
    case 'ENOENT':
      return 'names a program that is not there';
    case 'ETIMEDOUT':
      return `took more than ${ms / 1000} s`;
    case 'ENOBUFS':
      return `printed more than ${bytes / 1024} KiB`;
    default:
      return typeof status === 'number'
        ? `ended with exit code ${status}`
        : `could not be run${typeof code === 'string' ? ` (${code})` : ''}`;
  }
}

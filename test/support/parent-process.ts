import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A Node process that a test starts in order to kill it, and see what becomes of its children. */
export interface ParentProcess {
  readonly process: ChildProcess;
  /** The next line of its stdout, which it writes as JSON. Rejects if it ends before. */
  line(): Promise<unknown>;
}

/**
 * Runs a script (JavaScript, ES module) that may import this checkout's modules by `${built('…')}`.
 * It has a process group of its own, so that a test can kill that too.
 */
export function startParent(script: string): ParentProcess {
  const args = ['--input-type=module', '--eval', script];
  const parent = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const lines: AsyncIterator<string, unknown> = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  return {
    process: parent,
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error('the parent ended without another line');
      return JSON.parse(next.value) as unknown;
    },
  };
}

/** The checkout's folder. */
export const root = new URL('../..', import.meta.url).pathname;

/** Whether a process runs. One that is dead but not yet collected by the system's first process doesn't. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

/** Waits until it holds; fails after `limitMs`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<void> {
  const pause = askingPause();
  for (const deadline = Date.now() + limitMs; !(await holds());) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await pause();
  }
}

/**
 * Pauses between two questions, longer the longer it has waited: what takes a second is noticed soon, and what takes a
 * minute is not asked for three thousand times, each of which would cost the asked a query.
 */
export function askingPause(): () => Promise<void> {
  const began = Date.now();
  return () => sleep(Math.min(Math.max((Date.now() - began) / 10, 20), 300));
}

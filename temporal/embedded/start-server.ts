import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLines } from './command.js';
import { spawnGuarded, type GuardedProcess } from './guardian.js';

export interface ServerStart {
  /** Begins a sentence of an error, as "Temporal". */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly graceSeconds: number;
  /** Where its output goes; default: a temporary file, which goes with the server. */
  readonly logFile?: string | undefined;
  /** Resolves when it can be used. The signal aborts if it ends before. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/**
 * Starts a server that ends when our process does, kill -9 included, and resolves when it is ready.
 * @throws if it ends before that, quoting the last lines of its output, or if `ready` fails; either way nothing is left running.
 */
export async function startServer(start: ServerStart): Promise<GuardedProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'outflow-server-'));
  const logFile = start.logFile ?? join(folder, 'output.log');
  const log = await open(logFile, 'a');
  const server = await spawnGuarded(start.command, start.args, { output: log.fd, graceSeconds: start.graceSeconds });
  server.unref();
  await log.close();

  const starting = new AbortController();
  const ended = server.exited.then(() => starting.abort());
  try {
    await Promise.race([start.ready(starting.signal), ended]);
    if (starting.signal.aborted) throw new Error('it ended');
  } catch (error) {
    const endedByItself = starting.signal.aborted;
    await server.stop(0);
    const said = lastLines(await readFile(logFile, 'utf8'), 20) || '(it said nothing)';
    await rm(folder, { recursive: true, force: true });
    const happened = endedByItself ? 'ended at once' : `didn't get ready (${String(error)})`;
    throw new Error(`${start.what} ${happened}. Its last words:\n${said}`, { cause: error });
  }
  void server.exited.then(() => rm(folder, { recursive: true, force: true }));
  return server;
}

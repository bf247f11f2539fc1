import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastLines } from './command.js';
import { spawnGuarded, type GuardedProcess } from './guardian.js';

const tailBytes = 16 * 1024;

export interface ServerStart {
  /** Begins a sentence of an error, as "Temporal". */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly graceSeconds: number;
  /** Where its output goes; default: a file without a name, which goes with the server. */
  readonly logFile?: string | undefined;
  /** Resolves when it can be used. The signal aborts if it ends before. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/**
 * Starts a server that ends when our process does, kill -9 included, and resolves when it is ready.
 * @throws if it ends before that, quoting the last lines of its output, or if `ready` fails; either way nothing is left
 * running.
 */
export async function startServer(start: ServerStart): Promise<GuardedProcess> {
  const log = start.logFile === undefined ? await openNameless() : await open(start.logFile, 'a+');
  const server = await spawnGuarded(start.command, start.args, { output: log.fd, graceSeconds: start.graceSeconds });
  server.unref();

  const starting = new AbortController();
  const ended = server.exited.then(() => starting.abort());
  try {
    await Promise.race([start.ready(starting.signal), ended]);
    if (starting.signal.aborted) throw new Error('it ended');
  } catch (error) {
    const endedByItself = starting.signal.aborted;
    await server.stop(0);
    const said = await tail(log);
    const happened = endedByItself ? 'ended at once' : `didn't get ready (${String(error)})`;
    throw new Error(`${start.what} ${happened}. Its last lines:\n${said}`, { cause: error });
  } finally {
    await log.close();
  }
  return server;
}

/** A file without a name: it is gone with those who have it open, even if they are killed. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `outflow-${randomUUID()}.log`);
  const file = await open(path, 'ax+');
  await rm(path);
  return file;
}

async function tail(log: FileHandle): Promise<string> {
  const { size } = await log.stat();
  const from = Math.max(0, size - tailBytes);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(size - from), 0, size - from, from);
  return lastLines(buffer.toString('utf8', 0, bytesRead), 20) || '(it said nothing)';
}

import { chmod, mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from '../../temporal/embedded/command.js';

const limitBytes = 10 * 1024 * 1024;
const tailBytes = 4096;

/** Makes a folder, if there is none, whose files nobody else on the machine reaches, whatever modes they have. */
export async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700); // it may have been there before
}

/**
 * Readies a child's log, `<folder>/<name>.log`, to be written on at its end; one over 10 MiB is put aside first, as
 * `<name>.log.1`. The child writes into the file itself, so its log stays whole when we die.
 * @returns the file's path, and its size now: where this run's lines will begin
 */
export async function prepareLog(folder: string, name: string): Promise<{ path: string; begin: number }> {
  await privateFolder(folder);
  const path = join(folder, `${name}.log`);
  const size = await stat(path).then(
    (file) => file.size,
    () => 0,
  );
  if (size <= limitBytes) return { path, begin: size };
  await rename(path, `${path}.1`);
  return { path, begin: 0 };
}

/** The last lines of a log, of those written since `begin`. */
export async function logTail(path: string, begin: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(begin, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - from)), 0, undefined, from);
    return lastLines(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}

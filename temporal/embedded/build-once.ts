import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface BuildOnce {
  /** The folder to make. It appears whole or not at all. */
  readonly folder: string;
  /**
   * Whether the folder as it stands will do. Asked again once we hold the lock: another process may have made it
   * meanwhile.
   */
  readonly isDone: () => Promise<boolean>;
  /** Fills the given empty folder, which then becomes `folder`. */
  readonly build: (into: string) => Promise<void>;
  /** Called about every two seconds while another process builds the same, with the seconds waited. */
  readonly onWaiting: (seconds: number) => void;
}

/** An owner touches its lock every second; one untouched for this long belongs to a process that is gone. */
const staleAfterMs = 10_000;

/**
 * Makes a folder once, however many processes ask at a time: one after the other, and a killed one leaves nothing
 * half-done that the next would take for whole.
 * @throws what `build` throws; then nothing has changed.
 */
export async function buildOnce({ folder, isDone, build, onWaiting }: BuildOnce): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const release = await takeLock(`${folder}.lock`, onWaiting);
  try {
    if (await isDone()) return;
    await removeLeftovers(folder);
    const temporary = await mkdtemp(`${folder}.building-`);
    try {
      await build(temporary);
      await rm(folder, { recursive: true, force: true });
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
}

/** Takes the lock, a folder that only one process can create. Returns what gives it back. */
async function takeLock(lock: string, onWaiting: (seconds: number) => void): Promise<() => Promise<void>> {
  const started = Date.now();
  for (let tries = 1; !(await created(lock)); tries++) {
    await removeIfStale(lock);
    await sleep(100);
    if (tries % 20 === 0) onWaiting(Math.round((Date.now() - started) / 1000));
  }
  const touch = setInterval(() => {
    utimes(lock, new Date(), new Date()).catch(() => undefined); // only a lock that was taken from us can fail here
  }, 1000);
  return async () => {
    clearInterval(touch);
    await rm(lock, { recursive: true, force: true });
  };
}

async function created(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeIfStale(lock: string): Promise<void> {
  if (!(await isStale(lock))) return;
  // Two may have seen it stale at once, and the second must not remove the first one's new lock: so it is renamed,
  // which only one of them can do, and what was caught is looked at again.
  const caught = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, caught);
    if (await isStale(caught)) await rm(caught, { recursive: true, force: true });
    else await rename(caught, lock);
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT')) throw error;
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(lock)).mtimeMs > staleAfterMs;
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.building-`)) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isErrorCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

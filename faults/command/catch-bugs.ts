import type { Bug } from '../bugs/index.js';
import { bundle } from './bundle.js';
import type { Pool as PoolType } from './pool.js';
import { Pool } from './pool.js';
import type { LawPoint } from '../checks/check.js';

/** How a planted bug was found. */
export interface Catch {
  bug: string;
  /** Runs until then; undefined: not within the runs allowed. */
  runs?: number;
  /** The point of the law that was broken. */
  point?: LawPoint;
  message?: string;
}

/** Runs with a bug planted, until a check finds it. */
export async function catchBug(
  { name, patches }: Bug,
  { seed, mostRuns, threads }: { seed: number; mostRuns: number; threads: number | undefined },
): Promise<Catch> {
  const pool = await Pool.open(await bundle(patches), threads);
  try {
    return await firstCatch(pool, name, seed, mostRuns);
  } finally {
    await pool.close();
  }
}

async function firstCatch(pool: PoolType, bug: string, seed: number, mostRuns: number): Promise<Catch> {
  let next = 0;
  let found: { run: number; point: LawPoint; message: string } | undefined;
  // In the order of the runs, so that the same bug is always caught by the same run.
  const work = async () => {
    while (next < mostRuns && (found === undefined || next < found.run)) {
      const run = next;
      next += 1;
      const [violation] = (await pool.perform({ seed, run })).violations;
      if (violation !== undefined && (found === undefined || run < found.run)) found = { run, ...violation };
    }
  };
  await Promise.all(Array.from({ length: pool.size }, work));
  return found === undefined ? { bug } : { bug, runs: found.run + 1, point: found.point, message: found.message };
}

import { bugs } from '../bugs/index.js';
import { foundRuns } from '../found.js';
import type { Answer } from '../thread.js';
import { bundle } from './bundle.js';
import { catchBug } from './catch-bugs.js';
import { failureText } from './failure-text.js';
import { Pool } from './pool.js';
import { shrunk } from './shrink.js';

const SEED = 1;
/** Of the seed, beside those that once found something. */
const RUNS = 40;
/** So many are carried out twice. */
const REPEATED = 10;
/** Planted for the proof that the checks can fail, and caught within so many runs. */
const BUG = { name: 'an answer that never came means not sent', within: 40 };

/** What `npm test` asks of the harness, in seconds: answers what is wrong, nothing if all is well. */
export async function check(threads: number | undefined): Promise<string[]> {
  const problems: string[] = [];
  const pool = await Pool.open(await bundle(), threads);
  try {
    const fixed = Array.from({ length: RUNS }, (_, run) => ({ seed: SEED, run }));
    await Promise.all(
      [...foundRuns, ...fixed].map(async ({ seed, run }) => {
        const answer = await pool.perform({ seed, run });
        if (answer.violations.length > 0)
          problems.push(failureText(await shrunk(pool, answer, { seed, run }), { seed, run }));
      }),
    );
    for (const { run } of fixed.slice(0, REPEATED)) {
      const twice = await Promise.all([1, 2].map(() => pool.perform({ seed: SEED, run, withTrace: true })));
      const [first, second] = twice.map(textOf);
      if (first !== second)
        problems.push(
          `run ${run} of seed ${SEED} was another the second time: ${firstDifference(first ?? '', second ?? '')}`,
        );
    }
  } finally {
    await pool.close();
  }
  const bug = bugs.find(({ name }) => name === BUG.name);
  if (bug === undefined) return [...problems, `no bug is called ${BUG.name}`];
  const { runs } = await catchBug(bug, { seed: SEED, mostRuns: BUG.within, threads });
  return runs === undefined
    ? [...problems, `“${BUG.name}” was planted and not caught: the checks can’t fail`]
    : problems;
}

/** All that a run shows, but for its number among others. */
function textOf({ id: _, ...shown }: Answer): string {
  return JSON.stringify(shown, undefined, 1);
}

function firstDifference(one: string, other: string): string {
  const lines = other.split('\n');
  const at = one.split('\n').findIndex((line, place) => line !== lines[place]);
  return `line ${at}: ${one.split('\n')[at] ?? ''} / ${lines[at] ?? ''}`;
}

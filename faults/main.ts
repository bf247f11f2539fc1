import { parseArgs } from 'node:util';
import { bugs } from './bugs/index.js';
import { law } from './checks/check.js';
import { bundle } from './command/bundle.js';
import { catchBug } from './command/catch-bugs.js';
import { failureText } from './command/failure-text.js';
import { check } from './command/check.js';
import { Pool } from './command/pool.js';
import { shrunk } from './command/shrink.js';
import type { Answer } from './thread.js';

/** So many failed runs are made short and shown in full. */
const SHOWN = 3;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    run: { type: 'string' },
    trace: { type: 'boolean', default: false },
    threads: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    bug: { type: 'string' },
    from: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const threads = values.threads === undefined ? undefined : Number(values.threads);

if (values.check) {
  const problems = await check(threads);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'all well' : `${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else if (values.bugs || values.bug !== undefined) {
  const chosen =
    values.bug === undefined ? bugs.slice(Number(values.from) - 1) : bugs.filter(({ name }) => name === values.bug);
  for (const one of chosen) {
    const { bug, runs, point, message } = await catchBug(one, {
      seed,
      mostRuns: Number(values.runs ?? 2_000),
      threads,
    });
    console.log(
      `${bug.padEnd(45)} ${runs === undefined ? 'NOT CAUGHT' : String(runs).padStart(6)}  ${point === undefined ? '' : law[point]}  ${(message ?? '').slice(0, 140)}`,
    );
  }
} else {
  await runs();
}

async function runs(): Promise<void> {
  const pool = await Pool.open(await bundle(), threads);
  const began = Date.now();
  const first = Number(values.run ?? 0);
  const count = values.run === undefined ? Number(values.runs ?? 1_000) : 1;
  const failed: { run: number; answer: Answer }[] = [];
  let [steps, virtualMs] = [0, 0];
  await Promise.all(
    Array.from({ length: count }, async (_, place) => {
      const run = first + place;
      const answer = await pool.perform({ seed, run, withTrace: values.trace });
      steps += answer.steps;
      virtualMs += answer.virtualMs;
      if (answer.violations.length > 0) failed.push({ run, answer });
      else if (values.trace) console.log([...answer.trace, JSON.stringify(answer.ends)].join('\n'));
    }),
  );
  const tookMs = Date.now() - began;
  for (const { run, answer } of failed.slice(0, SHOWN)) {
    const shown = values.trace ? answer : await shrunk(pool, answer, { seed, run });
    console.log(failureText(shown, { seed, run }));
  }
  await pool.close();
  const others =
    failed.length > SHOWN
      ? ` (${failed
          .slice(SHOWN)
          .map(({ run }) => run)
          .join(', ')}, too)`
      : '';
  console.log(
    `${count} runs of seed ${seed}, ${failed.length} broke the law${others}; ${steps} steps, ${Math.round(virtualMs / 3_600_000)} hours of virtual time; ` +
      `${Math.round((count / tookMs) * 60_000)} runs a minute on ${pool.size} threads`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}

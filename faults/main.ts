import { parseArgs } from 'node:util';
import { bugs } from './bugs/index.js';
import { law } from './checks/check.js';
import { bundle } from './command/bundle.js';
import { catchBug } from './command/catch-bugs.js';
import { Pool } from './command/pool.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    run: { type: 'string' },
    trace: { type: 'boolean', default: false },
    threads: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    bug: { type: 'string' },
  },
});

const seed = Number(values.seed);
const threads = values.threads === undefined ? undefined : Number(values.threads);

if (values.bugs || values.bug !== undefined) {
  const chosen = values.bug === undefined ? bugs : bugs.filter(({ name }) => name === values.bug);
  for (const one of chosen) {
    const { bug, runs, point, message } = await catchBug(one, { seed, mostRuns: Number(values.runs ?? 2_000), threads });
    console.log(`${bug.padEnd(45)} ${runs === undefined ? 'NOT CAUGHT' : String(runs).padStart(6)}  ${point === undefined ? '' : law[point]}  ${(message ?? '').slice(0, 140)}`);
  }
} else {
  await runs();
}

async function runs(): Promise<void> {
  const pool = await Pool.open(await bundle(), threads);
  const began = Date.now();
  const first = Number(values.run ?? 0);
  const count = values.run === undefined ? Number(values.runs ?? 100) : 1;
  let failures = 0;
  let steps = 0;
  await Promise.all(
    Array.from({ length: count }, async (_, place) => {
      const answer = await pool.perform({ seed, run: first + place, withTrace: values.trace });
      steps += answer.steps;
      if (values.trace) console.log(answer.trace.join('\n'));
      if (values.trace) console.log(JSON.stringify(answer.ends), answer.steps, answer.virtualMs);
      const [violation] = answer.violations;
      if (violation === undefined) return;
      failures += 1;
      console.log(`run ${first + place}: ${law[violation.point]}: ${violation.message.slice(0, 600)}`);
    }),
  );
  const took = Date.now() - began;
  console.log(
    `${count} runs, ${failures} failed, ${steps} steps, ${took} ms, ${Math.round((count / took) * 60_000)} runs a minute on ${pool.size} threads, ${Math.round(process.cpuUsage().user / 1000 / count)} ms of CPU a run`,
  );
  await pool.close();
  process.exitCode = failures > 0 ? 1 : 0;
}

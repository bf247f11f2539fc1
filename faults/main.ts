import { parseArgs } from 'node:util';
import { bundle } from './command/bundle.js';
import { Pool } from './command/pool.js';
import { law } from './checks/check.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    run: { type: 'string' },
    trace: { type: 'boolean', default: false },
    threads: { type: 'string' },
  },
});

const seed = Number(values.seed);
const bundles = await bundle();
const pool = await Pool.open(bundles, values.threads === undefined ? undefined : Number(values.threads));
const began = Date.now();
const first = values.run === undefined ? 0 : Number(values.run);
const count = values.run === undefined ? Number(values.runs) : 1;
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
console.log(`${count} runs, ${failures} failed, ${steps} steps, ${took} ms, ${Math.round((count / took) * 60_000)} runs a minute on ${pool.size} threads, ${Math.round(process.cpuUsage().user / 1000 / count)} ms of CPU a run`);
await pool.close();
process.exitCode = failures > 0 ? 1 : 0;

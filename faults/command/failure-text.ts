import { law } from '../checks/check.js';
import type { Answer } from '../thread.js';

/** A failed run for who is to mend it: the law, the shortest plan, the timeline, and how to see it again. */
export function failureText({ violations, plan, trace }: Answer, { seed, run }: { seed: number; run: number }): string {
  return [
    `run ${run} of seed ${seed} breaks the law:`,
    ...violations.map(({ point, message }) => `  ${law[point]}\n    ${message}`),
    '',
    'The shortest plan that still does:',
    JSON.stringify(plan, undefined, 2),
    '',
    'What happened:',
    ...trace.map((line) => `  ${line}`),
    '',
    `Again: npm run faults -- --seed ${seed} --run ${run} --trace`,
  ].join('\n');
}

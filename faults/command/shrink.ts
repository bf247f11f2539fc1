import type { LawPoint } from '../checks/check.js';
import type { Plan } from '../plan/plan.js';
import type { Answer } from '../thread.js';
import type { Pool } from './pool.js';

/** So many runs at most to make one plan shorter. */
const MOST_RUNS = 150;

/** The shortest plan found that still breaks the same point of the law: whatever can be left out of it is. */
export async function shrunk(pool: Pool, failed: Answer, where: { seed: number; run: number }): Promise<Answer> {
  const point = failed.violations[0]?.point;
  let best = failed;
  let left = MOST_RUNS;
  for (let isShorter = true; isShorter && left > 0;) {
    isShorter = false;
    for (const plan of shorterPlans(best.plan)) {
      if (left === 0) break;
      left -= 1;
      const answer = await pool.perform({ ...where, plan, withTrace: true });
      if (!breaks(answer, point)) continue;
      best = answer;
      isShorter = true;
      break;
    }
  }
  return best;
}

function breaks({ violations }: Answer, point: LawPoint | undefined): boolean {
  return violations.some((violation) => violation.point === point);
}

/** The plan without one of its parts, in turn. */
function shorterPlans(plan: Plan): Plan[] {
  const { withdrawals, faults, providerFaults, modes, settings } = plan;
  const plain = {
    confirmFinal: true,
    resendAlphapo: false,
    postback: 'ask' as const,
    indexLagMs: 0,
    forgetsOneIn: 0,
    skewsMs: [0, 0],
  };
  const isPlain = JSON.stringify({ ...settings, ...plain }) === JSON.stringify(settings);
  return [
    ...(withdrawals.length > 1
      ? withdrawals.map((_, place) => ({ ...plan, withdrawals: without(withdrawals, place) }))
      : []),
    ...faults.map((_, place) => ({ ...plan, faults: without(faults, place) })),
    ...providerFaults.map((_, place) => ({ ...plan, providerFaults: without(providerFaults, place) })),
    ...Object.keys(modes).map((name) => ({
      ...plan,
      modes: Object.fromEntries(Object.entries(modes).filter(([other]) => other !== name)),
    })),
    ...(isPlain ? [] : [{ ...plan, settings: { ...settings, ...plain } }]),
  ];
}

function without<T>(items: readonly T[], place: number): T[] {
  return items.filter((_, index) => index !== place);
}

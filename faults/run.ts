import { Checks } from './checks/checks.js';
import type { Violation } from './checks/checks.js';
import type { Plan, PlannedFault } from './plan/plan.js';
import type { WorkflowSandbox } from './sandbox/sandbox.js';
import { Actor } from './world/act.js';
import { Random } from './world/random.js';
import type { VirtualTime } from './world/virtual-time.js';
import { EPOCH, settled } from './world/virtual-time.js';
import { World } from './world/world.js';
import { sleep } from './world/process.js';

/** What came of a run. */
export interface RunResult {
  violations: Violation[];
  trace: string[];
  counts: Record<string, number>;
  /** Steps of virtual time, and how much of it passed, ms. */
  steps: number;
  virtualMs: number;
  /** How each withdrawal ended, or why it has not. */
  ends: Record<string, string>;
}

/** Of one run: more means that something goes round in a circle. */
const MOST_STEPS = 30_000;
/** When people look after what asks for them, once the faults are over: each so long after the one before, ms. */
const ROUNDS_OF_PEOPLE = [10, 20, 60, 4 * 60, 22 * 60, 26 * 60, 26 * 60].map((minutes) => minutes * 60_000);

export interface SimulationOptions {
  seed: number;
  run: number;
  sandbox: WorkflowSandbox;
  time: VirtualTime;
  /** Also where nothing was broken. */
  isTraceWanted: boolean;
}

/** Carries out a plan. The same plan and seeds give the same run, byte for byte. */
export async function simulate(
  plan: Plan,
  { seed, run, sandbox, time, isTraceWanted }: SimulationOptions,
): Promise<RunResult> {
  const random = new Random(seed, run, 2);
  time.restart(random);
  const checks = new Checks(plan);
  const world = await World.open(plan, { random, sandbox, witness: checks });
  const actor = new Actor(world, checks);
  checks.watch(world, actor);
  schedule(plan.faults, world, actor);
  for (const { request, submitAt } of plan.withdrawals) void submit(world, request.withdrawalId, submitAt);
  const end = { isReached: false };
  void people(world, actor, checks).then(() => {
    end.isReached = true;
  });
  let steps = 0;
  await settled();
  while (!end.isReached && checks.violations.length === 0 && steps < MOST_STEPS) {
    steps += 1;
    if (!(await time.step())) break;
    checks.afterStep();
  }
  if (steps >= MOST_STEPS) checks.report('asks', `no end after ${steps} steps`);
  else if (checks.violations.length === 0) await checks.atTheEnd(sandbox);
  world.close();
  return {
    ...{
      violations: checks.violations,
      trace: isTraceWanted || checks.violations.length > 0 ? world.trace.lines() : [],
      counts: world.trace.counts(),
      steps,
    },
    ...{ virtualMs: Date.now() - EPOCH, ends: checks.ends() },
  };
}

function schedule(faults: readonly PlannedFault[], world: World, actor: Actor): void {
  const waiting = new Map<PlannedFault, number>();
  for (const fault of faults) {
    const { when, act } = fault;
    if ('at' in when) setTimeout(() => void actor.perform(act, undefined), when.at);
    else waiting.set(fault, when.nth);
  }
  world.trace.listen((moment, subject) => {
    for (const [fault, left] of waiting) {
      const { when, act } = fault;
      if ('at' in when || when.moment !== moment) continue;
      waiting.set(fault, left - 1);
      if (left > 1) continue;
      waiting.delete(fault);
      // At once, but not in the midst of what the server does in one go.
      if (when.afterMs === 0) queueMicrotask(() => void actor.perform(act, subject));
      else setTimeout(() => void actor.perform(act, subject), when.afterMs);
    }
  });
}

/** The app submits until it is told that it is done, as its documentation asks it to. */
async function submit(world: World, withdrawalId: string, afterMs: number): Promise<void> {
  const planned = world.plan.withdrawals.find(({ request }) => request.withdrawalId === withdrawalId);
  if (planned === undefined) return;
  await sleep(afterMs);
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      await world.app.submit(planned.request);
      world.submitted.add(withdrawalId);
      world.trace.moment('submitted', `withdrawal/${withdrawalId}`);
      return;
    } catch (error) {
      world.trace.note(`submit ${withdrawalId}: ${error instanceof Error ? error.name : String(error)}`);
      if (error instanceof Error && /Invalid|Conflict|Stale|Abandoned/.test(error.name)) return;
      await sleep(Math.min(5_000 * (tries + 1), 600_000));
    }
  }
}

/** Once the faults are over, people look after what asks for them, honestly, until all has ended. */
async function people(world: World, actor: Actor, checks: Checks): Promise<void> {
  const last = Math.max(0, ...world.plan.faults.map(({ when }) => ('at' in when ? when.at : 0)));
  await sleep(Math.max(last, 60_000));
  for (const pauseMs of ROUNDS_OF_PEOPLE) {
    while (actor.isBusy) await sleep(600_000);
    if (checks.allEnded()) break;
    await sleep(pauseMs);
    for (const withdrawalId of checks.asking()) await actor.settle(withdrawalId);
  }
  await sleep(15_000); // what is under way arrives
}

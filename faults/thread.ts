import { parentPort, workerData } from 'node:worker_threads';
import { drawPlan } from './plan/draw.js';
import type { Plan } from './plan/plan.js';
import type { RunResult } from './run.js';
import { simulate } from './run.js';
import { WorkflowSandbox } from './sandbox/sandbox.js';
import { installVirtualTime } from './world/virtual-time.js';

/** What a thread is asked: runs of a seed, or a plan of its own. */
export interface Order {
  id: number;
  seed: number;
  run: number;
  /** In place of the one that the seed draws. */
  plan?: Plan;
  /** The whole trace is wanted, also of a run that broke nothing. */
  withTrace?: boolean;
}

export interface Answer extends RunResult {
  id: number;
  plan: Plan;
}

const { workflows } = workerData as { workflows: string };
Error.stackTraceLimit = 4; // failures are made by the thousand, and their stacks read by nobody
const time = installVirtualTime();
const sandbox = new WorkflowSandbox(workflows);

parentPort?.on('message', (order: Order) => {
  void perform(order).then((answer) => parentPort?.postMessage(answer));
});

async function perform({ id, seed, run, plan = drawPlan(seed, run), withTrace = false }: Order): Promise<Answer> {
  return { id, plan, ...(await simulate(plan, { seed, run, sandbox, time, isTraceWanted: withTrace })) };
}

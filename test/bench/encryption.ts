import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import Table from 'cli-table3';
import { workflowIdOf } from '../../contract/ids.js';
import { noKeys } from '../support/encryption.js';
import { cryptoprocessingRequest } from '../support/requests.js';
import type { Part } from '../support/stack.js';
import { RunningStack } from '../support/stack.js';

const ROUNDS = 8;
const PAYOUTS = 60;
/** So many are submitted at once. */
const AT_ONCE = 20;
/** Those whose work encryption adds to; the client is this process, in which both are measured alike. */
const measured: readonly Part[] = ['worker', 'bridge', 'temporal'];
/** Linux counts processor time in these, ms. */
const TICK_MS = 10;

interface Round {
  /** Processor time of a payout in our processes (worker and bridge), ms. */
  ownMs: number;
  /** The same with the client and Temporal's server, ms. */
  allMs: number;
}

/**
 * Pays the same withdrawals through two whole deployments in turns, one with encryption and one without, and prints what a payout costs in
 * processor time and in bytes of history. Turns, since a machine's speed changes by more than is measured; medians, for the same reason.
 */
export async function measure(say: (line: string) => void): Promise<void> {
  const stacks = {
    off: await RunningStack.start({ settings: { ...noKeys, OUTFLOW_ENCRYPTION: 'off' } }),
    on: await RunningStack.start(),
  };
  try {
    for (const stack of Object.values(stacks)) await pay(stack, PAYOUTS); // warm
    const rounds: Record<keyof typeof stacks, Round[]> = { off: [], on: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of round % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const))
        rounds[name].push(await measuredRound(stacks[name]));
      say(`round ${round + 1} of ${ROUNDS}`);
    }
    const bytes = { off: await historyBytes(stacks.off), on: await historyBytes(stacks.on) };
    const table = new Table({ head: ['a payout', 'in clear', 'encrypted', 'more'], style: { head: [], border: [] } });
    for (const [of, title] of [
      ['ownMs', 'CPU of worker and bridge, ms'],
      ['allMs', 'CPU with client and Temporal’s server, ms'],
    ] as const) {
      const [off, on] = [median(rounds.off.map((one) => one[of])), median(rounds.on.map((one) => one[of]))];
      const ratios = rounds.on.map((one, index) => one[of] / (rounds.off[index]?.[of] ?? Number.NaN) - 1);
      table.push([title, off.toFixed(1), on.toFixed(1), `${(median(ratios) * 100).toFixed(1)} %`]);
    }
    table.push(['history, bytes', bytes.off, bytes.on, bytes.on - bytes.off]);
    say(table.toString());
  } finally {
    await Promise.all(Object.values(stacks).map((stack) => stack.stop()));
  }
}

async function measuredRound(stack: RunningStack): Promise<Round> {
  const own = () => cpuMs(stack.pid('worker')) + cpuMs(stack.pid('bridge'));
  const all = () => measured.reduce((sum, part) => sum + cpuMs(stack.pid(part)), 0) + cpuMs(process.pid);
  const [ownBefore, allBefore] = [own(), all()];
  await pay(stack, PAYOUTS);
  return { ownMs: (own() - ownBefore) / PAYOUTS, allMs: (all() - allBefore) / PAYOUTS };
}

/** Pays so many, each to its end. */
async function pay(stack: RunningStack, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => `w-${randomUUID()}`);
  for (let first = 0; first < count; first += AT_ONCE)
    await Promise.all(
      ids.slice(first, first + AT_ONCE).map(async (withdrawalId) => {
        await stack.outflow.submit(cryptoprocessingRequest({ withdrawalId }));
        const { status } = await stack.outflow.wait(withdrawalId, { timeoutMs: 60_000 });
        if (status !== 'confirmed') throw new Error(`${withdrawalId} is ${status}`);
      }),
    );
}

/** User and system time of a process, ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The size of one payout's history. */
async function historyBytes(stack: RunningStack): Promise<number> {
  const withdrawalId = `w-${randomUUID()}`;
  await stack.outflow.submit(cryptoprocessingRequest({ withdrawalId }));
  await stack.outflow.wait(withdrawalId, { timeoutMs: 60_000 });
  const connection = await Connection.connect({ address: stack.temporal });
  try {
    const { historySize } = await new Client({ connection }).workflow.getHandle(workflowIdOf(withdrawalId)).describe();
    if (historySize === undefined) throw new Error('Temporal doesn’t say the size of the history');
    return historySize;
  } finally {
    await connection.close();
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}

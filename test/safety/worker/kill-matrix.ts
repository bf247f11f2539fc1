import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Status, WithdrawalRequest, WithdrawalView } from '../../../client/index.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import { until } from '../../support/parent-process.js';
import { requestTo } from '../../support/requests.js';
import type { LedgerRow } from '../../../simulator/index.js';
import { RunningStack, testPorts } from '../../support/stack.js';
import type { Call } from '../wire.js';
import { Wire } from '../wire.js';

jest.setTimeout(180_000);

/**
 * Every call that can move money, and every point of it at which the worker may die. All of Outflow runs in processes of its own; a
 * wire before each provider holds the calls, so that each one is at its point when the worker is killed with -9.
 */
const sends = {
  'CryptoCloud’s create': 'cryptocloud',
  'CryptoProcessing’s create': 'cryptoprocessing',
  'AlphaPo’s create': 'alphapo',
  'Cryptopay’s create': 'cryptopay',
  'Cryptopay’s commit': 'cryptopay',
} satisfies Record<string, ProviderName>;
type Send = keyof typeof sends;
const sendNames = Object.keys(sends) as [Send, ...Send[]];

let stack: RunningStack;
const wires = {} as Record<ProviderName, Wire>;

async function startStack(): Promise<void> {
  const ports = await testPorts();
  const settings: Record<string, string> = { CRYPTOCLOUD_MIN_INTERVAL: '0.1' };
  for (const [index, name] of providerNames.entries()) {
    // The simulator's control port comes first, its providers follow in this order.
    wires[name] = await Wire.to(`http://127.0.0.1:${ports.simulator + 1 + index}`);
    settings[`${name.toUpperCase()}_BASE_URL`] = wires[name].origin;
  }
  stack = await RunningStack.start({ ports, settings });
  await stack.simulator.limits({ cryptocloud: { intervalMs: 0 } });
}

async function stopStack(): Promise<void> {
  await stack.stop();
  for (const wire of Object.values(wires)) wire.stop();
}

interface Point {
  /** What becomes of the calls, and when the worker is killed meanwhile. */
  meet(calls: Call[], killWorker: () => Promise<void>): Promise<void>;
  /** Whether the provider gets the call. */
  arrives: boolean;
}

const points = {
  'after it wrote, and the provider never gets it': {
    meet: async (calls, killWorker) => {
      await killWorker();
      for (const call of calls) call.drop();
    },
    arrives: false,
  },
  'after it wrote, and the provider gets it when nobody waits any more': {
    meet: async (calls, killWorker) => {
      await killWorker();
      await sleep(500);
      await Promise.all(calls.map((call) => call.pass()));
    },
    arrives: true,
  },
  'after the provider stored it': {
    meet: async (calls, killWorker) => {
      await Promise.all(calls.map((call) => call.pass()));
      await killWorker();
      for (const call of calls) call.drop();
    },
    arrives: true,
  },
  'after the provider answered': {
    meet: async (calls, killWorker) => {
      const answers = await Promise.all(calls.map((call) => call.pass()));
      await Promise.all(answers.map(async (answer, index) => calls[index]?.give(answer)));
      await killWorker();
    },
    arrives: true,
  },
  'after it read the answer, and before Temporal has the result': {
    meet: async (calls, killWorker) => {
      const answers = await Promise.all(calls.map((call) => call.pass()));
      stack.pause('temporal');
      await Promise.all(answers.map(async (answer, index) => calls[index]?.give(answer)));
      await sleep(300);
      await killWorker();
      stack.resume('temporal');
    },
    arrives: true,
  },
} satisfies Record<string, Point>;
const beforeItConnects = 'before it connects';

/** Every point at which the worker is killed. */
export type KillPoint = keyof typeof points | typeof beforeItConnects;
export const killPoints = [...(Object.keys(points) as (keyof typeof points)[]), beforeItConnects] as const;

/** The withdrawal of each cell of the matrix. */
const cells = new Map<string, WithdrawalRequest>();
const cell = (point: string, send: Send) => `${point}: ${send}`;

/** A withdrawal of its own for each cell. Its amount, too: where there is no reference, it tells them apart. */
function requestAt(point: string, send: Send): WithdrawalRequest {
  const amount = sends[send] === 'cryptocloud' ? { amount: String(20 + cells.size) } : {};
  const request = requestTo[sends[send]]({ withdrawalId: `w-${randomUUID()}`, ...amount });
  cells.set(cell(point, send), request);
  return request;
}

/** Whether a create is the one of this withdrawal. */
function isCreateOf({ provider, withdrawalId, amount }: WithdrawalRequest, { operation, body }: Call): boolean {
  const mark = provider === 'cryptocloud' ? new RegExp(`"amount":${amount}[,}]`) : new RegExp(`"${withdrawalId}"`);
  return operation === 'create' && mark.test(body);
}

/** The call to be held: the create, or the commit of what the create made. */
async function held(send: Send, request: WithdrawalRequest): Promise<Call> {
  const wire = wires[sends[send]];
  const create = await wire.hold(`${send} of ${request.withdrawalId}`, (call) => isCreateOf(request, call));
  if (send !== 'Cryptopay’s commit') return create;
  const answer = await create.pass();
  const { data } = JSON.parse(answer.body.toString()) as { data: { id: string } };
  const commit = wire.hold(send, ({ operation, path }) => operation === 'commit' && path.includes(data.id));
  await create.give(answer);
  return commit;
}

/** When the next worker was at work, after the one was killed at this point, ms since 1970. */
const workerBackAt = new Map<string, number>();

/** Kills the worker with -9. Another one is started by itself, while the test goes on. */
async function killWorkerAt(point: string): Promise<void> {
  const before = stack.events.length;
  await stack.kill('worker');
  const isBack = () => stack.events.slice(before).some(({ type, name }) => type === 'ready' && name === 'worker');
  void until('another worker is at work', isBack, 120_000).then(
    () => workerBackAt.set(point, Date.now()),
    () => undefined, // then nobody says that it could have done anything
  );
}

/** Submits one withdrawal for each of these sends, and answers their calls once all are held. */
async function heldAt(point: string, names: readonly Send[]): Promise<Call[]> {
  const asked = names.map((send) => ({ send, request: requestAt(point, send) }));
  const calls = asked.map(({ send, request }) => held(send, request));
  await Promise.all(asked.map(({ request }) => stack.outflow.submit(request)));
  return Promise.all(calls);
}

async function killedBeforeItConnects(): Promise<void> {
  for (const wire of Object.values(wires)) wire.cut();
  const asked = sendNames.map((send) => requestAt(beforeItConnects, send));
  await Promise.all(asked.map((request) => stack.outflow.submit(request)));
  for (const { withdrawalId } of asked) await hasTried(withdrawalId);
  await killWorkerAt(beforeItConnects);
  await Promise.all(Object.values(wires).map((wire) => wire.restore()));
}

/** It is being sent; where Temporal doesn't repeat the call, it waits for its next slot already. */
function hasTried(withdrawalId: string): Promise<void> {
  return until(
    `${withdrawalId} is sent`,
    async () => {
      const { timeline } = await stack.outflow.get(withdrawalId);
      return timeline.some(({ event }) => event === 'sending');
    },
    60_000,
  );
}

/** What the provider's ledger holds of a withdrawal. */
async function booked(request: WithdrawalRequest): Promise<LedgerRow[]> {
  const { provider, withdrawalId, amount } = request;
  if (provider !== 'cryptocloud') return stack.simulator.ledger(withdrawalId);
  return (await stack.simulator.ledger()).filter((row) => row.provider === provider && row.amount === amount);
}

/** Its view once it is as one of these says. */
async function settled(withdrawalId: string, statuses: readonly Status[]): Promise<WithdrawalView> {
  let view = await stack.outflow.get(withdrawalId);
  const isSettled = async () => {
    view = await stack.outflow.get(withdrawalId);
    return statuses.includes(view.status) && view.timeline.length > 0; // reported by a worker, not by the index
  };
  await until(`it is ${statuses.join(' or ')}`, isSettled, 90_000).catch((error: unknown) => {
    throw new Error(`It is ${JSON.stringify(view, null, 2)}`, { cause: error });
  });
  return view;
}

/** How it may stand in the end. Where only a person can find out, it stays open and asks for one. */
function endsOf(send: Send, arrives: boolean): Status[] {
  switch (send) {
    case 'CryptoCloud’s create':
      return arrives ? ['unknown', 'processing'] : ['unknown'];
    case 'Cryptopay’s commit':
      return arrives ? ['confirmed'] : ['cancelled', 'expired'];
    case 'Cryptopay’s create':
      // Where the window could not be met, it ends there: by Cryptopay's word, or by ours.
      return arrives ? ['confirmed', 'cancelled', 'expired'] : ['unknown'];
    default:
      return arrives ? ['confirmed'] : ['unknown'];
  }
}

/** Cryptopay's window, and how long the killed worker's call stays under way for Temporal. */
const WINDOW_MS = 30_000;
const LOST_AFTER_MS = 12_000;
/** More than enough to look up and commit what the killed worker made, on a slow machine. */
const AMPLE_MS = 10_000;

/** Whether Outflow had ample time to commit this: the killed worker's call had run out and another worker was at work. */
function couldCommit(point: string, { at }: Call): boolean {
  const couldBegin = Math.max(workerBackAt.get(point) ?? Infinity, at + LOST_AFTER_MS);
  return couldBegin + AMPLE_MS <= at + WINDOW_MS;
}

/** Kills the worker at each of these points, with every send under way, and tests what became of each. */
export function describeKillMatrix(chosen: readonly KillPoint[]): void {
  beforeAll(startStack);
  afterAll(stopStack, 30_000);
  beforeAll(async () => {
    // First, since it is sent again after a minute where Temporal doesn't repeat it.
    if (chosen.includes(beforeItConnects)) await killedBeforeItConnects();
    for (const point of chosen) {
      if (point === beforeItConnects) continue;
      // A call waits ten seconds for its answer, and the rate limiter of a killed worker as long for another: that one comes first.
      const [rateLimited, ...others] = sendNames;
      const calls = [...(await heldAt(point, [rateLimited])), ...(await heldAt(point, others))];
      await points[point].meet(calls, () => killWorkerAt(point));
    }
  });

  describe.each(chosen)('a worker killed with -9 %s', (point) => {
    // Temporal repeats what was never sent.
    const arrives = point === beforeItConnects || points[point].arrives;

    it.each(sendNames)('pays at most once, and reports what is true: %s', async (send) => {
      const request = cells.get(cell(point, send));
      if (request === undefined) throw new Error('it was never submitted');
      const view = await settled(request.withdrawalId, endsOf(send, arrives));

      const rows = await booked(request);
      const debits = rows.reduce((sum, row) => sum + row.debits, 0);
      const creates = wires[request.provider].calls.filter((call) => isCreateOf(request, call));
      expect(creates).toHaveLength(1);
      const isCommittable =
        send === 'Cryptopay’s create' && arrives && creates.every((call) => couldCommit(point, call));
      if (isCommittable) expect(view.status).toBe('confirmed');
      expect(rows).toHaveLength(arrives || send === 'Cryptopay’s commit' ? 1 : 0);
      if (view.status === 'confirmed') expect([debits, rows[0]?.txid]).toEqual([1, view.txid]);
      else if (view.final) expect(debits).toBe(0);
      else expect(view.waiting).toBeDefined();
      if (send === 'CryptoCloud’s create' && view.status === 'unknown') expect(view.attention).toBe('unknown-outcome');
    });
  });
}

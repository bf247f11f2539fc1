import { NotPossibleError } from '../../../client/index.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NativeConnection } from '@temporalio/worker';
import { isSlot, SLOT_MS } from '../../../domain/rate-limiter.js';
import type { NoSlotInTime, Slot } from '../../../domain/rate-limiter.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { testEncryption } from '../../support/encryption.js';
import { slotRequester } from '../../../worker/rate-limiter.js';
import { workflowIds } from '../../../contract/ids.js';
import { providerOf } from '../../providers/support.js';
import { until } from '../../support/parent-process.js';
import { RateLimiterStand } from '../../workflows/rate-limiter/stand.js';

/** CryptoCloud's twelve seconds, shortened. `twelve-seconds.test.ts` does the same at twelve. */
const INTERVAL_MS = 1_000;
const COUNT = 5;
/** Whichever worker is to send this one dies. */
const INTERRUPTED = 'cc-1';

let stand: RateLimiterStand;
beforeAll(async () => {
  stand = await RateLimiterStand.start({ intervalMs: INTERVAL_MS });
  await Promise.all([1, 2].map(() => stand.startWorker({ diesSending: INTERRUPTED })));
}, 120_000);
afterAll(() => stand.stop());

describe('many withdrawals at once, at a provider that takes one create per interval, and two worker processes', () => {
  let ids: string[];

  it('gives each one that waits its place and its time', async () => {
    expect(stand.alive()).toHaveLength(2);

    ids = await stand.submit(COUNT);
    const views = await Promise.all(ids.map((id) => stand.afterStatus(id, ['received'], 30_000)));
    const inLine = views.flatMap(({ waiting }) => (waiting?.for.startsWith('its slot') ? [waiting] : []));
    expect(inLine.length).toBeGreaterThan(0); // on a busy machine most may have been sent by now
    for (const { for: reason, next, since, until: latest } of inLine) {
      expect(reason).toMatch(/^its slot at CryptoCloud \(place [1-5] when it asked\)$/);
      expect(next).toMatch(/^It is sent at \d{4}-.*Z\.$/);
      expect(Date.parse(latest ?? '')).toBeGreaterThan(Date.parse(since));
    }
  });

  it('sends each one once, and never two closer than the interval, though a worker is killed between slot and send', async () => {
    const others = ids.filter((id) => id !== INTERRUPTED);
    const views = await Promise.all(
      others.map((id) => stand.afterStatus(id, ['received', 'waiting', 'sending'], 50_000)),
    );
    const slots = views.flatMap(({ timeline }) => timeline.flatMap(({ detail }) => detail?.slot ?? []));
    const times = slots.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
    expect(times.length).toBeGreaterThanOrEqual(others.length);
    for (const [index, time] of times.slice(1).entries())
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(INTERVAL_MS + SLOT_MS);
    await until('the worker that was to send the interrupted one is dead', () => stand.alive().length === 1, 40_000);
    await stand.startWorker();

    const arrivals = await stand.arrivals();
    expect(arrivals.map(({ withdrawalId }) => withdrawalId).sort()).toEqual([...others].sort());
    expect(arrivals.every(({ answered }) => answered === 200)).toBe(true);
    for (const gap of await stand.gaps()) expect(gap).toBeGreaterThanOrEqual(INTERVAL_MS);
  });

  it('leaves the one whose worker was killed to a person, and never sends it again', async () => {
    const view = await stand.afterStatus(INTERRUPTED, ['received', 'waiting', 'sending'], 30_000);
    expect(view).toMatchObject({
      ...{ status: 'unknown', attention: 'unknown-outcome', error: { type: 'CallInterrupted' } },
      waiting: { next: 'A person asks CryptoCloud.' },
    });
    const act = { by: 'Ada', reason: 'it is not in their list', evidence: 'ticket 4711' };
    // Its worker did not report: the word is taken once nothing of it can be written any more.
    const isTaken = async () => {
      try {
        return (await stand.outflow.resolve(INTERRUPTED, { ...act, outcome: 'notPaid' })).resolved;
      } catch (error) {
        if (error instanceof NotPossibleError && error.message.includes('may still be sending it')) return false;
        throw error;
      }
    };
    await until('the word is taken', isTaken, 30_000);
    expect(await stand.outflow.wait(INTERRUPTED)).toMatchObject({ status: 'cancelled', final: true });
    expect((await stand.arrivals()).filter(({ withdrawalId }) => withdrawalId === INTERRUPTED)).toEqual([]);
    expect(await stand.ledger()).toHaveLength(COUNT - 1);
  });
});

describe('the rate limiter', () => {
  let connection: NativeConnection;
  let askBefore: (notAfter: number, slotId: string) => Promise<Slot | NoSlotInTime>;
  let ask: (slotId: string) => Promise<Slot>;
  beforeAll(async () => {
    connection = await NativeConnection.connect({ address: stand.address });
    const requestSlot = slotRequester(connection, embeddedNamespace, testEncryption);
    // One of its own: AlphaPo has none in truth.
    const provider = { ...providerOf('alphapo'), minIntervalMs: INTERVAL_MS };
    askBefore = (notAfter, slotId) => requestSlot(provider, slotId, notAfter);
    ask = async (slotId) => {
      const answer = await askBefore(Date.now() + 24 * 3_600_000, slotId);
      if (!isSlot(answer)) throw new Error('no slot for a day');
      return answer;
    };
  });
  afterAll(() => connection.close());

  it('grants the same slot to all that ask with the same id, however often', async () => {
    const again = await Promise.all([1, 2, 3].map(() => ask('one/1')));
    expect(new Set(again.map(({ at }) => at)).size).toBe(1);
    expect(await ask('one/1')).toEqual(again[0]);
    expect((await ask('one/2')).at).toBe((again[0]?.at ?? 0) + INTERVAL_MS + SLOT_MS);
  });

  it('grants no slot later than is of use, and uses none up by saying so', async () => {
    const last = (await ask('late/1')).at;
    const next = last + INTERVAL_MS + SLOT_MS;
    expect(await askBefore(next, 'late/2')).toEqual({ nextAt: next });
    expect(await ask('late/3')).toMatchObject({ at: next });
  });
  it('grants each of fifty that ask at once a slot of its own, though the server lets in ten at a time', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `many/${index}`);
    // As Temporal repeats the activity that asks; whether it reached the rate limiter or not, the id is the same.
    const asking = async (slotId: string): Promise<Slot> => ask(slotId).catch(() => asking(slotId));
    const slots = await Promise.all(ids.map(asking));

    const times = slots.map(({ at }) => at).sort((a, b) => a - b);
    const apart = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // None twice; further apart only where the next had not asked when its slot could have come, on a busy machine.
    expect(Math.min(...apart)).toBe(INTERVAL_MS + SLOT_MS);
  }, 120_000);

  it('continues as new before a run is full, and goes on with the queue where it was', async () => {
    const handle = stand.client.workflow.getHandle(workflowIds.rateLimiter('alphapo'));
    const { runId: firstRun } = await handle.describe();

    const slots: Slot[] = [];
    const asker = async (name: string) => {
      for (let count = 0; count < 66; count++) slots.push(await ask(`${name}/${count}`));
    };
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(asker));

    const { runId, status } = await handle.describe();
    expect([status.name, runId === firstRun]).toEqual(['RUNNING', false]);
    const times = slots.map(({ at }) => at).sort((a, b) => a - b);
    const apart = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // None twice; further apart only where the next had not asked when its slot could have come, on a busy machine.
    expect(Math.min(...apart)).toBe(INTERVAL_MS + SLOT_MS);
    expect(Math.max(...slots.map(({ place }) => place))).toBeGreaterThan(500);
  });
});

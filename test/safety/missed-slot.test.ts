import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WithdrawalView } from '../../client/index.js';
import { z } from 'zod';
import { SLOT_MS } from '../../domain/rate-limiter.js';
import { decoded } from '../../client/stored/events.js';
import { workflowIds } from '../../contract/ids.js';
import { RateLimiterStand } from '../workflows/rate-limiter/stand.js';

jest.setTimeout(120_000);

const INTERVAL_MS = 2_000;

let stand: RateLimiterStand;
beforeAll(async () => {
  stand = await RateLimiterStand.start({ intervalMs: INTERVAL_MS });
  await stand.startWorker();
});
afterAll(() => stand.stop());

/** When it is to be sent, if it has its slot. */
function slotOf({ waiting }: WithdrawalView): number {
  return Date.parse(/^It is sent at (.*)\.$/.exec(waiting?.next ?? '')?.[1] ?? '');
}

const slot = z.object({ at: z.number(), place: z.number() });

/** What its history holds of the rate limiter's answers: the time of every slot it was granted. */
async function slotsGranted(withdrawalId: string): Promise<number[]> {
  const { events } = await stand.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).fetchHistory();
  const payloads = (events ?? []).flatMap(
    (event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? [],
  );
  const results = await decoded(stand.client, workflowIds.withdrawal(withdrawalId), payloads);
  return results.map((result) => slot.safeParse(result)).flatMap(({ data }) => data?.at ?? []);
}

describe('a worker that is paused past the send time of a CryptoCloud withdrawal', () => {
  it('does not send it when it goes on: it asks for another slot, and sends it once, in that one', async () => {
    const ids = await stand.submit(2);
    const views = await Promise.all(ids.map((id) => stand.afterStatus(id, ['received'], 30_000)));
    const missed = Math.max(...views.map(slotOf).filter((at) => !Number.isNaN(at)));
    const late = views.find((view) => slotOf(view) === missed)?.withdrawalId ?? '';
    expect(missed).toBeGreaterThan(Date.now());
    const [pid = 0] = stand.alive();

    await sleep(Math.max(0, missed - 500 - Date.now()));
    process.kill(pid, 'SIGSTOP');
    await sleep(missed + SLOT_MS + 1_000 - Date.now());
    expect((await stand.arrivals()).filter(({ withdrawalId }) => withdrawalId === late)).toEqual([]);
    process.kill(pid, 'SIGCONT');

    for (const id of ids) await stand.afterStatus(id, ['received', 'waiting', 'sending'], 40_000);
    const arrivals = await stand.arrivals();
    expect(arrivals.map(({ withdrawalId }) => withdrawalId).toSorted()).toEqual(ids.toSorted());
    const slots = await slotsGranted(late);
    expect(slots[0]).toBe(missed);
    expect(slots.length).toBeGreaterThan(1);
    const { at = 0 } = arrivals.find(({ withdrawalId }) => withdrawalId === late) ?? {};
    expect(slots.slice(1).filter((start) => start <= at && at <= start + SLOT_MS)).toHaveLength(1);
    for (const gap of await stand.gaps()) expect(gap).toBeGreaterThanOrEqual(INTERVAL_MS);
    expect(await stand.ledger()).toHaveLength(2);
  });
});

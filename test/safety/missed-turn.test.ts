import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WithdrawalView } from '../../client/index.js';
import { TURN_MS } from '../../domain/line.js';
import { GateStand } from '../workflows/gate-stand.js';

jest.setTimeout(120_000);

const INTERVAL_MS = 2_000;

let stand: GateStand;
beforeAll(async () => {
  stand = await GateStand.start({ intervalMs: INTERVAL_MS });
  await stand.startWorker();
});
afterAll(() => stand.stop());

/** When it is to be sent, if it has its turn. */
function turnOf({ waiting }: WithdrawalView): number {
  return Date.parse(/^It is sent at (.*)\.$/.exec(waiting?.next ?? '')?.[1] ?? '');
}

describe('a worker that is paused past the send time of a CryptoCloud withdrawal', () => {
  it('does not send it late: it asks for another turn, and sends it once', async () => {
    const [first = '', second = ''] = await stand.submit(2);
    const views = await Promise.all([first, second].map((id) => stand.afterStatus(id, ['received'], 30_000)));
    const turns = views.map(turnOf).filter((at) => !Number.isNaN(at));
    const missed = Math.max(...turns);
    expect(missed).toBeGreaterThan(Date.now());
    const [pid = 0] = stand.alive();

    await sleep(Math.max(0, missed - 500 - Date.now()));
    process.kill(pid, 'SIGSTOP');
    await sleep(missed + TURN_MS + 1_000 - Date.now());
    process.kill(pid, 'SIGCONT');

    for (const id of [first, second]) await stand.afterStatus(id, ['received', 'waiting', 'sending'], 40_000);
    const arrivals = await stand.arrivals();
    expect(arrivals.map(({ withdrawalId }) => withdrawalId).toSorted()).toEqual([first, second].toSorted());
    for (const { at } of arrivals) expect(at < missed - 500 || at > missed + TURN_MS).toBe(true);
    for (const gap of await stand.gaps()) expect(gap).toBeGreaterThanOrEqual(INTERVAL_MS);
    expect(await stand.ledger()).toHaveLength(2);
  });
});

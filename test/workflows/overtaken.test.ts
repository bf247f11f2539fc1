import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Failure } from '../../domain/failures.js';
import type { Resolution } from '../../contract/messages.js';
import { resolveUpdate, retryNowUpdate } from '../../contract/messages.js';
import { startTimeSkippingEnvironment } from '../support/time-skipping-server.js';
import { eventually, MINUTE, SECOND } from './payout.js';
import type { Answer } from './scripted-provider.js';
import { latch } from './scripted-provider.js';
import { PayoutStand } from './stand.js';

let stand: PayoutStand;
beforeAll(async () => {
  stand = await PayoutStand.start(await startTimeSkippingEnvironment());
}, 120_000);
afterEach(() => stand.clear());
afterAll(() => stand.stop());

const lost: Answer = { type: 'NoAnswer' };
const noFunds: Failure = { type: 'NotEnoughFunds' };
const act = { by: 'Ada', reason: 'ticket 17' };
const notPaid: Resolution = { ...act, evidence: 'their support says so', outcome: 'notPaid' };

describe('a look-up for a person’s word', () => {
  it.each<[string, Answer, string]>([
    ['accepted', 'not_confirmed', 'processing'],
    ['lost', lost, 'unknown'],
  ])('that was made before it was sent again proves nothing of that: %s', async (_what, second, status) => {
    const { opened: hangs, open: answer } = latch();
    let asking = 0;
    const lookUp = () => {
      asking += 1;
      return asking === 6 ? hangs.then(() => 'absent') : asking > 7 ? 'not_confirmed' : 'absent';
    };
    const payout = await stand.pay({ creates: [lost, second], lookUps: [lookUp] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(5 * MINUTE + 20 * SECOND);
    expect(asking).toBe(5);

    const resolving = payout.handle.executeUpdate(resolveUpdate, { args: [notPaid] });
    await eventually(() => Promise.resolve(asking === 6 || undefined));
    await payout.handle.executeUpdate(retryNowUpdate, { args: [act] });
    await payout.when(() => payout.hands.creates.length === 2);
    await payout.when((view) => view.status === status);
    answer();

    expect(await resolving).toMatchObject({ resolved: false });
    expect(await payout.view()).toMatchObject({ final: false });
  });
});

describe('Temporal’s cancel', () => {
  it('ends a wait at once', async () => {
    const payout = await stand.pay({ creates: [noFunds] });
    await payout.when(({ status }) => status === 'waiting');
    await payout.handle.cancel();
    const view = await payout.ended();
    const asked = view.timeline.find(({ event }) => event === 'cancelRequested')?.at ?? '';
    expect(Date.parse(view.finalAt ?? '') - Date.parse(asked)).toBeLessThan(10 * SECOND);
  });
});

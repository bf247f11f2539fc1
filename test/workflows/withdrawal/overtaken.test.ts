import { describe, expect, it } from '@jest/globals';
import type { Failure } from '../../../domain/failures.js';
import type { ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import { eventually, MINUTE, SECOND } from '../support/payout.js';
import type { Answer } from '../support/scripted-provider.js';
import { latch } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

const stand = useStand();

const lost: Answer = { type: 'NoAnswer' };
const noFunds: Failure = { type: 'NotEnoughFunds' };
const act = { by: 'Ada', reason: 'ticket 17' };
const notPaid: ResolutionRequest = { ...act, evidence: 'their support says so', outcome: 'notPaid' };

describe('a look-up for an operator’s resolution', () => {
  it('holds back a resend until the person has their answer', async () => {
    const { opened: hangs, open: answer } = latch();
    let asking = 0;
    const lookUp = () => {
      asking += 1;
      return asking === 6 ? hangs.then(() => 'absent') : 'absent';
    };
    const payout = await stand.pay({ creates: [lost, 'not_confirmed'], lookUps: [lookUp] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(5 * MINUTE + 20 * SECOND);
    expect(asking).toBe(5);

    const resolving = payout.resolve(notPaid);
    await eventually(() => Promise.resolve(asking === 6 || undefined));
    // It is proven absent by now, so that this would let it be sent again at once.
    await payout.retryNow(act);
    await payout.view();
    answer();

    expect(await resolving).toMatchObject({ resolved: true, lookUp: 'absent' });
    expect(await payout.ended()).toMatchObject({ status: 'cancelled' });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('proves nothing of a callback that came while it was asked', async () => {
    const { opened: hangs, open: answer } = latch();
    const { opened: isAsked, open: asked } = latch();
    let isForPerson = false;
    const lookUp = () => {
      if (!isForPerson) return 'absent';
      asked();
      return hangs.then(() => 'absent');
    };
    const payout = await stand.pay({ creates: [lost], lookUps: [lookUp] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(5 * MINUTE + 20 * SECOND);

    isForPerson = true;
    const resolving = payout.resolve(notPaid);
    await isAsked;
    await payout.callback('not_confirmed');
    await payout.when(({ status }) => status === 'processing');
    answer();

    expect(await resolving).toMatchObject({ resolved: false, why: expect.stringContaining('went on') });
    expect(await payout.view()).toMatchObject({ status: 'processing', final: false });
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

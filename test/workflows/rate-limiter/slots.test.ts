import { afterEach, describe, expect, it } from '@jest/globals';
import { cryptocloudRequest } from '../../support/requests.js';
import { eventually, HOUR, MINUTE, SECOND } from '../support/payout.js';
import type { Script } from '../support/scripted-provider.js';
import { latch, saying } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

let letGo = (): void => undefined;
afterEach(() => letGo()); // before the stand waits for what is held
const stand = useStand({ serving: ['cryptocloud'] });

const paid = saying('processing');
const pay = async (slots: NonNullable<Script['slots']>, sendByMs = 24 * HOUR) => {
  const now = await stand.environment.currentTimeMs();
  const sendBy = now + sendByMs;
  const payout = await stand.pay(
    { creates: [paid], slots },
    { sendBy: new Date(sendBy).toISOString() },
    cryptocloudRequest,
  );
  return { payout, sendBy };
};
const noAnswer = () => Promise.reject(new Error('limit on number of concurrent in-flight updates has been reached'));

describe('asking for a slot', () => {
  it('is repeated quietly until it is answered', async () => {
    const { payout } = await pay(async (asked) => {
      if (asked < 8) return noAnswer();
      return { at: await stand.environment.currentTimeMs(), place: 1 };
    });
    await payout.pass(5 * MINUTE);

    const view = await payout.view();
    expect(view).toMatchObject({ status: 'processing' });
    expect(view.timeline.map(({ event }) => event)).toEqual([
      ...['received', 'waiting', 'sending', 'processing'],
      'attention', // a person confirms it, as with each at this provider
    ]);
    expect(payout.provider.slots.map(({ input }) => input.attempt)).toEqual(Array(8).fill(1)); // the same slot, each time
  });

  it('asks for a person if there is no answer for a quarter of an hour, then goes on asking', async () => {
    let answers = false;
    const { payout } = await pay(async () =>
      answers ? { at: await stand.environment.currentTimeMs(), place: 1 } : noAnswer(),
    );
    await payout.pass(14 * MINUTE);
    expect(await payout.view()).not.toHaveProperty('attention');
    await payout.pass(2 * MINUTE - SECOND);
    expect(await payout.view()).toMatchObject({
      ...{ status: 'waiting', attention: 'no-slot', error: { type: 'NoSlot', certainty: 'not-sent' } },
      waiting: { for: 'a slot at the provider' },
    });

    answers = true;
    await payout.pass(MINUTE);
    expect(await payout.view()).toMatchObject({ status: 'processing' });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('ends at sendBy, not later: then it expires, with nothing sent', async () => {
    const { payout, sendBy } = await pay(noAnswer, 4 * MINUTE);

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'expired', error: { type: 'NoSlot' } });
    expect(Date.parse(view.finalAt ?? '')).toBeGreaterThanOrEqual(sendBy);
    expect(Date.parse(view.finalAt ?? '')).toBeLessThan(sendBy + MINUTE);
    expect(payout.provider.creates).toEqual([]);
  });

  it('is given up at once when it is cancelled meanwhile', async () => {
    const { opened, open } = latch();
    letGo = open; // whatever comes of the test, the worker can stop
    const { payout } = await pay(() => opened.then(noAnswer));
    await payout.when(() => payout.provider.slots.length > 0);

    expect(await payout.cancel()).toBe('cancelled');

    await eventually(async () => ((await payout.isOpen()) ? undefined : true));
    expect(await payout.ended()).toMatchObject({ status: 'cancelled' });
    expect(payout.provider.creates).toEqual([]);
  });

  it('names the latest time that is of use, and expires at once where none comes before it', async () => {
    const { payout, sendBy } = await pay((_asked, input) => Promise.resolve({ nextAt: input.notAfter + MINUTE }));

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'expired', final: true, error: { type: 'NoSlot', certainty: 'not-sent' } });
    expect(Date.parse(view.finalAt ?? '')).toBeLessThan(sendBy - 23 * HOUR);
    expect(payout.provider.slots.map(({ input }) => input)).toEqual([
      {
        withdrawalId: payout.request.withdrawalId,
        attempt: 1,
        requestedAt: payout.request.requestedAt,
        notAfter: sendBy,
      },
    ]);
    expect(payout.provider.creates).toEqual([]);
  });
});

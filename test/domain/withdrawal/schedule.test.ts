import { describe, expect, test } from '@jest/globals';
import { lookUpAt, reminderAt } from '../../../domain/withdrawal/looking-up.js';
import type { Life } from './life.js';
import { acceptedLife, DAY, HOUR, life, MINUTE, SECOND } from './life.js';
import { NOW, samples } from '../requests.js';

describe('look-ups when no callback comes', () => {
  /** The waits between look-ups that say the same again and again. */
  const waitsOf = (it: Life, count: number) =>
    Array.from({ length: count }, () => {
      const wait = it.passUntilLookUp();
      it.found('processing');
      return wait;
    });

  test('come after 30 s, 1, 2, 4, 8, 16, 32 minutes, and then hourly', () => {
    const minutes = waitsOf(acceptedLife(), 10).map((wait) => wait / MINUTE);
    expect(minutes).toEqual([0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('come six-hourly once it has stood like this for a week, and not before', () => {
    const it = acceptedLife();
    const hourly = waitsOf(it, 173);
    expect(it.now - NOW).toBeLessThan(7 * DAY);
    expect(hourly.at(-1)).toBe(HOUR);
    expect(waitsOf(it, 4).slice(-2)).toEqual([6 * HOUR, 6 * HOUR]);
  });

  test('go on through years', () => expect(waitsOf(acceptedLife(), 4_000).at(-1)).toBe(6 * HOUR));

  test('start anew with each new status, and not with the same one', () => {
    const it = acceptedLife();
    waitsOf(it, 5);
    expect(it.callback('not_confirmed').lookUpAt - it.now).toBe(16 * MINUTE);
    expect(it.callback('pending').lookUpAt - it.now).toBe(30 * SECOND);
  });

  test('go on when they fail, and a person is asked until one succeeds', () => {
    const it = acceptedLife();
    it.passUntilLookUp();
    it.lookUpFails('BadCredentials');
    expect([it.attention, it.lookUpAt - it.now]).toEqual(['look-up-fails', MINUTE]);
    expect(it.found('processing').attention).toBeUndefined();
  });

  test('are none where the provider documents none', () => {
    const { state, next } = acceptedLife(samples.cryptocloud);
    expect([lookUpAt(state), next]).toEqual([undefined, { do: 'wait', until: NOW + DAY }]);
  });
});

describe('the Owner who must approve', () => {
  /** Reminds whenever that is due, for so long; answers when, in hours, and what it asked for. */
  function remindersOf(it: Life, forMs: number): [number, string | undefined][] {
    const began = it.now;
    const attentions: [number, string | undefined][] = [];
    while (it.reminderAt <= began + forMs) {
      it.now = it.reminderAt;
      it.apply({ type: 'reminderDue' });
      attentions.push([(it.now - began) / HOUR, it.attention]);
    }
    return attentions;
  }

  test('is reminded after four hours, then overdue after a day, again and again', () => {
    const it = acceptedLife().callback('pending');
    expect(remindersOf(it, 3 * DAY)).toEqual([
      [4, undefined],
      [24, 'owner-overdue'],
      [48, 'owner-overdue'],
      [72, 'owner-overdue'],
    ]);
    expect(it.events.slice(-5)).toEqual(['ownerReminded', 'overdue', 'attention', 'overdue', 'overdue']);
  });

  test('takes three days and approves: it goes on, and nobody is asked for any more', () => {
    const it = acceptedLife().callback('pending');
    remindersOf(it, 3 * DAY);
    it.found('not_confirmed');
    expect([it.status, it.attention]).toEqual(['processing', undefined]);
    expect(it.reminderAt - it.now).toBe(DAY);
    expect(it.callback('confirmed').found('confirmed').status).toBe('confirmed');
  });

  test('is waited for however long: nothing but a record of the provider ends it', () => {
    const it = acceptedLife().callback('pending');
    remindersOf(it, 365 * DAY);
    expect([it.status, it.isFinal]).toEqual(['awaiting_approval', false]);
  });

  test.each(['processing', 'on_hold'] as const)('a provider that leaves it %s for a day is overdue, daily', (word) => {
    expect(remindersOf(acceptedLife(samples.cryptopay).found(word), 2 * DAY)).toEqual([
      [24, 'provider-overdue'],
      [48, 'provider-overdue'],
    ]);
  });

  test('look-ups that say the same don’t put the reminders off', () => {
    const it = acceptedLife()
      .callback('pending')
      .pass(20 * HOUR)
      .found('pending');
    expect(it.reminderAt).toBe(NOW + 4 * HOUR);
  });

  test.each<[string, () => Life]>([
    ['received', () => life()],
    ['sending', () => life().send()],
    ['waiting', () => life().send().failed('NoWorker')],
    ['confirmed', () => acceptedLife().found('confirmed')],
  ])('nobody is reminded while it is %s', (_status, given) => expect(reminderAt(given().state)).toBeUndefined());
});

describe('the timeline', () => {
  test('shows each step with its time', () => {
    const it = life().pass(SECOND).send().pass(SECOND).accepted().pass(SECOND).found('confirmed');
    const at = (seconds: number) => new Date(NOW + seconds * SECOND).toISOString();
    expect(it.view.timeline).toEqual([
      { at: at(0), event: 'received' },
      { at: at(1), event: 'sending' },
      { at: at(2), event: 'processing', detail: { source: 'response', providerStatus: 'processing' } },
      { at: at(3), event: 'confirmed', detail: { source: 'look-up', providerStatus: 'confirmed' } },
    ]);
  });

  test('stays small: the first entries and the latest ones', () => {
    const it = acceptedLife();
    const first = it.view.timeline.slice(0, 3);
    for (let day = 1; day <= 1_000; day += 1) it.pass(DAY).found(day % 2 === 0 ? 'pending' : 'on_hold');
    expect(it.view.timeline.slice(0, 3)).toEqual(first);
    expect(it.view.timeline).toHaveLength(100);
    expect(it.view.timeline.at(-1)).toMatchObject({ at: new Date(it.now).toISOString(), event: 'awaiting_approval' });
    expect(JSON.stringify(it.state).length).toBeLessThan(20_000);
  });
});

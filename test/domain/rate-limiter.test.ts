import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RateLimiterState, Slot } from '../../domain/rate-limiter.js';
import { isSlot, RateLimiter, SLOT_MS } from '../../domain/rate-limiter.js';
import { isCancellable } from '../../domain/withdrawal/operator-actions.js';
import { needsTurn, noSlot, noSlotInTime, sendStarted, turnGiven } from '../../domain/withdrawal/creating.js';
import { HOUR, life, MINUTE, SECOND } from './withdrawal/life.js';
import { NOW, samples } from './requests.js';

/** CryptoCloud: "Minimum interval between requests — 12 seconds." */
const INTERVAL = 12 * SECOND;

/** The turn that the line gives to who would take any, however late. */
function anyTurn(line: RateLimiter, now: number, interval = INTERVAL): Slot {
  const answer = line.acquireSlot(now, interval, Number.POSITIVE_INFINITY);
  if (!isSlot(answer)) throw new Error('no turn at all');
  return answer;
}

describe('a line', () => {
  test('gives the first turn at once', () => {
    expect(anyTurn(new RateLimiter(), NOW)).toEqual({ at: NOW, place: 1 });
  });

  test('gives each next one the interval and three seconds later, and tells the place', () => {
    const line = new RateLimiter();
    const turns = Array.from({ length: 4 }, () => anyTurn(line, NOW));
    expect(turns).toEqual([
      { at: NOW, place: 1 },
      { at: NOW + 15 * SECOND, place: 1 }, // the first one’s turn has come
      { at: NOW + 30 * SECOND, place: 2 },
      { at: NOW + 45 * SECOND, place: 3 },
    ]);
  });

  test('keeps the distance also to a turn that has passed', () => {
    const line = new RateLimiter();
    anyTurn(line, NOW);
    expect(anyTurn(line, NOW + 15 * SECOND - 1)).toEqual({ at: NOW + 15 * SECOND, place: 1 });
    expect(anyTurn(line, NOW + HOUR)).toEqual({ at: NOW + HOUR, place: 1 });
  });

  test('gives a turn that nobody uses to nobody else', () => {
    const line = new RateLimiter();
    const [first, second] = [anyTurn(line, NOW), anyTurn(line, NOW)];
    expect(second.at).toBeGreaterThan(first.at);
    expect(anyTurn(line, NOW).at).toBeGreaterThan(second.at);
  });
});

describe('a line that is asked for a turn before a latest time', () => {
  const busy = () => {
    const line = new RateLimiter();
    anyTurn(line, NOW);
    anyTurn(line, NOW);
    return line; // whose next turn comes in 30 seconds
  };

  test('promises none at that time or later, and says when the next one would come', () => {
    for (const notAfter of [NOW, NOW + 15 * SECOND, NOW + 30 * SECOND])
      expect(busy().acquireSlot(NOW, INTERVAL, notAfter)).toEqual({ nextAt: NOW + 30 * SECOND });
    expect(busy().acquireSlot(NOW, INTERVAL, NOW + 30 * SECOND + 1)).toEqual({ at: NOW + 30 * SECOND, place: 2 });
  });

  test('uses up no turn by saying so', () => {
    const line = busy();
    const before = JSON.stringify(line.memory);
    for (let count = 0; count < 5; count++) line.acquireSlot(NOW, INTERVAL, NOW + 20 * SECOND);
    expect(JSON.stringify(line.memory)).toBe(before);
    expect(anyTurn(line, NOW)).toEqual({ at: NOW + 30 * SECOND, place: 2 });
  });

  test('answers the others as if those who came too late had never asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 * SECOND }), fc.integer({ min: 0, max: MINUTE }))),
        (all) => {
          const [line, other] = [new RateLimiter(), new RateLimiter()];
          let now = NOW;
          for (const [passed, patience] of all) {
            now += passed;
            const answer = line.acquireSlot(now, INTERVAL, now + patience);
            if (!isSlot(answer)) {
              expect(answer.nextAt).toBeGreaterThanOrEqual(now + patience);
              continue;
            }
            expect(answer.at).toBeLessThan(now + patience);
            expect(answer).toEqual(anyTurn(other, now));
          }
        },
      ),
    );
  });
});

/** Asks: so long after the one before (a clock may also step back), by workers that may be set to different intervals. */
const asks = fc.array(
  fc.record({
    passed: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 20 * SECOND }) },
      { weight: 1, arbitrary: fc.integer({ min: -5 * SECOND, max: 0 }) },
      { weight: 1, arbitrary: fc.integer({ min: MINUTE, max: 10 * MINUTE }) },
    ),
    interval: fc.constantFrom(INTERVAL, INTERVAL, INTERVAL, 0, 1_500, 60 * SECOND),
    carriedOver: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);

interface Given extends Slot {
  askedAt: number;
  interval: number;
}

/** What a line answers to the asks; wherever it is carried over, by one that knows only its memory as JSON. */
function answered(sequence: readonly { passed: number; interval: number; carriedOver: boolean }[], carries: boolean) {
  let line = new RateLimiter();
  let now = NOW;
  const given: Given[] = [];
  for (const { passed, interval, carriedOver } of sequence) {
    now += passed;
    if (carries && carriedOver) line = new RateLimiter(JSON.parse(JSON.stringify(line.memory)) as RateLimiterState);
    given.push({ ...anyTurn(line, now, interval), askedAt: now, interval });
  }
  return { given, memory: line.memory };
}

describe('whoever asks whenever', () => {
  test('two turns are never closer than the interval and the three seconds that a send may take to leave', () => {
    fc.assert(
      fc.property(asks, (sequence) => {
        const { given } = answered(sequence, false);
        for (const [index, { at, interval }] of given.slice(1).entries()) {
          const before = given[index]?.at ?? 0;
          if (at - before < interval + SLOT_MS) throw new Error(`${at - before} ms apart`);
        }
      }),
    );
  });

  test('no turn is in the past, and none is later than it must be', () => {
    fc.assert(
      fc.property(asks, (sequence) => {
        const { given } = answered(sequence, false);
        for (const [index, { at, askedAt, interval }] of given.entries()) {
          const before = given[index - 1]?.at ?? Number.NEGATIVE_INFINITY;
          expect(at).toBe(Math.max(askedAt, before + interval + SLOT_MS));
        }
      }),
    );
  });

  test('the place is the number of turns that have not come yet, its own included', () => {
    fc.assert(
      fc.property(asks, (sequence) => {
        const forwards = sequence.map((ask) => ({ ...ask, passed: Math.abs(ask.passed) }));
        const { given } = answered(forwards, false);
        for (const [index, { at, askedAt, place }] of given.entries()) {
          const waiting = given.slice(0, index).filter((turn) => turn.at > askedAt).length;
          expect(place).toBe(waiting + 1);
          expect(at >= askedAt).toBe(true);
        }
      }),
    );
  });

  test('a line carried over into a new run answers as one that never was, and remembers only what is ahead', () => {
    fc.assert(
      fc.property(asks, (sequence) => {
        const [one, other] = [answered(sequence, false), answered(sequence, true)];
        expect(other).toStrictEqual(one);
        const last = one.given.at(-1);
        expect(one.memory.last).toBe(last?.at);
        for (const turn of one.memory.ahead.slice(0, -1)) expect(turn).toBeGreaterThan(last?.askedAt ?? 0);
      }),
    );
  });

  test('its memory does not grow with the turns that have passed', () => {
    const line = new RateLimiter();
    for (let count = 0; count < 10_000; count++) anyTurn(line, NOW + count * MINUTE);
    expect(JSON.stringify(line.memory).length).toBeLessThan(60);
  });
});

describe('a withdrawal and its turn', () => {
  const request = samples.cryptocloud;
  const at = NOW + 40 * SECOND;
  const waiting = () => {
    const it = life(request);
    turnGiven(it.withdrawal, { at, place: 3 }, it.now);
    return it;
  };

  test('it needs one only where the provider takes one create per interval', () => {
    expect(needsTurn(life(request).withdrawal)).toBe(true);
    expect(needsTurn(life().withdrawal)).toBe(false);
    expect(needsTurn(life(samples.cryptopay).withdrawal)).toBe(false);
  });

  test('whoever has none yet waits for it, and for no worker in particular', () => {
    expect(life(request).view.waiting).toEqual({
      for: 'a turn at CryptoCloud',
      since: new Date(NOW).toISOString(),
      until: '2026-11-22T09:30:00.000Z',
      next: 'It is put in line as soon as a worker takes it.',
    });
  });

  test('whoever waits knows place, time and since when', () => {
    const { withdrawal, view } = waiting();
    const { status, waiting: wait } = view;
    expect([status, withdrawal.memory.tries.nextAt]).toEqual(['waiting', at]);
    expect(wait).toEqual({
      for: 'its turn at CryptoCloud (place 3 when it asked)',
      since: new Date(NOW).toISOString(),
      until: '2026-11-22T09:30:00.000Z',
      next: `It is sent at ${new Date(at).toISOString()}.`,
    });
  });

  test('nothing is written before it, nor three seconds after it', () => {
    const it = waiting();
    it.now = at;
    expect(sendStarted(it.withdrawal, it.now)).toEqual({ notBefore: at, notAfter: at + SLOT_MS });
  });

  test('nothing is written after sendBy, though the turn would last longer', () => {
    const it = life({ ...request, sendBy: new Date(at + SECOND).toISOString() });
    turnGiven(it.withdrawal, { at, place: 3 }, it.now);
    it.now = at;
    expect(sendStarted(it.withdrawal, it.now).notAfter).toBe(at + SECOND);
  });

  test.each(['TooLateToSend', 'RateLimited', 'NotConnected', 'NotEnoughFunds'] as const)(
    'is used up by one attempt, whatever comes of it: after %s it asks for another',
    (type) => {
      const it = waiting();
      it.now = at;
      expect(needsTurn(it.send().failed(type).withdrawal)).toBe(true);
    },
  );

  test('that is missed again and again calls for a person', () => {
    const it = life(request);
    const attentions = [1, 2, 3].map((place) => {
      turnGiven(it.withdrawal, { at: it.now, place }, it.now);
      return it.pass(MINUTE).send().failed('TooLateToSend').attention;
    });
    expect(attentions).toEqual([undefined, undefined, 'missed-slots']);
  });

  test.each([
    ['NoWorker', 'waiting-for-worker', 'a worker that serves the provider'],
    ['CallInterrupted', 'no-slot', 'a slot at the provider'],
    ['NoSlot', 'no-slot', 'a slot at the provider'],
  ] as const)(
    'that can’t be had (%s) makes it wait visibly: %s, asking again after 1, 2 and 4 minutes',
    (type, attention, reason) => {
      const it = life(request);
      const waits = [1, 2, 3].map(() => {
        noSlot(it.withdrawal, { type }, it.now);
        const wait = it.withdrawal.memory.tries.nextAt - it.now;
        it.pass(wait);
        return wait / MINUTE;
      });
      expect(waits).toEqual([1, 2, 4]);
      // Asking for a turn sends nothing, so no failure of it leaves anything in doubt.
      expect(it.view).toMatchObject({
        status: 'waiting',
        attention,
        error: { certainty: 'not-sent' },
        waiting: { for: reason },
      });
      expect(it.view.error?.type).toBe(type === 'NoWorker' ? 'NoWorker' : 'NoSlot');
      expect(isCancellable(it.withdrawal)).toBe(true);
    },
  );

  test.each([
    ['received', () => life(request)],
    ['waiting', () => life(request).send().failed('NotEnoughFunds')],
  ])('that would come after sendBy is none: it expires at once, with nothing sent (%s)', (_status, living) => {
    const it = living();
    noSlotInTime(it.withdrawal, { nextAt: it.withdrawal.sendBy + MINUTE }, it.now);
    expect(it.view).toMatchObject({ status: 'expired', final: true, error: { type: 'NoSlot', certainty: 'not-sent' } });
    expect(it.view.timeline.at(-1)?.detail).toBe(
      'the next turn comes at 2026-11-22T09:31:00.000Z, too late to send it',
    );
    expect(needsTurn(it.withdrawal)).toBe(true);
  });
});

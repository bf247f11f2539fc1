import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RateLimiterState, Slot } from '../../domain/rate-limiter.js';
import { isSlot, RateLimiter, SLOT_MS } from '../../domain/rate-limiter.js';
import { firstRun, HOUR, life, MINUTE, SECOND } from './withdrawal/life.js';
import { NOW, samples } from './requests.js';

/** CryptoCloud: "Minimum interval between requests — 12 seconds." */
const INTERVAL = 12 * SECOND;

/** The slot that the limiter gives to who would take any, however late. */
function anySlot(limiter: RateLimiter, now: number, interval = INTERVAL): Slot {
  const answer = limiter.acquireSlot(now, interval, Number.POSITIVE_INFINITY);
  if (!isSlot(answer)) throw new Error('no slot at all');
  return answer;
}

describe('a rate limiter', () => {
  test('gives the first slot at once', () => {
    expect(anySlot(new RateLimiter(), NOW)).toEqual({ at: NOW, place: 1 });
  });

  test('gives each next one the interval and three seconds later, and says the place', () => {
    const limiter = new RateLimiter();
    const slots = Array.from({ length: 4 }, () => anySlot(limiter, NOW));
    expect(slots).toEqual([
      { at: NOW, place: 1 },
      { at: NOW + 15 * SECOND, place: 1 }, // the first one’s slot has come
      { at: NOW + 30 * SECOND, place: 2 },
      { at: NOW + 45 * SECOND, place: 3 },
    ]);
  });

  test('keeps the distance also to a slot that has passed', () => {
    const limiter = new RateLimiter();
    anySlot(limiter, NOW);
    expect(anySlot(limiter, NOW + 15 * SECOND - 1)).toEqual({ at: NOW + 15 * SECOND, place: 1 });
    expect(anySlot(limiter, NOW + HOUR)).toEqual({ at: NOW + HOUR, place: 1 });
  });

  test('gives a slot that nobody uses to nobody else', () => {
    const limiter = new RateLimiter();
    const [first, second] = [anySlot(limiter, NOW), anySlot(limiter, NOW)];
    expect(second.at).toBeGreaterThan(first.at);
    expect(anySlot(limiter, NOW).at).toBeGreaterThan(second.at);
  });
});

describe('a rate limiter that is asked for a slot before a latest time', () => {
  const busy = () => {
    const limiter = new RateLimiter();
    anySlot(limiter, NOW);
    anySlot(limiter, NOW);
    return limiter; // whose next slot comes in 30 seconds
  };

  test('promises none at that time or later, and says when the next one would come', () => {
    for (const notAfter of [NOW, NOW + 15 * SECOND, NOW + 30 * SECOND])
      expect(busy().acquireSlot(NOW, INTERVAL, notAfter)).toEqual({ nextAt: NOW + 30 * SECOND });
    expect(busy().acquireSlot(NOW, INTERVAL, NOW + 30 * SECOND + 1)).toEqual({ at: NOW + 30 * SECOND, place: 2 });
  });

  test('uses up no slot by saying so', () => {
    const limiter = busy();
    const before = JSON.stringify(limiter.state);
    for (let count = 0; count < 5; count++) limiter.acquireSlot(NOW, INTERVAL, NOW + 20 * SECOND);
    expect(JSON.stringify(limiter.state)).toBe(before);
    expect(anySlot(limiter, NOW)).toEqual({ at: NOW + 30 * SECOND, place: 2 });
  });

  test('answers the others as if those who came too late had never asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 * SECOND }), fc.integer({ min: 0, max: MINUTE }))),
        (all) => {
          const [limiter, other] = [new RateLimiter(), new RateLimiter()];
          let now = NOW;
          for (const [passed, withinMs] of all) {
            now += passed;
            const answer = limiter.acquireSlot(now, INTERVAL, now + withinMs);
            if (!isSlot(answer)) {
              expect(answer.nextAt).toBeGreaterThanOrEqual(now + withinMs);
              continue;
            }
            expect(answer.at).toBeLessThan(now + withinMs);
            expect(answer).toEqual(anySlot(other, now));
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

/** What a rate limiter answers to the asks; wherever it is carried over, by one that knows only its state as JSON. */
function answered(sequence: readonly { passed: number; interval: number; carriedOver: boolean }[], carries: boolean) {
  let limiter = new RateLimiter();
  let now = NOW;
  const given: Given[] = [];
  for (const { passed, interval, carriedOver } of sequence) {
    now += passed;
    if (carries && carriedOver)
      limiter = new RateLimiter(JSON.parse(JSON.stringify(limiter.state)) as RateLimiterState);
    given.push({ ...anySlot(limiter, now, interval), askedAt: now, interval });
  }
  return { given, state: limiter.state };
}

describe('any number of withdrawals that ask at any time', () => {
  test('two slots are never closer than the interval and the three seconds that a send may take to leave', () => {
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

  test('no slot is in the past, and none is later than it must be', () => {
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

  test('the place is the number of slots that have not come yet, its own included', () => {
    fc.assert(
      fc.property(asks, (sequence) => {
        const forwards = sequence.map((ask) => ({ ...ask, passed: Math.abs(ask.passed) }));
        const { given } = answered(forwards, false);
        for (const [index, { at, askedAt, place }] of given.entries()) {
          const waiting = given.slice(0, index).filter((slot) => slot.at > askedAt).length;
          expect(place).toBe(waiting + 1);
          expect(at >= askedAt).toBe(true);
        }
      }),
    );
  });

  test('a rate limiter carried over into a new run answers as one that never was, and remembers only what is ahead', () => {
    fc.assert(
      fc.property(asks, (sequence) => {
        const [one, other] = [answered(sequence, false), answered(sequence, true)];
        expect(other).toStrictEqual(one);
        const last = one.given.at(-1);
        expect(one.state.last).toBe(last?.at);
        for (const slot of one.state.ahead.slice(0, -1)) expect(slot).toBeGreaterThan(last?.askedAt ?? 0);
      }),
    );
  });

  test('its state does not grow with the slots that have passed', () => {
    const limiter = new RateLimiter();
    for (let count = 0; count < 10_000; count++) anySlot(limiter, NOW + count * MINUTE);
    expect(JSON.stringify(limiter.state).length).toBeLessThan(60);
  });
});

describe('a withdrawal and its slot', () => {
  const request = samples.cryptocloud;
  const at = NOW + 40 * SECOND;
  const waiting = () => life(request).slotGranted(at, 3);

  test('it needs one only where the provider takes one create per interval', () => {
    const { withdrawalId, requestedAt } = request;
    const notAfter = Date.parse('2026-11-22T09:30:00Z');
    expect(life(request).next).toEqual({
      do: 'acquireSlot',
      input: { withdrawalId, requestedAt, attempt: 1, notAfter },
    });
    for (const { next } of [life(), life(samples.alphapo), life(samples.cryptopay)]) expect(next.do).toBe('create');
  });

  test('one that has none yet waits for it, and for no worker in particular', () => {
    expect(life(request).view.waiting).toEqual({
      for: 'a slot at CryptoCloud',
      since: new Date(NOW).toISOString(),
      until: '2026-11-22T09:30:00.000Z',
      next: 'It is queued as soon as a worker takes it.',
    });
  });

  test('one that waits knows place, time and since when', () => {
    const { next, view } = waiting();
    const { status, waiting: wait } = view;
    expect([status, next]).toEqual(['waiting', { do: 'wait', until: at }]);
    expect(wait).toEqual({
      for: 'its slot at CryptoCloud (place 3 when it asked)',
      since: new Date(NOW).toISOString(),
      until: '2026-11-22T09:30:00.000Z',
      next: `It is sent at ${new Date(at).toISOString()}.`,
    });
  });

  test('nothing is written before it, nor three seconds after it', () => {
    const it = waiting();
    const input = { request, originalRun: firstRun, notBefore: at, notAfter: at + SLOT_MS };
    expect(it.at(at).next).toEqual({ do: 'create', input });
  });

  test('nothing is written after sendBy, though the slot would last longer', () => {
    const it = life({ ...request, sendBy: new Date(at + SECOND).toISOString() }).slotGranted(at, 3);
    expect(it.at(at).next).toMatchObject({ do: 'create', input: { notBefore: at, notAfter: at + SECOND } });
  });

  test.each(['TooLateToSend', 'RateLimited', 'NotConnected', 'NotEnoughFunds'] as const)(
    'is used up by one attempt, whatever comes of it: after %s it asks for another',
    (type) => {
      const it = waiting().at(at).send().failed(type);
      expect(it.state).not.toHaveProperty('slot');
      expect(it.at(it.state.tries.nextAt).next).toMatchObject({ do: 'acquireSlot', input: { attempt: 2 } });
    },
  );

  test('that is missed again and again calls for a person', () => {
    const it = life(request);
    const attentions = [1, 2, 3].map((place) => {
      it.slotGranted(it.now, place).pass(MINUTE).send().failed('TooLateToSend');
      expect(it.next.do).toBe('acquireSlot'); // at once
      return it.attention;
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
        it.apply({ type: 'slotFailed', failure: { type } });
        const wait = it.state.tries.nextAt - it.now;
        it.pass(wait);
        return wait / MINUTE;
      });
      expect(waits).toEqual([1, 2, 4]);
      // Asking for a slot sends nothing, so no failure of it leaves anything in doubt.
      expect(it.view).toMatchObject({
        status: 'waiting',
        attention,
        error: { certainty: 'not-sent' },
        waiting: { for: reason },
      });
      expect(it.view.error?.type).toBe(type === 'NoWorker' ? 'NoWorker' : 'NoSlot');
      expect(it.isCancellable).toBe(true);
    },
  );

  test.each([
    ['received', () => life(request)],
    ['waiting', () => life(request).send().failed('NotEnoughFunds')],
  ])('that would come after sendBy is none: it expires at once, with nothing sent (%s)', (_status, living) => {
    const it = living();
    it.apply({ type: 'slotTooLate', nextAt: it.sendBy + MINUTE });
    expect(it.next).toEqual({ do: 'checkRun' });
    it.runChecked();
    expect(it.view).toMatchObject({ status: 'expired', final: true, error: { type: 'NoSlot', certainty: 'not-sent' } });
    expect(it.view.timeline.at(-1)?.detail).toEqual({ nextSlotAt: '2026-11-22T09:31:00.000Z' });
    expect(it.state).not.toHaveProperty('slot');
  });
});

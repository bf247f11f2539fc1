import { describe, expect, test } from '@jest/globals';
import { SendBound } from '../../../temporal/send-bound.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A bound that was read as a hundred hours, on a clock of its own; each reading finds what the test says. */
function bound(finds: () => Promise<number>) {
  const seen = { now: Date.parse('2026-11-21T09:30:00Z'), readings: 0, failures: [] as unknown[] };
  const read = () => {
    seen.readings += 1;
    return finds();
  };
  const onFailure = (error: unknown) => void seen.failures.push(error);
  const it = new SendBound(100 * HOUR, read, { now: () => seen.now, onFailure });
  return { it, seen };
}

describe('the longest time after which anything is sent', () => {
  test('is read again within the hour, and not at each use', async () => {
    const { it, seen } = bound(() => Promise.resolve(50 * HOUR));
    seen.now += 30 * MINUTE - 1;
    expect([await it.current(), seen.readings]).toEqual([100 * HOUR, 0]);
    seen.now += 1;
    expect([await it.current(), it.known, seen.readings]).toEqual([50 * HOUR, 50 * HOUR, 1]);
    seen.now += 30 * MINUTE - 1;
    await it.current();
    expect(seen.readings).toBe(1);
    seen.now += 1;
    await it.current();
    expect(seen.readings).toBe(2);
  });

  test('is not what a raised retention allows before the next start: what was forgotten stays forgotten', async () => {
    const finds = [50 * HOUR, 700 * HOUR];
    const { it, seen } = bound(() => Promise.resolve(finds.shift() ?? Number.NaN));
    seen.now += HOUR;
    expect(await it.current()).toBe(50 * HOUR);
    seen.now += HOUR;
    expect([await it.current(), seen.readings]).toEqual([50 * HOUR, 2]);
  });

  test('stays what it was while it can’t be read, which is reported, and is read again a minute later', async () => {
    const outage = new Error('no connection');
    const finds = [() => Promise.reject(outage), () => Promise.resolve(50 * HOUR)];
    const { it, seen } = bound(() => finds.shift()?.() ?? Promise.resolve(0));
    seen.now += HOUR;
    expect([await it.current(), await it.current()]).toEqual([100 * HOUR, 100 * HOUR]);
    expect([seen.readings, seen.failures]).toEqual([1, [outage]]);
    seen.now += MINUTE;
    expect([await it.current(), seen.readings, seen.failures.length]).toEqual([50 * HOUR, 2, 1]);
  });

  test('is read once for all who ask at the same time', async () => {
    const { it, seen } = bound(() => Promise.resolve(50 * HOUR));
    seen.now += HOUR;
    const answers = await Promise.all(Array.from({ length: 20 }, () => it.current()));
    expect([new Set(answers), seen.readings]).toEqual([new Set([50 * HOUR]), 1]);
  });

  test('is read again also by a process whose clock was set back', async () => {
    const { it, seen } = bound(() => Promise.resolve(50 * HOUR));
    seen.now -= HOUR;
    expect(await it.current()).toBe(50 * HOUR);
  });
});

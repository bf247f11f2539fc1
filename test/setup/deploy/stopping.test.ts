import { describe, expect, test } from '@jest/globals';
import { durations } from '../../../domain/timeouts/durations.js';
import { textOf } from './files.js';

const { shutdown, stop } = durations.worker;
const STOP_SECONDS = stop.ms / 1_000;

describe('a worker that is asked to stop', () => {
  test('has time for the longest call, and then for Temporal to learn of it', () => {
    expect(shutdown.ms).toBeGreaterThanOrEqual(durations.call.total.ms + 2_000);
    expect(stop.ms).toBeGreaterThanOrEqual(shutdown.ms + 10_000);
  });

  test.each([
    ['docs/deploying.md', 2],
    ['docs/going-live.md', 1],
  ])('is given the same time wherever it is spoken of: %s', (file, times) => {
    const text = textOf(file);
    const stated = [...text.matchAll(/(\d+) (?:s|seconds) to stop/g)].map(([, seconds]) => Number(seconds));
    expect(stated).toEqual(Array<number>(times).fill(STOP_SECONDS));
    expect(text).not.toMatch(/give it \d+ (?:s|seconds)(?! to stop)/);
    for (const [, seconds] of text.matchAll(/calls in flight finish first \((\d+) s\)/g))
      expect(Number(seconds) * 1_000).toBe(shutdown.ms);
  });

  test('has that time in dev and demo, too', () => {
    expect(textOf('cli/processes/stack.ts')).toMatch(
      /name: 'worker',\n\s+graceSeconds: durations\.worker\.stop\.ms \/ 1_000,/,
    );
  });
});

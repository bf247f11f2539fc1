import { AsyncResource } from 'node:async_hooks';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import FakeTimers from '@sinonjs/fake-timers';
import { Random } from './random.js';

const require = createRequire(import.meta.url);
const real = { setImmediate, now: Date.now.bind(Date) };

/** When every run begins. */
export const EPOCH = Date.parse('2026-03-02T09:00:00Z');

let random = new Random(0);

/**
 * From now on, this thread's time is virtual, and what is random follows from the seed that a run sets: clocks, timers, ids. Real time passes only
 * where nothing of a run looks at it.
 */
export function installVirtualTime(): VirtualTime {
  const clock = FakeTimers.install({
    now: EPOCH,
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  // What a timer calls goes on in the context in which it was set, as with Node's own.
  const set = globalThis.setTimeout;
  const setInContext = (call: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    const context = new AsyncResource('VirtualTimer');
    return set(() => context.runInAsyncScope(call, undefined, ...args), ms);
  };
  globalThis.setTimeout = setInContext as typeof globalThis.setTimeout;
  AbortSignal.timeout = (ms: number) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), ms);
    return controller.signal;
  };
  Math.random = () => random.fraction();
  const crypto = require('node:crypto') as Record<string, unknown>;
  crypto['randomUUID'] = () => random.uuid();
  crypto['randomBytes'] = (size: number) => Buffer.from(Array.from({ length: size }, () => random.integer(0, 255)));
  crypto['randomInt'] = (most: number) => random.integer(0, most - 1);
  const timers = require('node:timers/promises') as Record<string, unknown>;
  timers['setTimeout'] = (ms: number, value: unknown) => new Promise((resolve) => setTimeout(() => resolve(value), ms));
  syncBuiltinESMExports();
  return new VirtualTime(clock);
}

/** Time that goes on only when it is told to. */
export class VirtualTime {
  readonly #clock: FakeTimers.Clock;

  constructor(clock: FakeTimers.Clock) {
    this.#clock = clock;
  }

  /** Back to the beginning, with nothing that waits. */
  restart(seed: Random): void {
    this.#clock.reset();
    this.#clock.setSystemTime(EPOCH);
    random = seed;
  }

  /** To the next thing that waits, and until all that it sets off is done. False where nothing waits. */
  async step(): Promise<boolean> {
    if (this.#clock.countTimers() === 0) return false;
    this.#clock.next();
    await settled();
    return true;
  }
}

/** All that is under way without waiting for time is done. */
export function settled(): Promise<void> {
  return new Promise((resolve) => real.setImmediate(resolve));
}

/** Real time, ms: for measuring. */
export function realNow(): number {
  return real.now();
}

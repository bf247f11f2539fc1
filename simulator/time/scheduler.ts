import type { Clock } from './clock.js';

interface Entry {
  readonly at: number;
  readonly run: (at: number) => void;
}

/** The longest sleep between two looks at the clock: it may come from outside and jump. */
const longestNapMs = 250;

/** What is due when, in the clock's elapsed time. Runs entries in the order of their times, late ones at once. */
export class Agenda {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `run` when `at` has come; the returned function calls it off. */
  add(at: number, run: (at: number) => void): () => void {
    const entry: Entry = { at, run };
    const later = this.#entries.findIndex((other) => other.at > at);
    this.#entries.splice(later < 0 ? this.#entries.length : later, 0, entry);
    this.#arm();
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
    };
  }

  /** Runs all that is due now: call it after the clock was changed. */
  wake(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    try {
      for (let next = this.#due(); next; next = this.#due()) next.run(next.at);
    } finally {
      this.#running = false;
      this.#arm();
    }
  }

  clear(): void {
    this.#entries.length = 0;
  }

  stop(): void {
    this.#stopped = true;
    this.clear();
    clearTimeout(this.#timer);
  }

  #due(): Entry | undefined {
    const first = this.#entries[0];
    if (!first || this.#stopped || first.at > this.#clock.elapsed()) return undefined;
    return this.#entries.shift();
  }

  #arm(): void {
    if (this.#running) return;
    clearTimeout(this.#timer);
    const first = this.#entries[0];
    if (!first || this.#stopped) return;
    this.#timer = setTimeout(() => this.wake(), Math.min(longestNapMs, this.#clock.realDelay(first.at)));
  }
}

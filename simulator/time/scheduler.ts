import type { Clock } from './clock.js';

interface Task {
  readonly at: number;
  readonly run: (at: number) => void;
}

/** The longest sleep between two looks at the clock: it may come from outside and jump. */
const longestSleepMs = 250;

/** Runs tasks when they are due, in the clock's elapsed time and the order of their times; late ones at once. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #tasks: Task[] = [];
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `run` when `at` has come; the returned function cancels it. */
  schedule(at: number, run: (at: number) => void): () => void {
    const task: Task = { at, run };
    const later = this.#tasks.findIndex((other) => other.at > at);
    this.#tasks.splice(later < 0 ? this.#tasks.length : later, 0, task);
    this.#setTimer();
    return () => {
      const index = this.#tasks.indexOf(task);
      if (index >= 0) this.#tasks.splice(index, 1);
    };
  }

  /** Runs all that is due now. To be called after the clock was changed. */
  runDue(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    try {
      for (let next = this.#takeDue(); next; next = this.#takeDue()) next.run(next.at);
    } finally {
      this.#running = false;
      this.#setTimer();
    }
  }

  clear(): void {
    this.#tasks.length = 0;
  }

  stop(): void {
    this.#stopped = true;
    this.clear();
    clearTimeout(this.#timer);
  }

  #takeDue(): Task | undefined {
    const first = this.#tasks[0];
    if (!first || this.#stopped || first.at > this.#clock.elapsed()) return undefined;
    return this.#tasks.shift();
  }

  #setTimer(): void {
    if (this.#running) return;
    clearTimeout(this.#timer);
    const first = this.#tasks[0];
    if (!first || this.#stopped) return;
    this.#timer = setTimeout(() => this.runDue(), Math.min(longestSleepMs, this.#clock.realDelay(first.at)));
  }
}

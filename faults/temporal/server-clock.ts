import type { Random } from '../world/random.js';
import type { Timer } from './run.js';

/** The server's time, and what takes time there; while it is down, nothing happens. */
export class ServerClock {
  readonly #random: Random;
  #isDown = false;
  #missed: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  now(): number {
    return Date.now();
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Runs it after the time; where the server is down then, once it is up again. */
  after(ms: number, run: () => void): Timer {
    let isCancelled = false;
    const once = () => {
      if (!isCancelled) run();
    };
    const timer = setTimeout(() => {
      if (this.#isDown) this.#missed.push(once);
      else once();
    }, ms);
    return {
      cancel: () => {
        isCancelled = true;
        clearTimeout(timer);
      },
    };
  }

  /** Resolves once it is up; a little later for each who waits, since they ask again at times of their own. */
  async up(): Promise<void> {
    while (this.#isDown) {
      await new Promise<void>((resolve) => this.#missed.push(resolve));
      await new Promise<void>((resolve) => setTimeout(resolve, this.#random.integer(1, 2_000)));
    }
  }

  goDown(): void {
    this.#isDown = true;
  }

  comeUp(): void {
    this.#isDown = false;
    for (const run of this.#missed.splice(0)) run();
  }

  /** From one process to another, ms. */
  latency(): number {
    return this.#random.oneIn(50) ? this.#random.integer(200, 1_500) : this.#random.integer(1, 15);
  }

  /** How late a timer fires, ms: one below a second by as much as is left of it. */
  timerDelay(ms: number): number {
    return ms < 1_000 && this.#random.oneIn(2) ? 1_000 - ms : this.#random.integer(1, 40);
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.#random.integer(0, items.length - 1)];
  }
}

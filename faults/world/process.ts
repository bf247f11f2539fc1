import { AsyncLocalStorage } from 'node:async_hooks';

/** The process whose code runs now, where it is one of the world's. */
export const currentProcess = new AsyncLocalStorage<Life>();

/** One life of a process, from its start until it is killed. */
export interface Life {
  readonly process: SimulatedProcess;
  /** Killed: nothing that it had begun goes on. */
  readonly isOver: () => boolean;
  /** Resolves when it runs; never, if it is over. */
  readonly running: () => Promise<void>;
  /** Resolves when it is killed. */
  readonly end: Promise<void>;
}

/**
 * A process of Outflow's that can be killed, started again, and paused. Its code runs in this one; whatever leaves it or comes to it passes
 * `running`, so that a killed one never goes on, and a paused one goes on when it is resumed, as if nothing had happened.
 */
export class SimulatedProcess {
  readonly name: string;
  /** How far its clock is ahead of the true time, ms. */
  skewMs = 0;
  #life = 1;
  #isUp = true;
  #resumed: (() => void)[] = [];
  #isPaused = false;
  #pausedAt = 0;
  #ending: PromiseWithEnd = promiseWithEnd();

  constructor(name: string) {
    this.name = name;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** How long it has been paused, ms. */
  get pausedForMs(): number {
    return this.#isPaused ? Date.now() - this.#pausedAt : 0;
  }

  /** What its own clock shows. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  kill(): void {
    this.#life += 1;
    this.#isUp = false;
    this.#ending.end();
    this.#ending = promiseWithEnd();
    this.resume();
  }

  start(): void {
    this.#isUp = true;
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#pausedAt = Date.now();
  }

  resume(): void {
    this.#isPaused = false;
    for (const go of this.#resumed.splice(0)) go();
  }

  /** Its life now. */
  life(): Life {
    const life = this.#life;
    const isOver = () => this.#life !== life;
    const running = async () => {
      while (this.#isPaused && !isOver()) await new Promise<void>((resolve) => this.#resumed.push(resolve));
      if (isOver()) await never;
    };
    return { process: this, isOver, running, end: this.#ending.promise };
  }
}

interface PromiseWithEnd {
  promise: Promise<void>;
  end: () => void;
}

function promiseWithEnd(): PromiseWithEnd {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

const never = new Promise<never>(() => undefined);

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sleeps of real time that a closing simulator can end. */
export class Sleeper {
  readonly #wakers = new Set<() => void>();
  #closed = false;

  /** Resolves after `ms`, or at once when the simulator closes: then with false. */
  sleep(ms: number): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve(!this.#closed);
      };
      const timer = setTimeout(wake, ms);
      this.#wakers.add(wake);
    });
  }

  close(): void {
    this.#closed = true;
    for (const wake of [...this.#wakers]) wake();
  }
}

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Answer, Order } from '../thread.js';
import type { Bundles } from './bundle.js';

/** In the checkout, so that the bundle finds its packages. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/faults/', import.meta.url));

/** Threads that carry out runs, one at a time each. */
export class Pool {
  readonly #threads: { worker: Worker; isFree: boolean }[] = [];
  readonly #queue: { order: Omit<Order, 'id'>; resolve: (answer: Answer) => void }[] = [];
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #orders = 0;
  readonly #failed: Promise<never>;
  #fail: (error: Error) => void = () => undefined;

  private constructor() {
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => undefined);
  }

  static async open(
    { workflows, host }: Bundles,
    size = Math.max(1, Math.min(availableParallelism(), 8)),
  ): Promise<Pool> {
    const file = `${cache}${createHash('sha256').update(host).digest('hex').slice(0, 16)}.mjs`;
    await mkdir(cache, { recursive: true });
    await writeFile(file, host);
    const pool = new Pool();
    for (let place = 0; place < size; place += 1) pool.#add(file, workflows);
    return pool;
  }

  get size(): number {
    return this.#threads.length;
  }

  perform(order: Omit<Order, 'id'>): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => {
      this.#queue.push({ order, resolve });
      this.#next();
    });
    return Promise.race([answer, this.#failed]);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #add(file: string, workflows: string): void {
    const worker = new Worker(file, { workerData: { workflows }, execArgv: [] });
    const thread = { worker, isFree: true };
    worker.on('message', (answer: Answer) => {
      thread.isFree = true;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
      this.#next();
    });
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#threads.push(thread);
  }

  #next(): void {
    const free = this.#threads.find(({ isFree }) => isFree);
    const first = free && this.#queue.shift();
    if (free === undefined || first === undefined) return;
    free.isFree = false;
    this.#orders += 1;
    this.#waiting.set(this.#orders, first.resolve);
    free.worker.postMessage({ ...first.order, id: this.#orders });
    this.#next();
  }
}

import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random numbers that follow from a seed alone. */
export class Random {
  readonly #generator: RandomGenerator;

  /** Every seed and stream is another sequence. */
  constructor(seed: number, run = 0, stream = 0) {
    this.#generator = xoroshiro128plus(
      (Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) | 0,
    );
    for (let skipped = 0; skipped < 4; skipped += 1) this.integer(0, 1_000_000);
  }

  /** Both bounds included. */
  integer(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  oneIn(count: number): boolean {
    return this.integer(1, count) === 1;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const rows = Object.entries<number>(weights);
    let left = this.integer(
      1,
      rows.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [name, weight] of rows) {
      left -= weight;
      if (left <= 0) return name as T;
    }
    throw new Error('no weights');
  }

  /** From `least` to `most` ms, small ones as likely as large ones, whatever their order of magnitude. */
  duration(least: number, most: number): number {
    const [from, to] = [Math.log(least), Math.log(most)];
    return Math.round(Math.exp(from + ((to - from) * this.integer(0, 1_000_000)) / 1_000_000));
  }

  /** A number from 0 to below 1. */
  fraction(): number {
    return this.integer(0, 0x7fffffff) / 0x80000000;
  }

  uuid(): `${string}-${string}-${string}-${string}-${string}` {
    const hex = () => this.integer(0, 0xffff).toString(16).padStart(4, '0');
    return `${hex()}${hex()}-${hex()}-4${hex().slice(1)}-8${hex().slice(1)}-${hex()}${hex()}${hex()}`;
  }
}

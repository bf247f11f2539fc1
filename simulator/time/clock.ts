import { z } from 'zod';

export const clockState = z.strictObject({
  skewMs: z.number().int(),
  speed: z.number(),
  anchorReal: z.number(),
  anchorElapsed: z.number(),
});
/** Enough to go on after a restart: the timers run on while the simulator is down, as a provider's would. */
export type ClockState = z.infer<typeof clockState>;

export const clockChange = z.strictObject({
  skewMs: z.number().int().optional(),
  speed: z.number().positive().max(1_000_000).optional(),
  advanceMs: z.number().int().nonnegative().optional(),
});
export type ClockChange = z.infer<typeof clockChange>;

/**
 * Two kinds of time, so that a test can hurry the retries without breaking Cryptopay's Date window:
 * the wall clock (Date headers, created_at), which only `skewMs` shifts, and elapsed time (confirmations, retries,
 * the commit window, CryptoCloud's 12 s), which `speed` and `advanceMs` hurry.
 */
export class Clock {
  readonly #real: () => number;
  #state: ClockState;

  constructor(real: () => number, state?: ClockState) {
    this.#real = real;
    this.#state = state ?? this.#fresh();
  }

  /** Milliseconds since the epoch, untouched by any setting: when requests arrived. */
  real(): number {
    return this.#real();
  }

  /** What the provider's clock shows, in milliseconds since the epoch. */
  wall(): number {
    return this.#real() + this.#state.skewMs;
  }

  /** Milliseconds for all delays. Starts out equal to real time. */
  elapsed(): number {
    const { anchorElapsed, anchorReal, speed } = this.#state;
    return Math.floor(anchorElapsed + (this.#real() - anchorReal) * speed);
  }

  /** Real milliseconds until `elapsed()` reaches `at`. */
  realDelay(at: number): number {
    return Math.max(0, Math.ceil((at - this.elapsed()) / this.#state.speed));
  }

  change({ skewMs, speed, advanceMs }: ClockChange): ClockState {
    this.#state = {
      skewMs: skewMs ?? this.#state.skewMs,
      speed: speed ?? this.#state.speed,
      anchorElapsed: this.elapsed() + (advanceMs ?? 0),
      anchorReal: this.#real(),
    };
    return this.#state;
  }

  restart(): void {
    this.#state = this.#fresh();
  }

  settings(): { skewMs: number; speed: number; wall: string; elapsed: number } {
    return {
      skewMs: this.#state.skewMs,
      speed: this.#state.speed,
      wall: new Date(this.wall()).toISOString(),
      elapsed: this.elapsed(),
    };
  }

  #fresh(): ClockState {
    const now = this.#real();
    return { skewMs: 0, speed: 1, anchorReal: now, anchorElapsed: now };
  }
}

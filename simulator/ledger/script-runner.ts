import type { Clock } from '../time/clock.js';
import type { Scheduler } from '../time/scheduler.js';
import type { Ledger } from './ledger.js';
import type { StatusChange, Payout, ProviderName, Step } from './payout.js';

/** Sends the callback of a status change, if there is one; resolves after its first attempt. */
export type SendCallback = (row: Payout, change: StatusChange, delayMs: number) => Promise<void>;

/** The callback of a create must not overtake the response to it. */
const afterTheResponseMs = 100;

/** Runs each payout's script: what happens to it without a person, step by step. */
export class ScriptRunner {
  readonly #ledger: Ledger;
  readonly #scheduler: Scheduler;
  readonly #clock: Clock;
  readonly #sendCallback: SendCallback;

  constructor(dependencies: { ledger: Ledger; scheduler: Scheduler; clock: Clock; sendCallback: SendCallback }) {
    this.#ledger = dependencies.ledger;
    this.#scheduler = dependencies.scheduler;
    this.#clock = dependencies.clock;
    this.#sendCallback = dependencies.sendCallback;
  }

  /** Stores a new payout and starts its script. */
  start(row: Payout): void {
    this.#schedule(this.#ledger.put(row));
    void this.#sendCallback(row, row.history[0], afterTheResponseMs);
  }

  /** Goes on with a payout from the journal. */
  resume(row: Payout): void {
    this.#schedule(row);
  }

  /** Puts another script in place of the rest of the old one; steps without delay happen now. */
  replaceScript(row: Payout, steps: readonly Step[]): Payout {
    const now = this.#clock.elapsed();
    this.#schedule(this.#ledger.put({ ...row, steps: [...steps], dueAt: firstDue(steps, now) }));
    for (const step of steps) {
      if (step.after > 0) break;
      void this.#takeStep(row.provider, row.providerId, now);
    }
    return this.#ledger.find(row.provider, row.providerId) ?? row;
  }

  /** Runs the rest of the script now. Resolves when each callback has had its first attempt. */
  async runToEnd(row: Payout): Promise<void> {
    for (let next = this.#ledger.find(row.provider, row.providerId); next && next.dueAt !== null;) {
      await this.#takeStep(row.provider, row.providerId, next.dueAt, this.#clock.elapsed());
      next = this.#ledger.find(row.provider, row.providerId);
    }
  }

  #schedule(row: Payout): void {
    const { provider, providerId, dueAt } = row;
    if (dueAt !== null) this.#scheduler.schedule(dueAt, () => void this.#takeStep(provider, providerId, dueAt));
  }

  /** Does nothing if the script was replaced meanwhile. */
  #takeStep(provider: ProviderName, providerId: string, dueAt: number, at = dueAt): Promise<void> {
    const row = this.#ledger.find(provider, providerId);
    const [step, ...rest] = row?.steps ?? [];
    if (!row || !step || row.dueAt !== dueAt) return Promise.resolve();
    const change: StatusChange = { status: step.status, error: step.error ?? '', at };
    const next = this.#ledger.changeStatus({ ...row, steps: rest, dueAt: firstDue(rest, at) }, change);
    this.#schedule(next);
    return this.#sendCallback(next, change, 0);
  }
}

export function firstDue(steps: readonly Step[], from: number): number | null {
  const first = steps[0];
  return first ? from + first.after : null;
}

import type { Agenda } from '../time/scheduler.js';
import type { Clock } from '../time/clock.js';
import type { Ledger } from './ledger.js';
import type { Moment, Payout, ProviderName, Step } from './payout.js';

/** Tells the outside about a payout's moment; resolves after the first attempt to. */
export type Announce = (row: Payout, moment: Moment, delayMs: number) => Promise<void>;

/** A create's own callback must not overtake its answer. */
const afterTheAnswerMs = 100;

/** Plays each payout's script: what happens to it by itself, step by step. */
export class Lives {
  readonly #ledger: Ledger;
  readonly #agenda: Agenda;
  readonly #clock: Clock;
  readonly #announce: Announce;

  constructor(parts: { ledger: Ledger; agenda: Agenda; clock: Clock; announce: Announce }) {
    this.#ledger = parts.ledger;
    this.#agenda = parts.agenda;
    this.#clock = parts.clock;
    this.#announce = parts.announce;
  }

  /** Stores a new payout and starts its script. */
  begin(row: Payout): void {
    this.#schedule(this.#ledger.put(row));
    void this.#announce(row, row.history[0], afterTheAnswerMs);
  }

  /** Goes on with a payout from the books. */
  resume(row: Payout): void {
    this.#schedule(row);
  }

  /** Puts another script in place of the rest of the old one; steps without delay happen now. */
  play(row: Payout, steps: readonly Step[]): Payout {
    const now = this.#clock.elapsed();
    this.#schedule(this.#ledger.put({ ...row, steps: [...steps], dueAt: firstDue(steps, now) }));
    for (const step of steps) {
      if (step.after > 0) break;
      void this.#takeStep(row.provider, row.providerId, now);
    }
    return this.#ledger.find(row.provider, row.providerId) ?? row;
  }

  /** Plays the whole script now. Resolves when the callbacks have been tried once. */
  async hurry(row: Payout): Promise<void> {
    for (let next = this.#ledger.find(row.provider, row.providerId); next && next.dueAt !== null;) {
      await this.#takeStep(row.provider, row.providerId, next.dueAt, this.#clock.elapsed());
      next = this.#ledger.find(row.provider, row.providerId);
    }
  }

  #schedule(row: Payout): void {
    const { provider, providerId, dueAt } = row;
    if (dueAt !== null) this.#agenda.add(dueAt, () => void this.#takeStep(provider, providerId, dueAt));
  }

  /** Does nothing if the script was replaced meanwhile. */
  #takeStep(provider: ProviderName, providerId: string, dueAt: number, at = dueAt): Promise<void> {
    const row = this.#ledger.find(provider, providerId);
    const [step, ...rest] = row?.steps ?? [];
    if (!row || !step || row.dueAt !== dueAt) return Promise.resolve();
    const moment: Moment = { status: step.status, error: step.error ?? '', at };
    const next = this.#ledger.changeStatus({ ...row, steps: rest, dueAt: firstDue(rest, at) }, moment);
    this.#schedule(next);
    return this.#announce(next, moment, 0);
  }
}

export function firstDue(steps: readonly Step[], from: number): number | null {
  const first = steps[0];
  return first ? from + first.after : null;
}

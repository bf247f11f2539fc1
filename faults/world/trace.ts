import { EPOCH } from './virtual-time.js';

/** What can set off a planned fault: something of this kind has just happened. */
export type Moment =
  | 'submitted'
  | 'task given out'
  | 'task answered'
  | 'activity given out'
  | 'connected'
  | 'create written'
  | 'create stored'
  | 'create answered'
  | 'commit written'
  | 'commit answered'
  | 'look-up written'
  | 'look-up answered'
  | 'activity reported'
  | 'slot granted'
  | 'callback sent'
  | 'callback taken'
  | 'timer fired'
  | 'became unknown'
  | 'asked for a person'
  | 'closed';

/** Tells what happens in a run: to the plan's faults, to the checks, and to who reads it. */
export class Trace {
  readonly #lines: { at: number; text: string | (() => string) }[] = [];
  readonly #listeners: ((moment: Moment, subject: string) => void)[] = [];
  readonly #counts = new Map<string, number>();

  listen(listener: (moment: Moment, subject: string) => void): void {
    this.#listeners.push(listener);
  }

  /** A line for who reads it; made only then, where it is given as a function of what never changes. */
  note(text: string | (() => string)): void {
    this.#lines.push({ at: Date.now(), text });
  }

  lines(): string[] {
    return this.#lines.map(({ at, text }) => `${clockTime(at - EPOCH)}  ${typeof text === 'string' ? text : text()}`);
  }

  /** Something has happened, of whichever subject: a withdrawal, a process. */
  moment(moment: Moment, subject: string, detail = ''): void {
    this.#counts.set(moment, (this.#counts.get(moment) ?? 0) + 1);
    this.note(() => `${moment}: ${subject}${detail === '' ? '' : ` (${detail})`}`);
    for (const listener of this.#listeners) listener(moment, subject);
  }

  /** How often each kind of moment came. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** Since the run began: `1d 02:03:04.567`. */
function clockTime(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const rest = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return days > 0 ? `${days}d ${rest}` : rest;
}

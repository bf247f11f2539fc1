import type { Status } from './withdrawal/lifecycle.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * An attempt is written so long after it was scheduled at the latest, Temporal's waits and repetitions included: from then on, one whose
 * worker was paused writes nothing any more.
 */
export const SEND_WINDOW_MS = 2 * MINUTE;

/** So far a worker's clock may be behind Temporal's; one that is behind by more sends nothing. */
export const CLOCK_MARGIN_MS = 5 * SECOND;

/** What was written at the last moment has arrived by then. */
const ARRIVAL_MS = 10 * SECOND;

/** So long after its `notAfter`, nothing more of an attempt arrives at the provider. */
export const QUIET_MS = CLOCK_MARGIN_MS + ARRIVAL_MS;

/** After so many attempts whose outcome stayed unknown, only a person's retry sends it again. */
export const UNKNOWN_ATTEMPTS = 3;

/** A callback's final word that no look-up has confirmed for so long asks for a person. */
export const CONFIRMATION_PATIENCE_MS = 10 * MINUTE;

/** An outcome that stays unknown for so long, while every look-up fails, asks for a person. */
export const UNKNOWN_PATIENCE_MS = 10 * MINUTE;

/** `absent` counts as evidence once seen this often, over this long. */
export const ABSENCES_NEEDED = 3;
export const ABSENCE_SPAN_MS = 5 * MINUTE;

/** What a look-up is for decides how soon the next one follows. */
export type LookUpPurpose = 'no callback came' | 'settle an unknown outcome' | 'confirm a callback';

/** The delays of a purpose's first look-ups, from one to the next. */
const firstDelays: Record<LookUpPurpose, readonly number[]> = {
  'no callback came': [30 * SECOND],
  'settle an unknown outcome': [SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 2 * MINUTE],
  'confirm a callback': [0, 5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND],
};

/** How long to wait before look-up number `round` (from 0) of a withdrawal that has stood like this for `ageMs`. */
export function lookUpDelay(purpose: LookUpPurpose, round: number, ageMs: number): number {
  const delays = firstDelays[purpose];
  const first = delays[round];
  if (first !== undefined) return first;
  if (purpose === 'confirm a callback' && ageMs < CONFIRMATION_PATIENCE_MS) return MINUTE;
  const longest = ageMs < 7 * DAY ? HOUR : 6 * HOUR;
  return Math.min((delays.at(-1) ?? MINUTE) * 2 ** Math.min(round - delays.length + 1, 20), longest);
}

/** How long a withdrawal waits for funds, credentials or a connection before try number `round` (from 0). */
export function nextTryDelay(round: number): number {
  return Math.min(MINUTE * 2 ** Math.min(round, 10), 15 * MINUTE);
}

/** A provider that asks for fewer requests for longer than this, or to wait for longer, asks for a person. */
export const RATE_LIMIT_PATIENCE_MS = 15 * MINUTE;

/** How long it is asked for a turn, quietly: so long a burst of thousands may take to be put in line. */
export const SLOT_PATIENCE_MS = 15 * MINUTE;

/** When a person hears of a withdrawal that stands still: a reminder first, then overdue, again and again. */
export function reminderDelay(status: Status, reminders: number): number | undefined {
  switch (status) {
    case 'awaiting_approval':
      return reminders === 0 ? 4 * HOUR : reminders * DAY;
    case 'processing':
    case 'on_hold':
      return (reminders + 1) * DAY;
    default:
      return undefined;
  }
}

/** After a fault of our own, nothing is done for so long, unless something comes from outside. */
export const FAULT_PAUSE_MS = MINUTE;

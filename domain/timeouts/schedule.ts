import { durations } from './durations.js';

/** What a look-up is for decides how soon the next one follows. */
export type LookUpPurpose = 'no callback came' | 'settle an unknown outcome' | 'confirm a callback';

/** The delays of a purpose's first look-ups, from one to the next. */
const firstDelays: Record<LookUpPurpose, readonly number[]> = {
  'no callback came': durations.lookUp.noCallback.ms,
  'settle an unknown outcome': durations.lookUp.settle.ms,
  'confirm a callback': durations.lookUp.confirm.ms,
};

/** How long to wait before look-up number `round` (from 0) of a withdrawal that has stood like this for `ageMs`. */
export function lookUpDelay(purpose: LookUpPurpose, round: number, ageMs: number): number {
  const { confirmLater, unconfirmed, old, longest, longestOld } = durations.lookUp;
  const delays = firstDelays[purpose];
  const first = delays[round];
  if (first !== undefined) return first;
  if (purpose === 'confirm a callback' && ageMs < unconfirmed.ms) return confirmLater.ms;
  const atMost = ageMs < old.ms ? longest.ms : longestOld.ms;
  return Math.min((delays.at(-1) ?? confirmLater.ms) * 2 ** Math.min(round - delays.length + 1, 20), atMost);
}

/** How long a withdrawal waits for funds, credentials or a connection before try number `round` (from 0). */
export function nextTryDelay(round: number): number {
  const { first, longest } = durations.retry;
  return Math.min(first.ms * 2 ** Math.min(round, 10), longest.ms);
}

/**
 * What calls for a person's attention while a withdrawal stands still: `approval`, that its provider's Owner has yet to decide;
 * `overdue`, that its provider has yet to go on; `none`, nothing: the wait ends by itself.
 */
export type Reminder = 'approval' | 'overdue' | 'none';

/** When a person is asked about a withdrawal that stands still: a reminder first, then overdue, again and again. */
export function reminderDelay(reminder: Reminder, reminders: number): number | undefined {
  const { approval, overdue } = durations.reminder;
  switch (reminder) {
    case 'approval':
      return reminders === 0 ? approval.ms : reminders * overdue.ms;
    case 'overdue':
      return (reminders + 1) * overdue.ms;
    case 'none':
      return undefined;
  }
}

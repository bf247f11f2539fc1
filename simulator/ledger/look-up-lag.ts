import { behaviourOf } from '../behaviour/magic-values.js';
import { isFinal, type Payout, type StatusChange } from './payout.js';

/** The status that a look-up shows: as of `lagMs` ago, and no final one if the magic value hides it. Null: not there yet. */
export function changeShownByLookUp(row: Payout, now: number, lagMs: number): StatusChange | null {
  const hidesFinal = behaviourOf(row.provider, row.code)?.lookUp === 'never-final';
  const shown = row.history.filter(
    (change) => change.at <= now - lagMs && !(hidesFinal && isFinal(row.provider, change.status)),
  );
  return shown.at(-1) ?? null;
}

import { effectOf } from '../behaviour/magic-values.js';
import { isFinal, type Moment, type Payout } from './payout.js';

/** The moment that a look-up shows: as of `lagMs` ago, and never the final one if the magic says so. Null: not there yet. */
export function visibleMoment(row: Payout, now: number, lagMs: number): Moment | null {
  const hidesFinal = effectOf(row.code) === 'look-up-never-final';
  const seen = row.history.filter(
    (moment) => moment.at <= now - lagMs && !(hidesFinal && isFinal(row.provider, moment.status)),
  );
  return seen.at(-1) ?? null;
}

import { jsonAnswer } from '../json-answer.js';
import { effectOf } from '../magic.js';
import { Money } from '../money.js';
import { lastMoment } from '../payout.js';
import type { Answer } from '../provider.js';
import type { World } from '../world.js';
import { invalid, notFound, undocumented } from './errors.js';
import { detailsOf, recordOf } from './record.js';
import { committedScript } from './script.js';

/** POST /api/coin_withdrawals/{id}/commit, which has no body. */
export function commit(id: string, world: World): Answer {
  const { ledger, lives, limits, modes, clock } = world;
  const row = ledger.find('cryptopay', id);
  if (!row) return notFound();
  const details = detailsOf(row);
  const { status } = lastMoment(row);
  // The answers to a second and to a late commit are not documented; this one is our invention.
  const refused = invalid([undocumented('invalid_status', 'status', 'must be committed once and in time')]);
  if (details.commitBy === null) return refused;
  const inTime = clock.elapsed() <= details.commitBy && status !== 'cancelled';
  if (!inTime && !modes.values['late-commit-accepted']) return refused;

  const { currency, amount } = row.charged;
  const script = committedScript(row.code, limits.ownerMustApprove('cryptopay', currency, new Money(amount)));
  const steps = status === 'pending' ? script : [{ after: 0, status: 'pending' }, ...script];
  const committed = lives.play({ ...row, details: { ...details, commitBy: null } }, steps);
  const answer = jsonAnswer(200, { data: recordOf(committed, lastMoment(committed)) });
  return effectOf(row.code) === 'called-back-before-answer' ? { ...answer, after: lives.hurry(committed) } : answer;
}

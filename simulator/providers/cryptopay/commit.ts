import { effectOf } from '../../behaviour/magic-values.js';
import { Money } from '../../currencies/money.js';
import { lastMoment } from '../../ledger/payout.js';
import type { Answer } from '../provider.js';
import type { World } from '../context.js';
import { notCommittable, notFound } from './errors.js';
import { detailsOf, recordAnswer } from './record.js';
import { committedScript } from './script.js';

/** POST /api/coin_withdrawals/{id}/commit, which has no body. */
export function commit(id: string, world: World): Answer {
  const { ledger, lives, limits, modes, clock } = world;
  const row = ledger.find('cryptopay', id);
  if (!row) return notFound();
  const details = detailsOf(row);
  const { status } = lastMoment(row);
  if (details.commitBy === null) return notCommittable();
  const inTime = clock.elapsed() <= details.commitBy && status !== 'cancelled';
  if (!inTime && !modes.values['late-commit-accepted']) return notCommittable();

  const { currency, amount } = row.charged;
  const script = committedScript(row.code, limits.ownerMustApprove('cryptopay', currency, new Money(amount)));
  const steps = status === 'pending' ? script : [{ after: 0, status: 'pending' }, ...script];
  const committed = lives.play({ ...row, details: { ...details, commitBy: null } }, steps);
  const answer = recordAnswer(200, committed, lastMoment(committed), modes);
  return effectOf(row.code) === 'called-back-before-answer' ? { ...answer, after: lives.hurry(committed) } : answer;
}

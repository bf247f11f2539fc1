import { behaviourOf } from '../../behaviour/magic-values.js';
import { Money } from '../../currencies/money.js';
import { latestChange } from '../../ledger/payout.js';
import type { Context } from '../context.js';
import type { HttpResponse } from '../provider.js';
import { notCommittable, notFound } from './errors.js';
import { detailsOf, recordResponse } from './record.js';
import { defaultScript } from './script.js';

/** POST /api/coin_withdrawals/{id}/commit, which has no body. */
export function commit(id: string, context: Context): HttpResponse {
  const { ledger, scriptRunner, limits, modes, clock } = context;
  const row = ledger.find('cryptopay', id);
  if (!row) return notFound();
  const details = detailsOf(row);
  const { status } = latestChange(row);
  if (details.commitBy === null) return notCommittable();
  const inTime = clock.elapsed() <= details.commitBy && status !== 'cancelled';
  if (!inTime && !modes.values['late-commit-accepted']) return notCommittable();

  const { currency, amount } = row.charged;
  const behaviour = behaviourOf('cryptopay', row.code);
  const script = behaviour?.script ?? defaultScript(limits.ownerMustApprove('cryptopay', currency, new Money(amount)));
  const steps = status === 'pending' ? script : [{ after: 0, status: 'pending' }, ...script];
  const committed = scriptRunner.replaceScript({ ...row, details: { ...details, commitBy: null } }, steps);
  const response = recordResponse(200, committed, latestChange(committed), modes);
  return behaviour?.callbacks === 'before-response'
    ? { ...response, after: scriptRunner.runToEnd(committed) }
    : response;
}

import type { Payout } from '../../ledger/payout.js';
import type { Answer } from '../provider.js';
import { visibleMoment } from '../../ledger/look-up-lag.js';
import type { World } from '../context.js';
import { notFound } from './errors.js';
import { recordAnswer } from './record.js';

/** GET /api/coin_withdrawals/{id}. */
export function lookUpById(id: string, world: World): Answer {
  return show(world.ledger.find('cryptopay', id), world);
}

/** GET /api/coin_withdrawals/custom_id/{custom_id}. */
export function lookUpByCustomId(customId: string, world: World): Answer {
  const ignoreCase = world.modes.values['reference-ignores-case'];
  return show(world.ledger.findByReference('cryptopay', customId, ignoreCase), world);
}

function show(row: Payout | undefined, { clock, modes }: World): Answer {
  const moment = row && visibleMoment(row, clock.elapsed(), modes.values['look-up-lags']);
  return row && moment ? recordAnswer(200, row, moment, modes) : notFound();
}

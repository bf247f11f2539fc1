import { changeShownByLookUp } from '../../ledger/look-up-lag.js';
import type { Payout } from '../../ledger/payout.js';
import type { Context } from '../context.js';
import type { HttpResponse } from '../provider.js';
import { notFound } from './errors.js';
import { recordResponse } from './record.js';

/** GET /api/coin_withdrawals/{id}. */
export function lookUpById(id: string, context: Context): HttpResponse {
  return show(context.ledger.find('cryptopay', id), context);
}

/** GET /api/coin_withdrawals/custom_id/{custom_id}. */
export function lookUpByCustomId(customId: string, context: Context): HttpResponse {
  const ignoreCase = context.modes.values['reference-ignores-case'];
  return show(context.ledger.findByReference('cryptopay', customId, ignoreCase), context);
}

function show(row: Payout | undefined, { clock, modes }: Context): HttpResponse {
  const change = row && changeShownByLookUp(row, clock.elapsed(), modes.values['look-up-lags']);
  return row && change ? recordResponse(200, row, change, modes) : notFound();
}

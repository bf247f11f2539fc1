import { jsonResponse } from '../../http/json-response.js';
import { readInteger, type JsonObject } from '../../http/json.js';
import { changeShownByLookUp } from '../../ledger/look-up-lag.js';
import type { StatusChange, Payout } from '../../ledger/payout.js';
import type { Context } from '../context.js';
import type { HttpResponse } from '../provider.js';
import type { Dialect } from './dialect.js';
import { validationResponse } from './errors.js';
import { recordOf } from './record.js';

/** GET /transactions/info, whose parameters are in a JSON body. The response has the callback's shape, not wrapped in `data`. */
export function lookUp(body: JsonObject, dialect: Dialect, context: Context): HttpResponse {
  const given = Object.keys(body);
  const [key] = given;
  // Which field these errors name is not documented: not one that an unknown reference has.
  if (key === undefined) return validationResponse({ params: 'No parameters present' });
  if (given.length > 1) {
    return validationResponse({ params: 'Validation Exception: more than one param is present' });
  }
  const row = find(key, body[key], dialect, context);
  if (row === 'invalid') return validationResponse({ [key]: `The selected ${key} is invalid.` });
  const change = row && changeShownByLookUp(row, context.clock.elapsed(), context.modes.values['look-up-lags']);
  if (!row || !change) return absent(key, context);
  return jsonResponse(200, recordOf(row, change, lookUpStatus(change)));
}

/** The document's mapping: what is `processing` inside is `not_confirmed` here. */
function lookUpStatus({ status }: StatusChange): string {
  return status === 'processing' ? 'not_confirmed' : status;
}

function find(key: string, value: unknown, dialect: Dialect, { ledger, modes }: Context): Payout | null | 'invalid' {
  switch (dialect.lookUpKeys.find((name) => name === key)) {
    case 'id': {
      const id = readInteger(value);
      return id === null ? 'invalid' : (ledger.find(dialect.name, id) ?? null);
    }
    case 'foreign_id': {
      const reference = readInteger(value) ?? value;
      if (typeof reference !== 'string') return 'invalid';
      return ledger.findByReference(dialect.name, reference, modes.values['reference-ignores-case']) ?? null;
    }
    case 'txid':
      return ledger.all().find((row) => row.provider === dialect.name && row.debits > 0 && row.txid === value) ?? null;
    case undefined:
      return 'invalid';
  }
}

/** Not documented: by default the family's error shape under 404, which is our invention. */
function absent(key: string, { modes }: Context): HttpResponse {
  const { status, body } = modes.values['absent-status'];
  if (typeof body === 'string') return { status, contentType: 'text/html', body };
  return jsonResponse(
    status,
    typeof body === 'object' && body ? body : { errors: { [key]: 'Transaction not found.' } },
  );
}

import { jsonAnswer } from '../../http/json-response.js';
import { readInteger, type JsonObject } from '../../http/json.js';
import type { Moment, Payout } from '../../ledger/payout.js';
import type { Answer } from '../provider.js';
import { visibleMoment } from '../../ledger/look-up-lag.js';
import type { World } from '../context.js';
import type { Dialect } from './dialect.js';
import { validationAnswer } from './errors.js';
import { recordOf } from './record.js';

/** GET /transactions/info, whose parameters are in a JSON body. Answers the callback's shape, not wrapped in `data`. */
export function lookUp(body: JsonObject, dialect: Dialect, world: World): Answer {
  const given = Object.keys(body);
  const [key] = given;
  // Which field these complain of is not documented: none that an unknown reference is told by.
  if (key === undefined) return validationAnswer({ params: 'No parameters present' });
  if (given.length > 1) {
    return validationAnswer({ params: 'Validation Exception: more than one param is present' });
  }
  const row = find(key, body[key], dialect, world);
  if (row === 'invalid') return validationAnswer({ [key]: `The selected ${key} is invalid.` });
  const moment = row && visibleMoment(row, world.clock.elapsed(), world.modes.values['look-up-lags']);
  if (!row || !moment) return absent(key, world);
  return jsonAnswer(200, recordOf(row, moment, lookUpStatus(moment)));
}

/** The document's mapping: what is `processing` inside is `not_confirmed` here. */
function lookUpStatus({ status }: Moment): string {
  return status === 'processing' ? 'not_confirmed' : status;
}

function find(key: string, value: unknown, dialect: Dialect, { ledger, modes }: World): Payout | null | 'invalid' {
  switch (dialect.lookUpKeys.find((known) => known === key)) {
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

/** Not documented: by default the family's own error shape under 404, which is our invention. */
function absent(key: string, { modes }: World): Answer {
  const { status, body } = modes.values['absent-status'];
  if (typeof body === 'string') return { status, contentType: 'text/html', body };
  return jsonAnswer(status, typeof body === 'object' && body ? body : { errors: { [key]: 'Transaction not found.' } });
}

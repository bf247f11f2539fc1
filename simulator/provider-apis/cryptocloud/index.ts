import { LosslessNumber, stringify } from 'lossless-json';
import type { RequestOperation } from '../../behaviour/faults.js';
import { behaviourOf } from '../../behaviour/magic-values.js';
import { parseObject } from '../../http/json.js';
import type { StatusChange, Payout } from '../../ledger/payout.js';
import type { Context } from '../context.js';
import type { HttpResponse, CallbackBody, Provider, HttpRequest } from '../provider.js';
import { refusalOf, signPostback } from './authentication.js';
import { create } from './create.js';
import { actions } from './script.js';

export function cryptocloud(context: Context): Provider {
  return {
    name: 'cryptocloud',
    operationOf,
    respond: (received) => respond(received, context),
    callbackOf: (row, change) => callbackOf(row, change, context),
    sign: (callback) => signPostback(callback, context.credentials(), context.clock.wall()),
    // No retries are documented.
    retryDelays: [],
    actions: actions,
  };
}

function operationOf(method: string, path: string): RequestOperation | null {
  return method === 'POST' && path === '/v2/invoice/api/out/create' ? 'create' : null;
}

function respond(received: HttpRequest, context: Context): HttpResponse {
  // What an unknown path gets is not documented.
  if (!operationOf(received.method, received.path)) {
    return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
  }
  return refusalOf(received, context.credentials()) ?? create(parseObject(received.body.toString('utf8')), context);
}

/**
 * No withdrawal callback is documented, so by default there is none. With the `postback` mode or its magic, a payout's
 * end is sent as the documented invoice postback, whose token doesn't cover the body.
 */
function callbackOf(row: Payout, change: StatusChange, { modes }: Context): CallbackBody | null {
  const form = behaviourOf('cryptocloud', row.code)?.postback ?? modes.values.postback;
  if (change.status !== 'confirmed' || form === 'none') return null;
  const body = stringify({
    status: 'success',
    invoice_id: row.providerId.replace('INV-', ''),
    amount_crypto: new LosslessNumber(row.received.amount),
    currency: row.currency,
    order_id: null,
    invoice_info: { uuid: row.providerId, address: row.address, created: row.createdAt },
  });
  return { contentType: form === 'json' ? 'application/json' : 'application/x-www-form-urlencoded', body: body ?? '' };
}

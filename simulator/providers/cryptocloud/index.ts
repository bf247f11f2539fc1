import { LosslessNumber, stringify } from 'lossless-json';
import type { RequestOperation } from '../../behaviour/faults.js';
import { parseObject } from '../../http/json.js';
import { effectOf } from '../../behaviour/magic-values.js';
import type { Moment, Payout } from '../../ledger/payout.js';
import type { Answer, CallbackBody, Provider, Received } from '../provider.js';
import type { World } from '../context.js';
import { refusalOf, signPostback } from './authentication.js';
import { create } from './create.js';
import { acts } from './script.js';

export function cryptocloud(world: World): Provider {
  return {
    name: 'cryptocloud',
    operationOf,
    answer: (received) => answer(received, world),
    callbackOf: (row, moment) => callbackOf(row, moment, world),
    sign: (callback) => signPostback(callback, world.credentials(), world.clock.wall()),
    // No retries are documented.
    retryDelays: [],
    acts,
  };
}

function operationOf(method: string, path: string): RequestOperation | null {
  return method === 'POST' && path === '/v2/invoice/api/out/create' ? 'create' : null;
}

function answer(received: Received, world: World): Answer {
  // What an unknown path gets is not documented.
  if (!operationOf(received.method, received.path)) {
    return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
  }
  return refusalOf(received, world.credentials()) ?? create(parseObject(received.body.toString('utf8')), world);
}

/**
 * No withdrawal callback is documented, so by default there is none. With the `postback` mode or its magic, a payout's
 * end is told in the form of the documented invoice postback, whose token doesn't cover the body.
 */
function callbackOf(row: Payout, moment: Moment, { modes }: World): CallbackBody | null {
  const effect = effectOf(row.code);
  const magic = effect === 'postback-json' ? 'json' : effect === 'postback-form' ? 'form' : null;
  const form = magic ?? modes.values.postback;
  if (moment.status !== 'confirmed' || form === 'none') return null;
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

import type { RequestOperation } from '../../behaviour/faults.js';
import { allCurrencies, isFiat } from '../../currencies/currencies.js';
import { eightDecimals } from '../../currencies/money.js';
import { jsonResponse } from '../../http/json-response.js';
import { parseObject } from '../../http/json.js';
import type { StatusChange, Payout } from '../../ledger/payout.js';
import type { Context } from '../context.js';
import type { HttpResponse, CallbackBody, Provider, HttpRequest } from '../provider.js';
import { refusalOf, signCallback } from './authentication.js';
import { create } from './create.js';
import type { Dialect } from './dialect.js';
import { badContentFormat, requiredHeaderKey } from './errors.js';
import { lookUp } from './look-up.js';
import { recordOf } from './record.js';
import { actions } from './script.js';

const minute = 60_000;

/** The documented retries of CryptoProcessing; AlphaPo's are not documented and taken to be the same. */
const retryDelays = [1, 5, 15, 30, 60, 90, 120, 180, 240, 240, 240, 240].map((minutes) => minutes * minute);

/** Statuses that the documents show a callback for. */
const statusesWithCallback: readonly string[] = ['pending', 'confirmed', 'declined', 'cancelled'];

/** The protocol that CryptoProcessing and AlphaPo share. */
export function processingProvider(dialect: Dialect, context: Context): Provider {
  return {
    name: dialect.name,
    operationOf,
    respond: (request) => respond(request, dialect, context),
    callbackOf,
    sign: (callback) => signCallback(callback, context.credentials()),
    retryDelays,
    actions: actions,
  };
}

function operationOf(method: string, path: string): RequestOperation | null {
  if (method === 'POST' && path === '/api/v2/withdrawal/crypto') return 'create';
  return method === 'GET' && path === '/api/v2/transactions/info' ? 'lookUp' : null;
}

function respond(request: HttpRequest, dialect: Dialect, context: Context): HttpResponse {
  const { method, path, body } = request;
  if (method === 'GET' && path === '/api/v2/ping') return { status: 200, contentType: 'text/plain', body: 'OK' };
  const isAccounts = method === 'POST' && path === '/api/v2/accounts/list';
  const operation = operationOf(method, path);
  // The documents say that a wrong URL is answered like a missing key.
  if (!operation && !isAccounts) return requiredHeaderKey;
  const refusal = refusalOf(request, context.credentials());
  if (refusal) return refusal;
  const parsed = parseObject(body.toString('utf8'));
  if (!parsed) return badContentFormat;
  if (isAccounts) return accounts(dialect, context);
  return operation === 'create' ? create(parsed, dialect, context) : lookUp(parsed, dialect, context);
}

/** POST /accounts/list: what is left on each balance. */
function accounts({ name }: Dialect, { limits }: Context): HttpResponse {
  const data = allCurrencies().map((currency) => ({
    currency,
    type: isFiat(currency) ? 'fiat' : 'crypto',
    balance: eightDecimals(limits.available(name, currency)),
  }));
  return jsonResponse(200, { data });
}

function callbackOf(row: Payout, change: StatusChange): CallbackBody | null {
  if (!statusesWithCallback.includes(change.status)) return null;
  return { contentType: 'application/json', body: JSON.stringify(recordOf(row, change, change.status)) };
}

import type { RequestOperation } from '../../behaviour/faults.js';
import type { Modes } from '../../behaviour/modes.js';
import { parseObject } from '../../http/json.js';
import type { StatusChange, Payout } from '../../ledger/payout.js';
import type { Context } from '../context.js';
import type { HttpResponse, CallbackBody, Provider, HttpRequest } from '../provider.js';
import { refusalOf, signCallback } from './authentication.js';
import { commit } from './commit.js';
import { create } from './create.js';
import { malformed, notFound } from './errors.js';
import { lookUpByCustomId, lookUpById } from './look-up.js';
import { recordOf } from './record.js';
import { actions } from './script.js';

/** The documented 20 retries: 30 + n^4 + n seconds. */
const retryDelays = Array.from({ length: 20 }, (_, n) => (30 + n ** 4 + n) * 1000);

export function cryptopay(context: Context): Provider {
  return {
    name: 'cryptopay',
    operationOf: (method, path) => routeOf(method, path)?.operation ?? null,
    respond: (request) => respond(request, context),
    callbackOf: (row, change) => callbackOf(row, change, context.modes),
    sign: (callback) => signCallback(callback, context.credentials()),
    retryDelays,
    actions: actions,
  };
}

interface Route {
  readonly operation: RequestOperation;
  readonly handle: (body: Buffer, context: Context) => HttpResponse;
}

function routeOf(method: string, path: string): Route | null {
  const parts = (path.split('?')[0] ?? '').split('/').slice(1).map(decoded);
  const [api, resource, first, second, ...more] = parts;
  if (api !== 'api' || resource !== 'coin_withdrawals' || more.length > 0) return null;
  if (method === 'POST' && first === undefined) return { operation: 'create', handle: readAndCreate };
  if (first === undefined) return null;
  if (method === 'POST' && second === 'commit') {
    return {
      operation: 'commit',
      handle: (body, context) => (body.length > 0 ? malformed('a commit has no body') : commit(first, context)),
    };
  }
  if (method !== 'GET') return null;
  if (second === undefined) return { operation: 'lookUp', handle: (_body, context) => lookUpById(first, context) };
  if (first !== 'custom_id') return null;
  return { operation: 'lookUp', handle: (_body, context) => lookUpByCustomId(second, context) };
}

function respond(request: HttpRequest, context: Context): HttpResponse {
  const refusal = refusalOf(request, context.credentials(), context.clock.wall());
  if (refusal) return refusal;
  return routeOf(request.method, request.path)?.handle(request.body, context) ?? notFound();
}

function readAndCreate(body: Buffer, context: Context): HttpResponse {
  const parsed = parseObject(body.toString('utf8'));
  return parsed ? create(parsed, context) : malformed('the body is not a JSON object');
}

function callbackOf(row: Payout, change: StatusChange, modes: Modes): CallbackBody {
  const [first] = row.history;
  const event = change.at === first.at && change.status === first.status ? 'created' : 'status_changed';
  const body = JSON.stringify({ type: 'CoinWithdrawal', event, data: recordOf(row, change, modes) });
  return { contentType: 'application/json', body };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

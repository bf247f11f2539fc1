import type { RequestOperation } from '../../behaviour/faults.js';
import { parseObject } from '../../http/json.js';
import type { Modes } from '../../behaviour/modes.js';
import type { Moment, Payout } from '../../ledger/payout.js';
import type { Answer, CallbackBody, Provider, Received } from '../provider.js';
import type { World } from '../context.js';
import { refusalOf, signCallback } from './authentication.js';
import { commit } from './commit.js';
import { create } from './create.js';
import { malformed, notFound } from './errors.js';
import { lookUpByCustomId, lookUpById } from './look-up.js';
import { recordOf } from './record.js';
import { acts } from './script.js';

/** The documented 20 retries: 30 + n^4 + n seconds. */
const retryDelays = Array.from({ length: 20 }, (_, n) => (30 + n ** 4 + n) * 1000);

export function cryptopay(world: World): Provider {
  return {
    name: 'cryptopay',
    operationOf: (method, path) => routeOf(method, path)?.operation ?? null,
    answer: (received) => answer(received, world),
    callbackOf: (row, moment) => callbackOf(row, moment, world.modes),
    sign: (callback) => signCallback(callback, world.credentials()),
    retryDelays,
    acts,
  };
}

interface Route {
  readonly operation: RequestOperation;
  readonly act: (body: Buffer, world: World) => Answer;
}

function routeOf(method: string, path: string): Route | null {
  const parts = (path.split('?')[0] ?? '').split('/').slice(1).map(decoded);
  const [api, resource, first, second, ...more] = parts;
  if (api !== 'api' || resource !== 'coin_withdrawals' || more.length > 0) return null;
  if (method === 'POST' && first === undefined) return { operation: 'create', act: readAndCreate };
  if (first === undefined) return null;
  if (method === 'POST' && second === 'commit') {
    return {
      operation: 'commit',
      act: (body, world) => (body.length > 0 ? malformed('a commit has no body') : commit(first, world)),
    };
  }
  if (method !== 'GET') return null;
  if (second === undefined) return { operation: 'lookUp', act: (_body, world) => lookUpById(first, world) };
  if (first !== 'custom_id') return null;
  return { operation: 'lookUp', act: (_body, world) => lookUpByCustomId(second, world) };
}

function answer(received: Received, world: World): Answer {
  const refusal = refusalOf(received, world.credentials(), world.clock.wall());
  if (refusal) return refusal;
  return routeOf(received.method, received.path)?.act(received.body, world) ?? notFound();
}

function readAndCreate(body: Buffer, world: World): Answer {
  const parsed = parseObject(body.toString('utf8'));
  return parsed ? create(parsed, world) : malformed('the body is not a JSON object');
}

function callbackOf(row: Payout, moment: Moment, modes: Modes): CallbackBody {
  const [first] = row.history;
  const event = moment.at === first.at && moment.status === first.status ? 'created' : 'status_changed';
  const body = JSON.stringify({ type: 'CoinWithdrawal', event, data: recordOf(row, moment, modes) });
  return { contentType: 'application/json', body };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

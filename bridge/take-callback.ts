import { createHash } from 'node:crypto';
import { stringify } from 'lossless-json';
import { LRUCache } from 'lru-cache';
import type { CaseStart } from '../contract/case.js';
import { durations } from '../domain/timeouts/durations.js';
import { Refusal } from '../http/server.js';
import type { Headers } from '../providers/http/headers.js';
import type { CallbackContent, CallbackReceiver } from '../providers/provider.js';
import type { Deliverer, Outcome } from './deliver.js';
import { deliver, startCase, withDeadline } from './deliver.js';

/** Of how many callbacks that Temporal accepted the bytes are known, so that their repetitions need no second signal. */
const CALLBACKS_KEPT = 50_000;

/**
 * Takes one callback: what became of it, once Temporal holds it durably. Rejects with a `Refusal` for one that is not authentic or no JSON, and with
 * Temporal's error where that can't take it now.
 */
export type TakeCallback = (receiver: CallbackReceiver, headers: Headers, body: Buffer) => Promise<Outcome>;

export function callbackTaker(by: Deliverer): TakeCallback {
  const { temporal } = by;
  const accepted = new LRUCache<string, true>({ max: CALLBACKS_KEPT, ttl: durations.bridge.accepted.ms });
  const delivering = new Map<string, Promise<Outcome>>();

  return async (receiver, headers, body) => {
    if (!receiver.isAuthentic(headers, body, new Date()))
      throw new Refusal(401, 'The signature does not match the body.');
    const key = createHash('sha256').update(receiver.name).update('\n').update(body).digest('base64');
    if (accepted.has(key)) return 'duplicate';
    // The same bytes at once are one delivery: all of them wait for its end, good or bad.
    const delivery = delivering.get(key) ?? deliverBody(receiver, body).finally(() => delivering.delete(key));
    delivering.set(key, delivery);
    const outcome = await delivery;
    if (outcome !== 'not a withdrawal' && outcome !== 'not ours') accepted.set(key, true);
    return outcome;
  };

  async function deliverBody(receiver: CallbackReceiver, body: Buffer): Promise<Outcome> {
    const json = receiver.parse(body);
    if (json === undefined && !isLaxJson(body)) throw new Refusal(400, 'The body is not JSON.');
    const content: CallbackContent =
      json === undefined ? { kind: 'unreadable', problem: 'a key stands twice in it' } : receiver.read(json);
    switch (content.kind) {
      case 'not a withdrawal':
      case 'not ours':
        return content.kind;
      case 'withdrawal':
        return deliver(by, content.record);
      case 'unreadable': {
        const { problem } = content;
        const text = json === undefined ? body.toString('utf8') : (stringify(json) ?? body.toString('utf8'));
        const start: CaseStart = { provider: receiver.name, reason: 'unreadable', problem, body: text };
        return withDeadline(temporal, () => startCase(by, start));
      }
    }
  }
}

/** JSON with the same key twice is JSON to most, and has no one meaning. */
function isLaxJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

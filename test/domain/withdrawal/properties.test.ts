import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WithdrawalState } from '../../../domain/withdrawal/state.js';
import { randomEvents, Model } from './random-events.js';
import { Life } from './life.js';
import { samples, without } from '../requests.js';

const requests = fc.constantFrom(samples.cryptoprocessing, samples.alphapo, samples.cryptopay, samples.cryptocloud);
const rules = fc.record({ confirmFinal: fc.boolean(), resend: fc.boolean() });

/** The view of a withdrawal that ended, without its attention and timeline. */
const settledView = ({ view }: Life) => JSON.stringify(without(view, 'attention', 'timeline'));

/** Fails if the law is broken by what just happened. */
function assertInvariants(it: Life, model: Model, before: { view?: string; inDoubt: boolean }): void {
  const { isFinal, next, state, status } = it;
  if (before.view !== undefined && settledView(it) !== before.view) throw new Error('a final withdrawal changed');
  if (next.do === 'create' && !model.maySend(it)) throw new Error('may be sent without proof');
  if ((next.do === 'acquireSlot' || next.do === 'checkRun') && model.inDoubt && state.resolving.length === 0)
    throw new Error(`${next.do} while in doubt`);
  if (it.isCancellable && (model.inDoubt || status === 'sending')) throw new Error('may be cancelled while in doubt');
  const isSaid = state.record?.meaning === status || state.timeline.some(({ event }) => event === 'resolved');
  if (before.inDoubt && isFinal && !isSaid)
    throw new Error('ended while in doubt, by nothing that the provider or a person said');
  if (isFinal && state.pausedUntil === undefined && next.do !== 'openCase' && next.do !== 'end')
    throw new Error(`${next.do} after the end`);
  if (isFinal && state.resolving.length > 0) throw new Error('a person waits for an answer after the end');
  if (state.timeline.length > 100) throw new Error('the timeline grows');
}

describe('whatever happens, in any order', () => {
  test('final never changes; nothing in doubt is cancelled, ended by itself, or sent again without proof', () => {
    const seen = { resends: 0, ends: 0, cancelled: 0, contradictions: 0, notOurs: 0, resolved: 0, early: 0, faults: 0 };
    fc.assert(
      fc.property(requests, rules, randomEvents, (request, its, events) => {
        const it = new Life(request);
        it.policy = { ...its };
        const model = new Model();
        for (const what of events) {
          const before = { ...(it.isFinal && { view: settledView(it) }), inDoubt: model.inDoubt };
          const awaited = it.state.receivedCallbacks.length;
          model.perform(it, what);
          assertInvariants(it, model, before);
          seen.early += Number(awaited > 0 && it.state.receivedCallbacks.length === 0);
        }
        seen.resends += model.resends;
        seen.ends += Number(it.isFinal);
        seen.cancelled += Number(it.events.at(-1) === 'cancelled');
        seen.contradictions += Number(it.events.includes('contradiction'));
        seen.notOurs += Number(it.events.includes('notOurs'));
        seen.resolved += Number(it.events.includes('resolved'));
        seen.faults += model.faults;
      }),
      { numRuns: 2_000 },
    );
    // Proof that the sequences go where they could do harm.
    for (const [name, count] of Object.entries(seen)) expect([name, count > 5]).toEqual([name, true]);
  });

  test('a withdrawal carried over into a new run at every step behaves as one that never was', () => {
    fc.assert(
      fc.property(requests, randomEvents, (request, events) => {
        const [one, other] = [new Life(request), new Life(request)];
        const [model, otherModel] = [new Model(), new Model()];
        for (const what of events) {
          other.state = JSON.parse(JSON.stringify(other.state)) as WithdrawalState;
          model.perform(one, what);
          otherModel.perform(other, what);
        }
        expect(other.state).toStrictEqual(one.state);
        expect([other.now, other.next, other.view]).toStrictEqual([one.now, one.next, one.view]);
        expect(JSON.parse(JSON.stringify(one.view))).toStrictEqual(one.view);
      }),
      { numRuns: 300 },
    );
  });
});

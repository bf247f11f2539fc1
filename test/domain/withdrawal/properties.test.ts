import { isCancellable } from '../../../domain/withdrawal/operator-actions.js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WithdrawalState } from '../../../domain/withdrawal/state.js';
import { Withdrawal } from '../../../domain/withdrawal/withdrawal.js';
import type { Happening } from './happenings.js';
import { happenings, Witness } from './happenings.js';
import { Life } from './life.js';
import { samples, without } from '../requests.js';

const requests = fc.constantFrom(samples.cryptoprocessing, samples.alphapo, samples.cryptopay, samples.cryptocloud);
const rules = fc.record({ confirmFinal: fc.boolean(), resend: fc.boolean() });

/** What is told of a withdrawal that ended, but for whom it asks and the story so far. */
const fate = ({ view }: Life) => JSON.stringify(without(view, 'attention', 'timeline'));

/** Fails if the law is broken by what just happened. */
function holdToTheLaw(it: Life, witness: Witness, what: Happening, before: { fate?: string; inDoubt: boolean }): void {
  const { isFinal } = it.withdrawal;
  if (before.fate !== undefined && fate(it) !== before.fate) throw new Error('a final withdrawal changed');
  if (it.mayResend && !witness.mayResend(it)) throw new Error('may be sent again without proof');
  if (isCancellable(it.withdrawal) && (witness.inDoubt || it.status === 'sending'))
    throw new Error('may be cancelled while in doubt');
  if (before.inDoubt && isFinal && !['accept', 'callback', 'find'].includes(what.kind))
    throw new Error('ended while in doubt, by nothing that the provider said');
  if (it.withdrawal.memory.timeline.length > 100) throw new Error('the timeline grows');
}

describe('whatever happens, in any order', () => {
  test('final never changes; nothing in doubt is cancelled, ended by itself, or sent again without proof', () => {
    const seen = { resends: 0, ends: 0, cancelled: 0, contradictions: 0, notOurs: 0 };
    fc.assert(
      fc.property(requests, rules, happenings, (request, its, events) => {
        const it = new Life(request);
        it.policy = its;
        const witness = new Witness();
        for (const what of events) {
          const before = { ...(it.withdrawal.isFinal && { fate: fate(it) }), inDoubt: witness.inDoubt };
          witness.tell(it, what);
          holdToTheLaw(it, witness, what, before);
        }
        seen.resends += witness.resends;
        seen.ends += Number(it.withdrawal.isFinal);
        seen.cancelled += Number(it.events.at(-1) === 'cancelled');
        seen.contradictions += Number(it.attention === 'contradiction');
        seen.notOurs += Number(it.events.includes('notOurs'));
      }),
      { numRuns: 2_000 },
    );
    // Proof that the sequences go where they could do harm.
    for (const [name, count] of Object.entries(seen)) expect([name, count > 5]).toEqual([name, true]);
  });

  test('a withdrawal carried over into a new run at every step behaves as one that never was', () => {
    fc.assert(
      fc.property(requests, happenings, (request, events) => {
        const [one, other] = [new Life(request), new Life(request)];
        const [witness, otherWitness] = [new Witness(), new Witness()];
        for (const what of events) {
          other.withdrawal = new Withdrawal(JSON.parse(JSON.stringify(other.withdrawal.memory)) as WithdrawalState);
          witness.tell(one, what);
          otherWitness.tell(other, what);
        }
        expect(other.withdrawal.memory).toStrictEqual(one.withdrawal.memory);
        expect([other.now, other.mayResend, other.withdrawal.lookUpAt, other.view]).toStrictEqual([
          ...[one.now, one.mayResend, one.withdrawal.lookUpAt, one.view],
        ]);
        expect(JSON.parse(JSON.stringify(one.view))).toStrictEqual(one.view);
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import type { OperatorAction } from '../../../domain/withdrawal/operator-actions/action.js';
import type { ActionName } from '../../../domain/withdrawal/operator-actions/table.js';
import { actionNames, formProblem } from '../../../domain/withdrawal/operator-actions/table.js';
import { life, unknownLife } from './life.js';

/** What nobody checks the form of: only a resolution has an outcome and evidence. */
const extras = { outcome: { any: 'thing' }, evidence: 'x'.repeat(1_000_000), passport: 'C01X00T47' };

describe('the form of an action', () => {
  test.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ by: 'Ada' }],
    [{ by: ' ', reason: 'x' }],
    [{ by: 7, reason: 'x' }],
  ])('needs a name and a reason: %j is none', (said) => {
    for (const name of actionNames) expect(formProblem(name, withId(said))).toMatch(/(by|reason).*: must be/);
  });

  test.each([['ab12'], ['zzz zzz zzz zzz'], [''], [undefined], [7], ['a'.repeat(129)]])(
    'needs a transaction’s id for what was paid: %j is none',
    (txid) => {
      const paid = {
        id: 'a-1',
        by: 'Bo',
        reason: 'asked',
        evidence: 'ticket',
        outcome: 'confirmed',
        txid: 'bb04bb04bb',
      };
      expect(formProblem('resolve', paid)).toBeUndefined();
      expect(formProblem('resolve', { ...paid, txid })).toMatch(/^txid: /);
    },
  );
});

/** What was said, with an id if it has fields at all. */
function withId(said: unknown): unknown {
  return typeof said === 'object' && said !== null ? { id: 'a-1', ...said } : said;
}

describe('what is sent with an action beside its own fields', () => {
  const lives = { cancel: () => life(), retryNow: () => unknownLife() };
  for (const name of ['cancel', 'retryNow'] as const satisfies ActionName[])
    test(`does not stay in the timeline of a withdrawal: ${name}`, () => {
      const action = { id: 'a-1', by: 'Bo', reason: 'typo', ...extras } as OperatorAction;
      expect(formProblem(name, action)).toBeUndefined(); // it gets past the update's validator
      const it = lives[name]();
      it.apply({ type: 'actionRequested', name, action });
      const noted = it.state.timeline.find(({ event }) => event === `${name}Requested`)?.detail?.action;
      expect(noted).toBeDefined();
      expect(Object.keys(noted ?? {}).toSorted()).toEqual(['by', 'id', 'name', 'reason']);
    });
});

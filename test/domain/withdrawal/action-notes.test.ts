import { describe, expect, test } from '@jest/globals';
import type { OperatorAction } from '../../../domain/withdrawal/operator-actions/action.js';
import type { ActionName } from '../../../domain/withdrawal/operator-actions/table.js';
import { formProblem } from '../../../domain/withdrawal/operator-actions/table.js';
import { life, unknownLife } from './life.js';

/** What nobody checks the form of: only a resolution has an outcome and evidence. */
const extras = { outcome: { any: 'thing' }, evidence: 'x'.repeat(1_000_000), passport: 'C01X00T47' };

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

import { expect } from '@jest/globals';
import { fieldRules } from '../../codec-server/masking/fields.js';
import type { PersonalKind } from '../../domain/validation/personal.js';
import { casesOpened, strangeCallbacks } from '../support/leaks/callbacks.js';
import type { Canary } from '../support/leaks/canaries.js';
import { describeLeaks } from '../support/leaks/describe.js';
import { acting, closingCases, resolving } from '../support/leaks/operators.js';
import * as withdrawals from '../support/leaks/withdrawals.js';
import type { World } from '../support/leaks/world.js';

describeLeaks(async (world: World) => {
  await withdrawals.failing(world);
  await Promise.all([
    withdrawals.end(world, [...withdrawals.paidByEach, ...withdrawals.otherEnds]),
    withdrawals.expired(world),
    withdrawals.takenBack(world),
    withdrawals.cancelledInWords(world),
    withdrawals.invalid(world),
    acting(world),
    resolving(world),
    strangeCallbacks(world),
  ]);
  await closingCases(world, casesOpened + 1);
  await withdrawals.workerKilled(world); // last: for a while, Temporal goes on giving tasks to a worker that is dead
}, everyKind);

const personal: readonly string[] = ['name', 'email', 'date', 'address', 'text'] satisfies PersonalKind[];
/** They hold words of ours, or other fields. */
const ours = new Set(['stack_trace', 'problem', 'problems', 'refused', 'sender', 'receiver', 'resolvedTxid']);

/** A field that is masked is one whose data must not leak. */
function everyKind(given: readonly Canary[]): void {
  const names = [...fieldRules].flatMap(([name, rule]) => (personal.includes(rule) && !ours.has(name) ? [name] : []));
  expect(names.filter((name) => !given.some(({ of }) => of.endsWith(`.${name}`)))).toEqual([]);
}

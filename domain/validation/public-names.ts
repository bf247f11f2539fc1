import { addressHeldIn } from '../addresses/index.js';
import { isWithdrawalId } from '../request.js';
import type { Check } from './fields.js';
import { check, text, violation } from './fields.js';

const form = text(isWithdrawalId, '1 to 64 of A-Z a-z 0-9 . _ -, first and last a letter or digit');

/** The id of a withdrawal, which everybody who reaches Temporal reads. */
export const withdrawalId: Check<string> = check(`${form.form}; no address`, (value, path) => {
  const wrong = form(value, path);
  const problem = typeof value === 'string' && wrong.length === 0 ? publicNameProblem(value) : undefined;
  return problem === undefined ? wrong : [violation(path, problem)];
});

/** Why this may stand nowhere that is readable without a key: names the reason, never what it is. */
export function publicNameProblem(name: string): string | undefined {
  const chain = addressHeldIn(name);
  if (chain === undefined) return undefined;
  return `must hold no address, and holds one of ${chain}: ids are readable without a key, so take a name of your own`;
}

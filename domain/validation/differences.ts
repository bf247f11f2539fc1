import { sameAmount } from '../money.js';
import { cryptopayOptions } from './cryptopay-options.js';
import type { Check } from './fields.js';
import { amount, fieldsOf } from './fields.js';
import type { WithdrawalRequest } from './request-fields.js';
import { requestFieldRows } from './request-fields.js';

type Fields = Readonly<Record<string, unknown>>;

/** The fields in which two requests ask for different things, by their paths; empty if they ask for the same. */
export function differingFields(a: WithdrawalRequest, b: WithdrawalRequest): string[] {
  return differing({ ...a }, { ...b }, '');
}

/** Fields that don't make another withdrawal: the first one's stand. */
export const firstStands: readonly string[] = requestFieldRows
  .filter(([, { firstStands }]) => firstStands)
  .map(([name]) => name);

/** The paths of amounts, which are compared by value. */
const amounts: ReadonlySet<string> = new Set([
  ...requestFieldRows.filter(([, field]) => isAmount(field)).map(([name]) => name),
  ...Object.entries(cryptopayOptions)
    .filter(([, option]) => isAmount(option))
    .map(([name]) => `cryptopay.${name}`),
]);

function isAmount({ check }: { check: Check }): boolean {
  return check === amount;
}

function differing(a: Fields, b: Fields, prefix: string): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => {
    const path = prefix + name;
    if (firstStands.includes(path)) return [];
    const [left, right] = [a[name], b[name]];
    if (left === right || (isNothing(left) && isNothing(right))) return [];
    const [leftFields, rightFields] = [fieldsOf(left), fieldsOf(right)];
    if (leftFields && rightFields) return differing(leftFields, rightFields, `${path}.`);
    if (amounts.has(path) && typeof left === 'string' && typeof right === 'string' && sameAmount(left, right))
      return [];
    return [path];
  });
}

/** An option left out, and one that says what holds anyway. */
function isNothing(value: unknown): boolean {
  const fields = fieldsOf(value);
  return value === undefined || value === false || (fields !== undefined && Object.values(fields).every(isNothing));
}

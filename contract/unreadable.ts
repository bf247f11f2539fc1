import type { UnreadableReason } from '../domain/validation/unreadable.js';
import { isUnreadableReason } from '../domain/validation/unreadable.js';

export type { UnreadableReason } from '../domain/validation/unreadable.js';
export { unreadableReasons } from '../domain/validation/unreadable.js';

/**
 * Where encryption is on, a payload that can't be believed is not thrown at whoever reads it (Temporal's SDK reads all that has come
 * before any of our code runs, so that one bad signal would block a workflow): it becomes a mark that says why, and holds nothing of it.
 */

/** What stands in place of a value that can't be believed. */
export interface Unreadable {
  outflowUnreadable: UnreadableReason;
}

export function unreadable(reason: UnreadableReason): Unreadable {
  return { outflowUnreadable: reason };
}

/** Why this value can't be believed; undefined for every other value. It may be anything that came through Temporal. */
export function unreadableReason(value: unknown): UnreadableReason | undefined {
  if (typeof value !== 'object' || value === null || !('outflowUnreadable' in value)) return undefined;
  const { outflowUnreadable: said } = value;
  return isUnreadableReason(said) ? said : 'malformed';
}

/**
 * Where encryption is on, a payload that can't be believed is not thrown at whoever reads it (Temporal's SDK reads all that has come
 * before any of our code runs, so that one bad signal would block a workflow): it becomes a mark that says why, and holds nothing of it.
 */

/** Why a payload can't be believed, and what that says of who wrote it. */
export const unreadableReasons = {
  plaintext: 'it is not encrypted: whoever wrote it had no key',
  misplaced: 'it was encrypted for another workflow, activity or namespace',
  tampered: 'it was changed after it was encrypted, or its key is another one under the same id',
  malformed: 'it is cut off, or was never encrypted by Outflow',
  'unknown-format': 'it was encrypted by a later version of Outflow',
} as const;

export type UnreadableReason = keyof typeof unreadableReasons;

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
  return isReason(said) ? said : 'malformed';
}

function isReason(said: unknown): said is UnreadableReason {
  return typeof said === 'string' && Object.hasOwn(unreadableReasons, said);
}

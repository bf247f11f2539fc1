/** Why something that came through Temporal can't be believed, and what that says of who wrote it. */
export const unreadableReasons = {
  plaintext: 'it is not encrypted: whoever wrote it had no key',
  misplaced: 'it was encrypted for another workflow, run, activity or namespace, or as something else',
  tampered: 'it was changed after it was encrypted, or its key is another one under the same id',
  malformed: 'it is cut off, or was never encrypted by Outflow',
  'unknown-format': 'it was encrypted by a later version of Outflow',
} as const;

export type UnreadableReason = keyof typeof unreadableReasons;

export function isUnreadableReason(said: unknown): said is UnreadableReason {
  return typeof said === 'string' && Object.hasOwn(unreadableReasons, said);
}

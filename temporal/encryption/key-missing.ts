import { ApplicationFailure } from '@temporalio/common';

/** Its type in Temporal, where the inbox finds the workflow tasks that fail with it. */
export const KEY_MISSING = 'KeyMissing';

/**
 * A payload whose key this process doesn't have. In a workflow task it makes Temporal try again until a worker has the key; as a call's input it
 * proves that the call was not made, and its details, which are encrypted, say so to the workflow.
 */
export function keyMissing(keyId: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: KEY_MISSING,
    message: `This process has no key ${keyId}, with which this was encrypted: add it to OUTFLOW_ENCRYPTION_KEYS. Until then, it waits.`,
    details: [{ failure: { type: KEY_MISSING }, keyId }],
  });
}

export function isKeyMissing(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === KEY_MISSING;
}

import { ApplicationFailure } from '@temporalio/common';

/** Its type in Temporal, where the inbox finds the workflow tasks that fail with it. */
export const KEY_MISSING = 'KeyMissing';

/**
 * A payload whose key this process doesn't have. In a workflow task it makes Temporal try again until a worker has the key; as a call's input it
 * proves that the call was not made, and its details, which are encrypted, say so to the workflow.
 */
export function keyMissing(keyId: string): ApplicationFailure {
  return failureOf(
    keyId,
    `This process has no key ${keyId}, with which this was encrypted: add it to OUTFLOW_ENCRYPTION_KEYS. Until then, it waits.`,
  );
}

/** The same where it has none at all, since encryption is off. */
export function keysOff(keyId: string): ApplicationFailure {
  return failureOf(
    keyId,
    `This is encrypted with key ${keyId}, and this process has OUTFLOW_ENCRYPTION=off: give it OUTFLOW_ENCRYPTION_KEYS instead.`,
  );
}

function failureOf(keyId: string, message: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: KEY_MISSING,
    message,
    details: [{ failure: { type: KEY_MISSING }, keyId }],
  });
}

export function isKeyMissing(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === KEY_MISSING;
}

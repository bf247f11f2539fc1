import { workflowIdOf } from '../contract/ids.js';
import type { UnreadableReason } from '../contract/unreadable.js';
import { unreadableReasons } from '../contract/unreadable.js';
import type { Violation } from '../domain/validation/fields.js';
import { workerLacks } from './keys/missing-keys.js';
import type { ClosedByForce } from './stored/closed-by-force.js';

/** The request breaks rules; nothing was started. `violations` names every field, and what is right. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  /** `what` was refused: `The request`, or one by its id. */
  constructor(
    readonly violations: readonly Violation[],
    what = 'The request',
  ) {
    super(
      [`${what} was refused, and nothing was started:`, ...violations.map((m) => `  ${m.field}: ${m.problem}`)].join(
        '\n',
      ),
    );
  }
}

/** The same `withdrawalId` was submitted before with other content; the first one stands. `fields` names the differences. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  constructor(
    readonly withdrawalId: string,
    readonly fields: readonly string[],
  ) {
    super(
      `Withdrawal ${withdrawalId} exists with other content: ${fields.join(', ')}. The first one stands; nothing was started. ` +
        'Another payout needs another withdrawalId.',
    );
  }
}

/** The request is past its `sendBy` and Temporal knows no earlier run of it: an earlier one may have paid, so nothing is sent. */
export class StaleRequestError extends Error {
  override readonly name = 'StaleRequestError';
  constructor(readonly withdrawalId: string) {
    super(
      `Withdrawal ${withdrawalId} is past its sendBy, and Temporal holds no record of an earlier run, which may have paid. Nothing was sent. ` +
        'Look at the provider’s records; if it was never paid, docs/requests.md says how to submit it.',
    );
  }
}

export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  constructor(
    readonly withdrawalId: string,
    message = `No withdrawal ${withdrawalId} is known. It was never submitted, or it ended longer ago than Temporal’s retention.`,
  ) {
    super(message);
  }
}

/** The withdrawal's state doesn't allow the operator's action, or its fields are wrong; the message says which. Nothing was changed. */
export class NotPossibleError extends Error {
  override readonly name = 'NotPossibleError';
  constructor(
    message: string,
    /** What doesn't allow it. */
    readonly because: 'state' | 'fields' = 'state',
  ) {
    super(message);
  }
}

/** No worker took an operator's action in time. */
export class NoWorkerError extends Error {
  override readonly name = 'NoWorkerError';
  constructor(readonly id: string) {
    super(`No worker answers for ${id}. What you asked may still be done once one runs: look before you repeat it.`);
  }
}

/** A worker lacks the key of a withdrawal or a case, so nothing can be asked of it. `missingKeys`: the ids of the keys, one of which it is. */
export class WorkerLacksKeyError extends Error {
  override readonly name = 'WorkerLacksKeyError';
  constructor(
    readonly id: string,
    readonly missingKeys: readonly string[],
  ) {
    super(`${workerLacks(id, missingKeys)} Then what you asked may still be done: look before you repeat it.`);
  }
}

/** Its workflow was closed by force, so nobody follows the money any more. `known` is what Temporal still holds of it. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
  declare readonly known: ClosedByForce;
  constructor(
    readonly withdrawalId: string,
    known: ClosedByForce,
  ) {
    super(
      `The workflow of withdrawal ${withdrawalId} was ended by force (${known.how}) while it was ${known.status}. Its money may have moved, ` +
        'and nobody follows it. Go on with it under the same id: outflow recover; never submit it under another before.',
    );
    // It names the destination, and whoever logs an error logs all that can be enumerated of it.
    Object.defineProperty(this, 'known', { value: known });
  }
}

/** What Temporal holds under this id can't be believed: somebody without the key wrote it. Nothing of it is sent, and nothing was started now. */
export class UnreadableWithdrawalError extends Error {
  override readonly name = 'UnreadableWithdrawalError';
  constructor(
    readonly withdrawalId: string,
    readonly reason: UnreadableReason,
  ) {
    super(
      `What Temporal holds of withdrawal ${withdrawalId} can’t be believed: ${unreadableReasons[reason]}. Nothing of it is sent, and nothing was ` +
        `started now. Find out who wrote it; then terminate it (temporal workflow terminate --workflow-id ${workflowIdOf(withdrawalId)}) and submit ` +
        'the request again: it is looked up at the provider before it is sent.',
    );
  }
}

/**
 * The time given to `wait` has passed; the withdrawal goes on. `missingKeys`: only once a worker has the key that it lacks, which is one of these.
 */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
  constructor(
    readonly withdrawalId: string,
    readonly missingKeys?: readonly string[],
  ) {
    const why =
      missingKeys === undefined
        ? 'It goes on by itself: wait again, or get it to see what it waits for.'
        : workerLacks(withdrawalId, missingKeys);
    super(`Withdrawal ${withdrawalId} has not ended yet. ${why}`);
  }
}

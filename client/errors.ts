import type { Mistake } from '../domain/fields.js';

/** The request breaks rules; nothing was started. `mistakes` names every field, and what is right. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  constructor(readonly mistakes: readonly Mistake[]) {
    super(
      ['The request was refused, and nothing was started:', ...mistakes.map((m) => `  ${m.field}: ${m.problem}`)].join(
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
      `Withdrawal ${withdrawalId} is past its sendBy, and Temporal holds no record of it; an earlier run may have paid. Nothing was sent. ` +
        'Look at the provider’s records; if it was never paid, submit it with a later sendBy (docs/requests.md).',
    );
  }
}

export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  constructor(readonly withdrawalId: string) {
    super(
      `No withdrawal ${withdrawalId} is known. It was never submitted, or it ended longer ago than Temporal’s retention.`,
    );
  }
}

/** The withdrawal's state doesn't allow the act, or its fields are wrong; the message says which. Nothing was changed. */
export class NotPossibleError extends Error {
  override readonly name = 'NotPossibleError';
}

/** No worker took a person's act in time. */
export class NoWorkerError extends Error {
  override readonly name = 'NoWorkerError';
  constructor(readonly id: string) {
    super(`No worker answers for ${id}. What you asked may still be done once one runs: look before you repeat it.`);
  }
}

/** Somebody terminated the workflow, so nobody follows the money any more. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
  constructor(readonly withdrawalId: string) {
    super(
      `The workflow of withdrawal ${withdrawalId} was ended by force. Its money may have moved: look at the provider’s records.`,
    );
  }
}

/** The time given to `wait` has passed; the withdrawal goes on. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
  constructor(readonly withdrawalId: string) {
    super(
      `Withdrawal ${withdrawalId} has not ended yet. It goes on by itself: wait again, or get it to see what it waits for.`,
    );
  }
}

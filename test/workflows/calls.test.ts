import { describe, expect, it } from '@jest/globals';
import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { unreadable } from '../../contract/unreadable.js';
import { believed, checked, failedCall } from '../../workflows/calls.js';

function activityFailed(cause: Error): ActivityFailure {
  return new ActivityFailure('Activity task failed', 'createWithdrawal', '1', 'NON_RETRYABLE_FAILURE', 'w', cause);
}

function timedOut(type: 'SCHEDULE_TO_START' | 'START_TO_CLOSE' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT', account?: unknown) {
  return activityFailed(new TimeoutFailure('activity timed out', account, type));
}

/** As the server writes it. */
function notTaken({ startedEventId, lastFailure }: { startedEventId: number; lastFailure?: object }): ActivityFailure {
  const error = timedOut('SCHEDULE_TO_START');
  const cause = { timeoutFailureInfo: {}, ...(lastFailure && { cause: lastFailure }) };
  error.failure = { activityFailureInfo: { startedEventId }, cause } as object;
  return error;
}

describe('what a failed call proves', () => {
  it('is that nothing was sent if no worker took it in time', () => {
    expect(failedCall(notTaken({ startedEventId: 0 }))).toEqual({ failure: { type: 'NoWorker' }, isOver: true });
  });

  it.each([
    ['that a worker had taken', notTaken({ startedEventId: 7 })],
    ['of which a worker had taken an earlier try', notTaken({ startedEventId: 0, lastFailure: { message: 'x' } })],
    ['of which nothing more is known', timedOut('SCHEDULE_TO_START')],
  ])('is nothing if it is said to have waited too long, for a call %s', (_which, error) => {
    expect(failedCall(error)).toEqual({ failure: { type: 'CallInterrupted' }, isOver: false });
  });

  it.each(['START_TO_CLOSE', 'SCHEDULE_TO_CLOSE', 'HEARTBEAT'] as const)(
    'is nothing if it ran out of time (%s), but for the account that it named by a heartbeat',
    (type) => {
      const interrupted = { failure: { type: 'CallInterrupted' }, isOver: false };
      expect(failedCall(timedOut(type))).toEqual(interrupted);
      const account = 'account-1';
      expect(failedCall(timedOut(type, account))).toEqual({ ...interrupted, account });
    },
  );

  it('is what the call itself reported', () => {
    const reported = { failure: { type: 'InvalidAddress', code: 'bad_address' }, account: 'account-1' };
    const cause = ApplicationFailure.nonRetryable('refused', 'InvalidAddress', reported);
    expect(failedCall(activityFailed(cause))).toEqual({ ...reported, isOver: true });
  });

  it('is nothing if its type is not the one that the call wrote in its details: the type alone anybody may report', () => {
    const told = (type: string, ...details: unknown[]) =>
      failedCall(activityFailed(ApplicationFailure.nonRetryable('no', type, ...details)));
    const interrupted = { failure: { type: 'CallInterrupted' }, isOver: false };
    for (const details of [null, {}, 'NoFunds', { failure: 'NotEnoughFunds' }, { failure: { type: 'NoAnswer' } }])
      expect(told('NotEnoughFunds', details)).toEqual(interrupted);
    expect(told('InvalidAddress', { failure: { type: 'NotEnoughFunds' } })).toEqual(interrupted);
  });

  it.each(['NotConnected', 'RateLimited', 'ClockBehind'] as const)(
    'is nothing if Temporal could have repeated it (%s): it may be an earlier try’s failure, reported again',
    (type) => {
      const failure = { type };
      const given = (details: object) =>
        failedCall(activityFailed(ApplicationFailure.nonRetryable('no', type, details)));
      expect(given({ failure })).toEqual({ failure: { type: 'CallInterrupted' }, isOver: false });
      expect(given({ failure, isLast: true })).toEqual({ failure, isOver: true });
    },
  );

  it.each([
    ['whose details can’t be believed', [unreadable('misplaced')], 'misplaced'],
    ['without details', [], 'plaintext'],
  ])('is that it is unknown, and that somebody wrote it in the worker’s place, for one %s', (_what, details, code) => {
    const cause = ApplicationFailure.nonRetryable('nothing left', 'NotConnected', ...details);
    expect(failedCall(activityFailed(cause))).toEqual({ failure: { type: 'UnreadableResult', code }, isOver: false });
  });

  it.each([
    ['a cancelled call', new CancelledFailure('cancelled')],
    ['a failure in no catalogue', ApplicationFailure.nonRetryable('a bug', 'TypeError')],
    ['a call that is refused to its caller', ApplicationFailure.nonRetryable('no', 'WrongCaller')],
    ['a failure named like what every object has', ApplicationFailure.nonRetryable('a bug', 'constructor')],
  ])('is nothing for %s', (_what, cause) => {
    expect(failedCall(activityFailed(cause))).toEqual({ failure: { type: 'CallInterrupted' }, isOver: false });
  });

  it('is not asked of an error that no activity threw: a fault of ours, thrown on', () => {
    expect(() => failedCall(new TypeError('a bug'))).toThrow(TypeError);
  });
});

describe('a call’s result', () => {
  const whole = { account: 'account-1', run: 'run-1', policy: { confirmFinal: true, resend: true } };

  it('is taken as it is if it has what every result has', () => {
    expect(checked(whole)).toBe(whole);
  });

  it.each([
    ['is left out', undefined, 'plaintext'],
    ['can’t be believed', unreadable('tampered'), 'tampered'],
  ])('that %s is one that somebody wrote in the worker’s place: the outcome is unknown', (_what, given, code) => {
    for (const read of [checked, believed]) {
      const failed = (() => {
        try {
          return read(given as never);
        } catch (error) {
          return failedCall(error);
        }
      })();
      expect(failed).toEqual({ failure: { type: 'UnreadableResult', code }, isOver: false });
    }
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ ...whole, account: 7 }],
    [{ ...whole, run: undefined }],
    [{ ...whole, policy: null }],
  ])('is a fault of ours otherwise, and proves nothing: %j', (result) => {
    expect(() => checked(result as never)).toThrow(TypeError);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import { checked, failedCall } from '../../workflows/calls.js';

function activityFailed(cause: Error): ActivityFailure {
  return new ActivityFailure('Activity task failed', 'createWithdrawal', '1', 'NON_RETRYABLE_FAILURE', 'w', cause);
}

function timedOut(type: 'SCHEDULE_TO_START' | 'START_TO_CLOSE' | 'SCHEDULE_TO_CLOSE' | 'HEARTBEAT', account?: unknown) {
  return activityFailed(new TimeoutFailure('activity timed out', account, type));
}

describe('what a failed call proves', () => {
  it('is that nothing was sent if no worker took it in time', () => {
    expect(failedCall(timedOut('SCHEDULE_TO_START'))).toEqual({ failure: { type: 'NoWorker' }, isOver: true });
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
    [undefined],
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

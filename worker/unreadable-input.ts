import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { FailureDetails } from '../contract/activities.js';
import { unreadableReason } from '../contract/unreadable.js';
import { kindOf } from '../domain/failures.js';

const type = 'UnreadableInput';

/** Refuses a call that can't be believed, before anything of it is looked at. */
export const refusingUnreadable: ActivityInboundCallsInterceptor = {
  execute(input, next) {
    const isReadable = input.args.length > 0 && input.args.every((value) => unreadableReason(value) === undefined);
    if (isReadable) return next(input);
    const details: [FailureDetails] = [{ failure: { type }, isLast: true }];
    throw ApplicationFailure.create({ type, message: kindOf(type).meaning, details, nonRetryable: true });
  },
};

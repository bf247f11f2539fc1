import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { withoutDetails } from '../../cli/processes/temporal-log.js';

describe('the worker’s log', () => {
  it('describes a failed call in our words, and not in the provider’s, which may echo a customer’s data', () => {
    const message = 'ada.lovelace@example.com is not deliverable';
    const error = ApplicationFailure.create({
      ...{ type: 'InvalidRequest', message: 'The request breaks a rule of its provider.' },
      details: [{ failure: { type: 'InvalidRequest', field: 'sender_data.email', message } }],
      cause: new Error(message),
    });

    const logged = withoutDetails({ error, taskToken: 'CiQ', activityType: 'createWithdrawal' });

    expect(logged).toEqual({
      activityType: 'createWithdrawal',
      error: {
        name: 'ApplicationFailure',
        type: 'InvalidRequest',
        message: 'The request breaks a rule of its provider.',
      },
    });
  });

  it('says of the SDK’s core what happened and where, and no more of its fields, which may hold a failure', () => {
    const meta = { sdkComponent: 'core', target: 'temporalio_client::retry', error: 'Unavailable', run_id: 'r-1' };
    const failure = 'Failure { message: "ada.lovelace@example.com" }';
    expect(withoutDetails({ ...meta, failure, completion: failure, taskToken: 'CiQ' })).toEqual(meta);
  });

  it('says where a fault of our own arose', () => {
    expect(withoutDetails({ error: new TypeError('no such thing') })).toMatchObject({
      error: { name: 'TypeError', message: 'no such thing', stack: expect.stringContaining('log.test') },
    });
  });
});

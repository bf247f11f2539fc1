import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { DeterminismViolationError } from '@temporalio/workflow';
import type { Logger } from 'pino';
import { temporalLog, withoutDetails } from '../../../cli/processes/temporal-log.js';

const canary = 'ada.lovelace@example.com';
const failWith = (error: Error): never => {
  throw error;
};
function errorOf(fails: () => unknown): unknown {
  try {
    fails();
  } catch (error) {
    return error;
  }
  throw new Error('it does not fail');
}

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

  it('takes over none of what the SDK works with: a worker’s options, with its keys; whole activations and inputs', () => {
    const where = { sdkComponent: 'worker', taskQueue: 'outflow' };
    const held = {
      options: { dataConverter: canary },
      jobs: [canary],
      start: { input: [canary] },
      err: new Error(canary),
    };
    expect(withoutDetails({ ...where, ...held, taskQueueOf: canary })).toEqual(where);
  });

  it('leaves the words of an error out of a message that repeats them', () => {
    const lines: unknown[][] = [];
    const log = { error: (...line: unknown[]) => lines.push(line) } as unknown as Logger;
    temporalLog(log).error(`Error while processing ActivityTask.start: ${canary}`, { error: new Error(canary) });
    expect(lines[0]?.[1]).toBe('Error while processing ActivityTask.start: …');
    expect(JSON.stringify(lines)).not.toContain(canary);
  });

  it.each([
    ['JavaScript’s own', () => JSON.parse(canary) as unknown],
    ['thrown in an activity, as the SDK hands it on', () => failWith(ApplicationFailure.fromError(new Error(canary)))],
    ['of an object that says it in its name', () => failWith(Object.assign(new Error(), { name: canary }))],
  ])('says of a fault of our own what it is and where it arose, and not its words: one %s', (_, fails) => {
    const logged = withoutDetails({ error: errorOf(fails), activityType: 'createWithdrawal' });
    expect(JSON.stringify(logged)).not.toContain('ada.lovelace');
    expect(logged).toMatchObject({
      activityType: 'createWithdrawal',
      error: {
        name: expect.stringMatching(/^\w+$/),
        at: expect.arrayContaining([expect.stringContaining('log.test')]),
      },
    });
  });

  it('keeps the words of Temporal’s own errors, which say what the server or the SDK did', () => {
    const error = new DeterminismViolationError('[TMPRL1100] Nondeterminism error');
    expect(withoutDetails({ error })).toEqual({ error: { name: error.name, message: error.message } });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { NOT_POSSIBLE } from '../../../contract/messages.js';
import { startTimeSkippingEnvironment } from '../../support/temporal/time-skipping-server.js';
import { HOUR, MINUTE, SECOND } from '../support/payout.js';
import type { Answer } from '../support/scripted-provider.js';
import { latch } from '../support/scripted-provider.js';
import type { TwoStepPayout } from '../support/two-step.js';
import { committed, created, found, TwoStepStand } from '../support/two-step.js';

let stand: TwoStepStand;
beforeAll(async () => {
  stand = await TwoStepStand.start(await startTimeSkippingEnvironment());
}, 120_000);
afterEach(() => stand.clear());
afterAll(() => stand.stop());

const WINDOW = 30 * SECOND;
const killed: Answer = () => {
  throw ApplicationFailure.nonRetryable('the worker was killed', 'SomethingElse');
};
/** So long after its create each look-up came. */
const lookedUpAfter = (payout: TwoStepPayout) => payout.provider.lookUps.map(({ at }) => at - payout.createdAt);
const act = { by: 'Ada', reason: 'asked their support' };

describe('a withdrawal in two steps', () => {
  it.each(['new', 'pending'])('is committed at once, within its window, and paid: created %s', async (word) => {
    const payout = await stand.pay({
      creates: [created(word)],
      commits: [committed('pending')],
      lookUps: [found('sent'), found('completed')],
    });

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'confirmed', final: true, providerStatus: 'completed' });
    expect(view.timeline.map(({ event }) => event)).toEqual([
      ...['received', 'sending', 'awaiting_commit', 'processing', 'confirmed'],
    ]);
    const [commit, ...more] = payout.provider.commits;
    expect(more).toEqual([]);
    expect(commit?.input.notAfter).toBeGreaterThanOrEqual(payout.createdAt + 28 * SECOND);
    expect(commit?.input.notAfter).toBeLessThan(payout.createdAt + 29 * SECOND);
    expect(commit?.at).toBeLessThan(payout.createdAt + 5 * SECOND);
  });

  it('is committed though its quoted charge is just maxCharge', async () => {
    const payout = await stand.pay(
      { creates: [created('new')], commits: [committed('pending')], lookUps: [found('completed')] },
      { maxCharge: '10.17' },
    );

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });

  it('over maxCharge is never committed, and expires by a look-up after its window', async () => {
    const payout = await stand.pay({ creates: [created('new')], lookUps: [found('new')] }, { maxCharge: '10.16' });

    const left = await payout.when(({ status }) => status === 'awaiting_commit');
    const view = await payout.ended();

    expect(left).toMatchObject({ final: false, error: { type: 'OverMaxCharge', certainty: 'not-sent' } });
    expect(view).toMatchObject({ status: 'expired', final: true, error: { type: 'OverMaxCharge' } });
    expect(view).not.toHaveProperty('attention');
    expect(payout.provider.commits).toEqual([]);
    expect(payout.provider.creates).toHaveLength(1);
    const [first, ...more] = lookedUpAfter(payout);
    expect(more).toEqual([]);
    expect(first).toBeGreaterThanOrEqual(WINDOW);
    expect(first).toBeLessThan(WINDOW + 10 * SECOND);
  });

  it('over maxCharge expires by the provider’s status, reported by a callback and confirmed by a look-up', async () => {
    const payout = await stand.pay(
      { creates: [created('new')], lookUps: [found('cancelled')] },
      { maxCharge: '10.16' },
    );
    await payout.when(({ status }) => status === 'awaiting_commit');

    await payout.pass(WINDOW);
    await payout.deliverCallback('cancelled');
    const view = await payout.ended();
    await payout.deliverCallback('cancelled').catch(() => undefined); // closed

    expect(view).toMatchObject({ status: 'expired', error: { type: 'OverMaxCharge' } });
    expect(view.timeline.map(({ event }) => event)).not.toContain('contradiction');
    expect(payout.provider.commits).toEqual([]);
  });

  it('whose create was answered too late is never committed, and expires', async () => {
    const payout = await stand.pay({
      creates: [created('new', { lateMs: 28 * SECOND })],
      lookUps: [found('cancelled')],
    });

    expect(await payout.ended()).toMatchObject({ status: 'expired', error: { type: 'CommitWindowMissed' } });
    expect(payout.provider.commits).toEqual([]);
  });

  it('that says pending after its window is not expired, and asks for a person until the provider ends it', async () => {
    let word = 'pending';
    const payout = await stand.pay(
      { creates: [created('new')], lookUps: [(request) => found(word)(request)] },
      { maxCharge: '10.16' },
    );

    await payout.pass(HOUR);
    expect(await payout.view()).toMatchObject({ status: 'awaiting_commit', attention: 'commit-unsettled' });
    expect(await payout.indexed()).toMatchObject({ WithdrawalAttention: 'commit-unsettled' });
    expect(payout.provider.commits).toEqual([]);

    word = 'cancelled';
    expect(await payout.ended()).toMatchObject({ status: 'expired', error: { type: 'OverMaxCharge' } });
  });

  it('with forceCommit needs no commit', async () => {
    const payout = await stand.pay(
      { creates: [created('pending')], lookUps: [found('new'), found('completed')] },
      { forceCommit: true },
    );

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.commits).toEqual([]);
  });

  it('is committed though the create’s answer was lost, if a look-up finds it in time', async () => {
    const payout = await stand.pay({
      creates: [{ type: 'NoAnswer' }],
      commits: [committed('pending')],
      lookUps: [found('new'), found('completed')],
    });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.creates).toHaveLength(1);
    expect(payout.provider.commits).toHaveLength(1);
    expect(payout.provider.commits[0]?.input.notAfter).toBeLessThanOrEqual(payout.createdAt + 28 * SECOND);
  });

  it('is not committed if a look-up finds it only after its window', async () => {
    const payout = await stand.pay({
      creates: [{ type: 'NoAnswer' }],
      lookUps: ['absent', 'absent', found('new'), found('new')], // 1, 11 and 41 s later
    });

    expect(await payout.ended()).toMatchObject({ status: 'expired', error: { type: 'CommitWindowMissed' } });
    expect(payout.provider.commits).toEqual([]);
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('a commit', () => {
  it.each<[string, Answer]>([
    ['whose answer was lost', { type: 'NoAnswer' }],
    ['of a worker that was killed', killed],
    ['with a result of no known shape', {}],
  ])('%s is settled by reading, and never made again', async (_what, commit) => {
    const payout = await stand.pay({
      creates: [created('new')],
      commits: [commit],
      lookUps: [found('new'), found('pending'), found('processing'), found('completed')],
    });

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'confirmed', final: true });
    expect(view).not.toHaveProperty('error');
    expect(payout.provider.commits).toHaveLength(1);
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('whose outcome is unknown ends cancelled, where the provider says so', async () => {
    const payout = await stand.pay({
      creates: [created('new')],
      commits: [{ type: 'NoAnswer' }],
      lookUps: [found('new'), found('cancelled')],
    });

    expect(await payout.ended()).toMatchObject({ status: 'cancelled' });
  });

  it('whose outcome is unknown never expires: it asks for a person after its window, who can settle it', async () => {
    const payout = await stand.pay({
      creates: [created('new')],
      commits: [{ type: 'NoAnswer' }],
      lookUps: [found('new')],
    });
    const resolve = () => payout.resolve({ ...act, evidence: 'ticket 4711', outcome: 'notPaid' });

    await payout.when(({ timeline }) => timeline.some(({ event }) => event === 'commitFailed'));
    await expect(resolve()).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } }); // its window is open
    await expect(payout.cancel()).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } });
    await payout.pass(MINUTE);
    expect(await payout.view()).toMatchObject({ status: 'awaiting_commit', attention: 'commit-unsettled' });
    await payout.pass(2 * HOUR);
    expect(await payout.isOpen()).toBe(true);
    expect(payout.provider.commits).toHaveLength(1);

    expect(await resolve()).toEqual({ resolved: true, status: 'cancelled', lookUp: 'found' });
    expect(await payout.ended()).toMatchObject({ status: 'cancelled', error: { type: 'NotPaid' } });
  });

  it('that could not be connected is repeated within the window', async () => {
    const payout = await stand.pay({
      creates: [created('new')],
      commits: [{ type: 'NotConnected' }, { type: 'NotConnected' }, committed('pending')],
      lookUps: [found('completed')],
    });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.commits.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
  });

  it('of which no byte left is none: it expires by a look-up after the window', async () => {
    const payout = await stand.pay({
      creates: [created('new')],
      commits: [{ type: 'TooLateToSend' }],
      lookUps: [found('new')],
    });

    expect(await payout.ended()).toMatchObject({ status: 'expired', error: { type: 'CommitWindowMissed' } });
    expect(payout.provider.commits).toHaveLength(1);
    expect(lookedUpAfter(payout)[0]).toBeGreaterThanOrEqual(WINDOW);
  });
});

describe('callbacks around a commit', () => {
  it('cost no look-up, early, late or twice, until the final one', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({
      creates: [created('new')],
      commits: [async (request) => answered.then(() => committed('processing')(request))],
      lookUps: [found('completed')],
    });
    await payout.when(() => payout.provider.commits.length === 1);

    for (const word of ['new', 'new']) await payout.deliverCallback(word);
    answer();
    await payout.when(({ status }) => status === 'processing');
    for (const word of ['pending', 'new', 'processing', 'pending', 'sent']) await payout.deliverCallback(word);
    await payout.when(({ providerStatus }) => providerStatus === 'sent');
    expect(payout.provider.lookUps).toEqual([]);
    await payout.deliverCallback('completed');

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
    expect(payout.provider.lookUps).toHaveLength(1);
    expect(payout.provider.commits).toHaveLength(1);
  });

  it('an old one, from before the commit, that comes after the window expires nothing', async () => {
    const payout = await stand.pay(
      { creates: [created('pending')], lookUps: [found('pending')] },
      { maxCharge: '10.16' },
    );
    await payout.pass(MINUTE);

    await payout.deliverCallback('new');
    await payout.pass(MINUTE);

    expect(await payout.view()).toMatchObject({ status: 'awaiting_commit', final: false });
  });

  it('a person’s retryNow before the window’s end looks it up, and neither commits nor expires it', async () => {
    const payout = await stand.pay({ creates: [created('new')], lookUps: [found('new')] }, { maxCharge: '10.16' });
    await payout.when(({ status }) => status === 'awaiting_commit');

    await payout.retryNow(act);
    await payout.when(() => payout.provider.lookUps.length === 1);
    expect(await payout.view()).toMatchObject({ status: 'awaiting_commit', error: { type: 'OverMaxCharge' } });

    expect(await payout.ended()).toMatchObject({ status: 'expired', error: { type: 'OverMaxCharge' } });
    expect(payout.provider.commits).toEqual([]);
  });
});

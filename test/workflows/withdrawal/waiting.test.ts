import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { actionUpdate, BAD_ACTION, NOT_POSSIBLE } from '../../../contract/messages.js';
import { Worker } from '@temporalio/worker';
import type { Failure } from '../../../domain/failures.js';
import { testBundle } from '../../support/built.js';
import { testConverter } from '../../support/encryption.js';
import { asSent, DAY, HOUR, MINUTE, SECOND } from '../support/payout.js';
import { latch, times } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

const stand = useStand();

const lost: Failure = { type: 'NoAnswer' };
const noFunds: Failure = { type: 'NotEnoughFunds', code: 'not_enough_balance' };

describe('without funds, credentials or a worker', () => {
  it('waits visibly, tries again by itself, and goes on', async () => {
    const [type, attention, reason] = ['NotEnoughFunds', 'waiting-for-funds', 'funds at the provider'] as const;
    const failing = () => {
      throw ApplicationFailure.nonRetryable('', type, { failure: { type }, isLast: true });
    };
    const payout = await stand.pay({ creates: [...times(7, failing), 'processing'], lookUps: ['confirmed'] });

    const waiting = await payout.when(({ status }) => status === 'waiting');
    const until = new Date(Date.parse(payout.request.requestedAt) + DAY).toISOString();
    expect(waiting).toMatchObject({ attention, waiting: { for: reason, until }, error: { type } });
    expect(await payout.indexed()).toMatchObject({ WithdrawalStatus: 'waiting', WithdrawalAttention: attention });
    expect(await payout.currentDetails()).toContain(`A person is needed (${attention})`);

    const view = await payout.ended();
    expect(view).toMatchObject({ status: 'confirmed', final: true });
    expect(view).not.toHaveProperty('error');
    expect(await payout.indexed()).not.toHaveProperty('WithdrawalAttention');
    expect((await payout.waits()).slice(0, 7)).toEqual([1, 2, 4, 8, 15, 15, 15].map((minutes) => minutes * MINUTE));
    expect(payout.provider.creates).toHaveLength(8);
  });

  it('waits until sendBy and no longer: then it expires, with nothing sent afterwards', async () => {
    const now = await stand.environment.currentTimeMs();
    const sendBy = now + 10 * MINUTE;
    const payout = await stand.pay({ creates: [noFunds] }, { sendBy: new Date(sendBy).toISOString() });

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'expired', final: true, error: { type: 'NotEnoughFunds' } });
    expect(Date.parse(view.finalAt ?? '')).toBeGreaterThanOrEqual(sendBy);
    expect(Date.parse(view.finalAt ?? '')).toBeLessThan(sendBy + MINUTE);
    expect(payout.provider.creates.filter(({ at }) => at >= sendBy)).toEqual([]);
    for (const { input } of payout.provider.creates) expect(input.notAfter).toBeLessThanOrEqual(sendBy);
  });
});

describe('cancelling', () => {
  it('ends it while it waits to be sent again, and records who and why', async () => {
    const payout = await stand.pay({ creates: [noFunds] });
    await payout.when(({ status }) => status === 'waiting');

    expect(await payout.cancel({ by: 'Ada', reason: 'paid by card instead' })).toBe('cancelled');

    const view = await payout.ended();
    expect(view).toMatchObject({ status: 'cancelled', final: true });
    expect(view.timeline).toContainEqual(
      expect.objectContaining({
        event: 'cancelRequested',
        detail: { action: expect.objectContaining({ name: 'cancel', by: 'Ada', reason: 'paid by card instead' }) },
      }),
    );
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('is refused while a create is under way, and changes nothing', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => 'processing')], lookUps: ['confirmed'] });
    await payout.when(({ status }) => status === 'sending');

    await expect(payout.cancel()).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } });

    answer();
    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });

  it('is refused while its outcome is unknown, and changes nothing', async () => {
    const payout = await stand.pay({ creates: [{ type: 'NoAnswer' }], lookUps: ['confirmed'] });
    await payout.when(({ status }) => status === 'unknown');

    await expect(payout.cancel()).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });
  });

  it('needs a name and a reason, else it is refused', async () => {
    const payout = await stand.pay({ creates: [noFunds] });
    await payout.when(({ status }) => status === 'waiting');

    const action = await asSent(payout.handle, { by: 'Ada' });
    const cancelled = payout.handle.executeUpdate(actionUpdate('cancel'), { args: [action as never] });

    await expect(cancelled).rejects.toMatchObject({ cause: { type: BAD_ACTION } });
    expect(await payout.view()).toMatchObject({ status: 'waiting' });
  });
});

describe('retrying by hand', () => {
  it('ends a wait for funds at once', async () => {
    const payout = await stand.pay({ creates: [noFunds, noFunds, 'processing'], lookUps: ['confirmed'] });
    await payout.when(({ status }) => status === 'waiting');

    for (let attempts = 2; attempts <= 3; attempts++) {
      await payout.retryNow({ by: 'Ada', reason: 'funded' });
      await payout.when(() => payout.provider.creates.length === attempts);
    }

    expect(await payout.when(({ status }) => status === 'processing')).toMatchObject({ final: false });
  });

  it('brings a look-up forward, and sends nothing past an unknown outcome', async () => {
    const payout = await stand.pay({ creates: [{ type: 'NoAnswer' }], lookUps: ['absent'] });
    await payout.when(({ timeline }) => timeline.some(({ event }) => event === 'absent'));
    const before = payout.provider.lookUps.length;

    await payout.retryNow({ by: 'Ada', reason: 'the customer asks' });

    await payout.when(() => payout.provider.lookUps.length === before + 1);
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('is refused while a create is under way', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => 'processing')] });
    await payout.when(({ status }) => status === 'sending');

    const retried = payout.retryNow({ by: 'Ada', reason: 'impatience' });

    await expect(retried).rejects.toMatchObject({ cause: { type: NOT_POSSIBLE } });
    answer();
    await payout.when(({ status }) => status === 'processing');
  });
});

describe('Temporal’s own cancel request', () => {
  it('ends a wait at once', async () => {
    const payout = await stand.pay({ creates: [noFunds] });
    await payout.when(({ status }) => status === 'waiting');
    await payout.handle.cancel();
    const view = await payout.ended();
    const asked = view.timeline.find(({ event }) => event === 'cancelRequested')?.at ?? '';
    expect(Date.parse(view.finalAt ?? '') - Date.parse(asked)).toBeLessThan(10 * SECOND);
  });

  it('cancels it while it waits to be sent again', async () => {
    const payout = await stand.pay({ creates: [noFunds] });
    await payout.when(({ status }) => status === 'waiting');

    await payout.handle.cancel();

    expect(await payout.ended()).toMatchObject({ status: 'cancelled', final: true });
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('does not abandon it while it is processing', async () => {
    const payout = await stand.pay({
      creates: ['processing'],
      lookUps: ['not_confirmed', 'not_confirmed', 'confirmed'],
    });
    await payout.when(({ status }) => status === 'processing');

    await payout.handle.cancel();

    const view = await payout.ended();
    expect(view).toMatchObject({ status: 'confirmed' });
    expect(view.timeline).toContainEqual(expect.objectContaining({ event: 'cancelRequested' }));
  });

  it('that cannot be done is answered in the UI at once: it had no effect, and why', async () => {
    const payout = await stand.pay({ creates: ['processing'], lookUps: ['not_confirmed'] });
    await payout.when(({ status }) => status === 'processing');

    await payout.handle.cancel();
    await payout.when(({ timeline }) => timeline.some(({ event }) => event === 'cancelRequested'));

    expect(await payout.currentDetails()).toMatch(/^\*\*The cancel had no effect:\*\* CryptoProcessing has it/);
    expect(payout.provider.lookUps).toHaveLength(0); // reported without waiting for the next step
  });

  it('during a create lets the call finish, and is remembered before the next attempt', async () => {
    const { opened: answered, open: answer } = latch();
    const payout = await stand.pay({ creates: [() => answered.then(() => noFunds), 'processing'] });
    await payout.when(({ status }) => status === 'sending');

    await payout.handle.cancel();
    await payout.when(({ timeline }) => timeline.some(({ event }) => event === 'cancelRequested'));
    answer();

    expect(await payout.ended()).toMatchObject({ status: 'cancelled', final: true });
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('an attempt that is proven unsent, or refused for now', () => {
  it.each<[string, Failure, number]>([
    ['no connection', { type: 'NotConnected' }, 2 * SECOND],
    ['a rate limit, as long as the provider asks', { type: 'RateLimited', retryAfterMs: 40 * SECOND }, 40 * SECOND],
  ])('is repeated by Temporal: %s', async (_why, failure, pause) => {
    const payout = await stand.pay({ creates: [failure, failure, 'processing'], lookUps: ['confirmed'] });

    expect(await payout.ended()).toMatchObject({ status: 'confirmed' });

    const { creates } = payout.provider;
    expect(creates.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    const [first, second] = creates.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(pause);
    const scheduled = (await payout.events()).filter(({ activityTaskScheduledEventAttributes: task }) => task);
    expect(scheduled).toHaveLength(2); // one create, one look-up
  });

  it('waits a minute where the worker finds it too late before the workflow does, and does not spin', async () => {
    const payout = await stand.pay({ creates: [{ type: 'TooLateToSend' }] });

    await payout.when(({ status }) => status === 'waiting');
    await sleep(300);

    expect(await payout.waits()).toEqual([MINUTE]);
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('an update that is refused', () => {
  // It leaves nothing in the history, so that a replay knows nothing of its moment: nothing may be done in it that time alone brings about.
  it('starts nothing that a replay would not start', async () => {
    const payout = await stand.pay({ creates: [lost, noFunds, 'not_confirmed'], lookUps: ['absent'] });
    await payout.when(({ status }) => status === 'unknown');
    await payout.pass(10 * MINUTE);
    expect(payout.provider.creates).toHaveLength(2);
    // In doubt, it is to be sent again after an hour, and looks it up once more before.
    await payout.pass(HOUR + MINUTE);
    const made = payout.provider.creates.length;

    await expect(payout.cancel()).rejects.toThrow();
    await payout.settled();
    await payout.view();
    const history = await payout.handle.fetchHistory();
    await Worker.runReplayHistory(
      { workflowBundle: testBundle, ...testConverter('replay') },
      history,
      payout.handle.workflowId,
    );
    expect(payout.provider.creates).toHaveLength(made);
  });
});

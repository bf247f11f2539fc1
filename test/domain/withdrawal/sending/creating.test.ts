import { describe, expect, test } from '@jest/globals';
import type { FailureType } from '../../../../domain/failures.js';
import type { WithdrawalRequest } from '../../../../domain/request.js';
import type { Life } from '../life.js';
import { acceptedLife, DAY, firstRun, HOUR, life, MINUTE, otherAccount, SECOND, unknownLife } from '../life.js';
import { NOW, samples } from '../../requests.js';

const attempts = ({ state }: Life) => state.attempts.map(({ outcome }) => outcome);

describe('a withdrawal that all goes well with', () => {
  test('is received, sending, processing and confirmed, and shows each', () => {
    const happy = life();
    const input = { request: happy.request, originalRun: firstRun, notAfter: NOW + 2 * MINUTE };
    expect(happy.next).toEqual({ do: 'create', input });
    happy.send().pass(SECOND).accepted('processing').pass(MINUTE).callback('confirmed', { txid: 'bb04bb04bb04bb04' });
    happy.found('confirmed', { txid: 'bb04bb04bb04bb04' });
    expect(happy.view).toMatchObject({
      status: 'confirmed',
      final: true,
      txid: 'bb04bb04bb04bb04',
      providerId: '134702815',
    });
    expect(happy.view.finalAt).toBe(new Date(NOW + SECOND + MINUTE).toISOString());
    expect(happy.events).toEqual(['received', 'sending', 'processing', 'callbackUnconfirmed', 'confirmed']);
    expect(happy.view).not.toHaveProperty('attention');
    expect(happy.view).not.toHaveProperty('waiting');
  });

  test('needs one attempt, remembered with the account that made it', () => {
    expect(acceptedLife().state.attempts).toEqual([
      {
        ...{ startedAt: NOW, notAfter: NOW + 2 * MINUTE, outcome: 'accepted', account: 'account-1' },
        ...{ writtenAt: NOW, endedAt: NOW },
      },
    ]);
  });

  test('ends as a response says, where that is final at once', () => {
    expect(life().send().accepted('cancelled', { error: 'no' }).view).toMatchObject({
      status: 'cancelled',
      error: { type: 'Cancelled', message: 'no', certainty: 'refused' },
    });
  });
});

describe('a request that breaks a rule', () => {
  test('is refused with its problems, and nothing was sent', () => {
    const refused = life(samples.cryptoprocessing, 'amount: must be a decimal string').ended();
    expect(refused.view).toMatchObject({
      ...{ status: 'refused', final: true },
      error: { type: 'InvalidRequest', certainty: 'not-sent', message: 'amount: must be a decimal string' },
    });
    expect(attempts(refused)).toEqual([]);
  });

  test.each([{}, { provider: 'alphapo' }, { provider: 7, requestedAt: 'x', sendBy: 'y', amount: {} }])(
    'has a view and details, however malformed it is: %j',
    (request) => {
      const malformed = life(request as unknown as WithdrawalRequest, 'provider: is required');
      expect(malformed.view).toMatchObject({ status: 'received', final: false });
      expect(malformed.details).toContain('received');
      malformed.ended();
      expect(malformed.view).toMatchObject({ status: 'refused', final: true });
      expect(JSON.stringify(malformed.view)).toContain('provider: is required');
      expect(malformed.details).toContain('refused');
    },
  );
});

describe('what one attempt’s failure means', () => {
  const refusals: FailureType[] = ['InvalidRequest', 'InvalidAddress', 'InvalidAmount', 'InvalidCurrency'];
  test('a refusal that may leave a record behind ends it only once a look-up finds none', () => {
    const screened = life().send().failed('HighRiskAddress', { code: 'high_risk_address' });
    expect(screened.view).toMatchObject({ status: 'unknown', final: false });
    expect(screened.absent().view).toMatchObject({ status: 'refused', error: { code: 'high_risk_address' } });
  });

  test('a refusal that left a record behind ends as the record says', () => {
    const screened = life().send().failed('HighRiskAddress');
    expect(screened.found('cancelled').view).toMatchObject({ status: 'cancelled', final: true });
  });

  test('a refusal after an unknown ends nothing, not even after a look-up that finds no record', () => {
    const screened = unknownLife().absentOver(HOUR).send().failed('HighRiskAddress').absent();
    expect(screened.view).toMatchObject({ status: 'unknown', final: false });
    expect(screened.absentOver(HOUR).mayResend).toBe(false);
  });

  test('a refusal is not ended by a look-up with another account: it asks for a person in the end', () => {
    const screened = life().send().failed('HighRiskAddress').absentOver(HOUR, otherAccount);
    expect([screened.status, screened.attention]).toEqual(['unknown', 'unknown-outcome']);
    expect(screened.absent().status).toBe('refused');
  });

  test('a refusal that a verified callback contradicts is not ended by a look-up that finds nothing', () => {
    const screened = life().send().failed('HighRiskAddress').callback('confirmed').absentOver(HOUR);
    expect([screened.status, screened.attention]).toEqual(['processing', 'record-missing']);
  });

  test.each(refusals)('%s ends it as refused, with the provider’s own code', (type) => {
    const { view } = life().send().failed(type, { code: 'c', message: 'm', requestId: 'r' });
    expect(view).toMatchObject({ status: 'refused', final: true });
    expect(view.error).toEqual({ type, certainty: 'refused', code: 'c', message: 'm', requestId: 'r' });
  });

  const unknowns: FailureType[] = [
    'NoAnswer',
    'ProviderFault',
    'UnreadableAnswer',
    'UndocumentedError',
    'CallInterrupted',
  ];
  test.each([...unknowns, 'ReferenceInUse' as const])(
    '%s leaves it unknown: never an end, never a cancellation',
    (type) => {
      const doubtful = life().send().failed(type);
      expect(doubtful.view).toMatchObject({ status: 'unknown', final: false, error: { type, certainty: 'unknown' } });
      expect([doubtful.isCancellable, doubtful.mayResend]).toEqual([false, false]);
    },
  );

  test.each<[FailureType, string, RegExp]>([
    ['NotConnected', 'waiting-for-connection', /connection/],
    ['NoWorker', 'waiting-for-worker', /worker/],
    ['OtherAccount', 'waiting-for-credentials', /credentials/],
    ['BadCredentials', 'waiting-for-credentials', /credentials/],
    ['NotEnoughFunds', 'waiting-for-funds', /funds/],
  ])('%s makes it wait visibly: %s, until sendBy', (type, attention, reason) => {
    const { view } = life().send().failed(type);
    expect(view).toMatchObject({ status: 'waiting', final: false, attention, error: { type } });
    expect(view.waiting).toMatchObject({ for: expect.stringMatching(reason), until: '2026-11-22T09:30:00.000Z' });
    expect(view.waiting?.next).toContain(new Date(NOW + MINUTE).toISOString());
  });

  test.each<FailureType>(['TooLateToSend', 'RateLimited'])('%s makes it wait, too: nothing was accepted', (type) => {
    const postponed = life().send().failed(type);
    expect([postponed.status, postponed.isCancellable]).toEqual(['waiting', true]);
  });

  describe('RateLimited', () => {
    const limited = (it: Life, minutes: number, retryAfterMs?: number) =>
      it
        .pass(minutes * MINUTE)
        .send()
        .failed('RateLimited', retryAfterMs === undefined ? {} : { retryAfterMs }).attention;

    test('asks for a person once it has lasted for fifteen minutes, and not before', () => {
      const it = life();
      expect([0, 1, 2, 4].map((minutes) => limited(it, minutes))).toEqual(Array(4).fill(undefined));
      expect(limited(it, 8)).toBe('rate-limited');
      expect(it.view).toMatchObject({ status: 'waiting', waiting: { for: 'the provider’s rate limit' } });
    });

    test('asks at once where the provider wants it to wait for longer than that', () => {
      expect(limited(life(), 0, 15 * MINUTE)).toBe(undefined);
      expect(limited(life(), 0, 15 * MINUTE + 1)).toBe('rate-limited');
    });

    test('counts the time that Temporal’s own repetitions took', () => {
      const it = life()
        .send()
        .pass(5 * MINUTE)
        .failed('RateLimited');
      expect(limited(it, 10)).toBe('rate-limited');
    });

    test('counts no time that it waited for something else', () => {
      const it = life().send().failed('NotEnoughFunds').pass(HOUR).send().failed('NotEnoughFunds');
      expect(limited(it, 60)).toBe(undefined);
      expect(limited(it, 14)).toBe('rate-limited');
      it.pass(HOUR).send().failed('NotConnected');
      expect(limited(it, 60)).toBe(undefined);
    });

    test('in doubt, the hour that we wait of ourselves is no word of the provider', () => {
      const it = unknownLife().absentOver(5 * MINUTE);
      expect(limited(it, 0)).toBe(undefined);
      expect(it.status).toBe('unknown');
      it.absentOver(HOUR);
      expect(limited(it, 0)).toBe('rate-limited');
    });
  });

  test('a response about another withdrawal proves nothing about this one', () => {
    const foreign = life().send().accepted('confirmed', { reference: 'another' });
    expect(foreign.view).toMatchObject({ status: 'unknown', final: false, attention: 'not-ours' });
    expect(foreign.view).not.toHaveProperty('providerId');
    expect([foreign.isCancellable, foreign.mayResend]).toEqual([false, false]);
  });
});

describe('waiting for funds, credentials or a connection', () => {
  const nextTry = ({ state, now }: Life) => state.tries.nextAt - now;

  test('tries again by itself after 1, 2, 4, 8 and then every 15 minutes', () => {
    const unfunded = life();
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      const wait = nextTry(unfunded.send().failed('NotEnoughFunds'));
      unfunded.pass(wait);
      return wait / MINUTE;
    });
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
  });

  test('sends again when the wait is over, and goes on as if nothing had been', () => {
    const funded = life().send().failed('NotEnoughFunds').pass(MINUTE).send().accepted();
    expect(funded.view).toMatchObject({ status: 'processing' });
    expect(funded.view).not.toHaveProperty('error');
    expect(funded.attention).toBeUndefined();
    expect(attempts(funded)).toEqual(['refused', 'accepted']);
  });

  test('waits as long as the provider asks, where that is longer', () => {
    expect(
      nextTry(
        life()
          .send()
          .failed('RateLimited', { retryAfterMs: 7 * MINUTE + SECOND }),
      ),
    ).toBe(7 * MINUTE + SECOND);
    expect(nextTry(life().send().failed('RateLimited', { retryAfterMs: SECOND }))).toBe(MINUTE);
  });

  test('waits a minute where the worker found it too late: its clock may be ahead, and asking again at once would spin', () => {
    expect(nextTry(life().send().failed('TooLateToSend'))).toBe(MINUTE);
  });

  test('expires when sendBy passes, with nothing paid', () => {
    const unfunded = life().send().failed('NotEnoughFunds').pass(DAY).ended();
    expect(unfunded.view).toMatchObject({ status: 'expired', final: true });
    expect(unfunded.events.at(-1)).toBe('expired');
  });

  test('does not expire when sendBy passes while an earlier attempt is in doubt: sendBy stops sending, not waiting', () => {
    const doubtful = unknownLife()
      .absentOver(5 * MINUTE)
      .send()
      .failed('NotEnoughFunds')
      .pass(DAY)
      .runChecked();
    expect([doubtful.status, doubtful.state.inDoubt]).toEqual(['unknown', true]);
    expect(doubtful.mayResend).toBe(false);
  });
});

describe('a slot that can’t be had', () => {
  test.each<[FailureType, string]>([
    ['NoWorker', 'waiting-for-worker'],
    ['CallInterrupted', 'no-slot'],
  ])('after %s asks for a person (%s), and is asked for again a minute later', (type, attention) => {
    const it = life(samples.cryptocloud).apply({ type: 'slotFailed', failure: { type } });
    expect([it.status, it.attention]).toEqual(['waiting', attention]);
    expect(it.pass(MINUTE).next.do).toBe('acquireSlot');
    expect(it.slotGranted(it.now).send().accepted().attention).not.toBe(attention);
  });
});

describe('cancelling', () => {
  const cancelled = (it: Life) => it.cancel().ended();

  test.each<[string, () => Life]>([
    ['before anything was sent', () => life()],
    ['after an attempt that never left', () => life().send().failed('NotConnected')],
    ['after an attempt refused for now', () => life().send().failed('NotEnoughFunds')],
    [
      'after many of them',
      () => life().send().failed('NoWorker').send().failed('RateLimited').send().failed('BadCredentials'),
    ],
  ])('is allowed %s', (_name, given) => {
    expect(given().isCancellable).toBe(true);
    expect(cancelled(given()).view).toMatchObject({ status: 'cancelled', final: true });
  });

  test.each<[string, () => Life]>([
    ['while an attempt is under way', () => life().send()],
    ['while its outcome is unknown', () => unknownLife()],
    ['after it was seen absent: absent alone ends nothing', () => unknownLife().absentOver(HOUR)],
    [
      'while a later attempt waits for funds and an earlier one is in doubt',
      () => unknownLife().absentOver(HOUR).send().failed('NotEnoughFunds'),
    ],
    ['once the provider has it', () => acceptedLife()],
    ['while the Owner decides', () => acceptedLife().found('pending')],
    [
      'once a verified callback says that the provider has it',
      () => life().send().failed('NotEnoughFunds').callback('confirmed'),
    ],
  ])('is not allowed %s', (_name, given) => {
    const before = given();
    expect(before.isCancellable).toBe(false);
    expect(cancelled(given()).status).toBe(before.status);
    expect(given().cancel().answers).toEqual([expect.stringMatching(`it can't be cancelled while ${before.status}`)]);
    expect(given().cancelInTemporal().runChecked().status).toBe(before.status);
  });

  test('after the end is not possible, and changes nothing', () => {
    const ended = acceptedLife().found('confirmed');
    expect(ended.isCancellable).toBe(false);
    expect(cancelled(ended).view).toMatchObject({ status: 'confirmed', final: true });
  });

  test('that can’t take effect at once is remembered, with who and why', () => {
    const waiting = life().send().failed('NotConnected');
    const action = waiting.action('typo');
    waiting.cancel(action);
    expect([waiting.status, waiting.state.cancel]).toEqual(['waiting', { by: 'operator', actions: [action] }]);
    expect(waiting.view.timeline.at(-1)).toMatchObject({
      event: 'cancelRequested',
      detail: { action: { ...action, name: 'cancel', by: 'Bo', reason: 'typo' } },
    });
  });

  test('by Temporal’s own request is remembered even while it is sent', () => {
    const sending = life().send().cancelInTemporal();
    expect([sending.status, sending.state.cancel]).toEqual(['sending', { by: 'temporal' }]);
    expect(sending.events.at(-1)).toBe('cancelRequested');
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Life, Word } from '../life.js';
import { acceptedLife, HOUR, life, MINUTE, SECOND, unknownLife } from '../life.js';
import { samples, without } from '../../requests.js';

const cryptopay = samples.cryptopay;
const unconfirmed = ({ state }: Life) => state.unconfirmed?.record.providerStatus;

describe('a callback that is not final', () => {
  test.each<[Word, string]>([
    ['pending', 'awaiting_approval'],
    ['on_hold', 'on_hold'],
    ['not_confirmed', 'processing'],
  ])('%s is believed when it goes forward: %s', (word, status) => {
    expect(acceptedLife().callback(word).status).toBe(status);
  });

  test('twice is once: the same id and status apply once', () => {
    const it = acceptedLife().callback('pending');
    const before = JSON.stringify(it.state);
    expect(JSON.stringify(it.pass(MINUTE).callback('pending').state)).toBe(before);
  });

  test('10,000 repetitions leave no trace, and a new word after them is taken in', () => {
    const it = acceptedLife().callback('pending');
    const size = JSON.stringify(it.state).length;
    for (let repeated = 0; repeated < 10_000; repeated += 1) it.callback('pending');
    expect(JSON.stringify(it.state)).toHaveLength(size);
    expect(it.callback('declined').found('declined').status).toBe('declined');
  });

  test('of an earlier step, replayed after it was applied, is ignored', () => {
    const it = acceptedLife().callback('pending').found('not_confirmed').callback('pending');
    expect([it.status, unconfirmed(it)]).toEqual(['processing', undefined]);
  });

  test.each<[Word, Word]>([
    ['on_hold', 'not_confirmed'],
    ['pending', 'not_confirmed'],
    ['pending', 'on_hold'],
    ['on_hold', 'new'],
  ])('that would step from %s back or aside to %s waits for a look-up, due at once', (from, back) => {
    const it = acceptedLife(cryptopay).found(from);
    const { status } = it;
    expect([it.callback(back).status, unconfirmed(it), it.lookUpAt]).toEqual([status, back, it.now]);
    expect(it.found(from).status).toBe(status);
    expect(unconfirmed(it)).toBeUndefined();
  });

  test('a step back that the look-up agrees with is believed', () => {
    expect(acceptedLife().found('pending').callback('not_confirmed').found('not_confirmed').status).toBe('processing');
  });

  test('early, before the response to the create, is not lost: it is newer, so it is taken in after it', () => {
    const early = life().send().callback('pending');
    expect([early.status, early.state.receivedCallbacks]).toEqual([
      'sending',
      [{ callback: { record: early.record('pending') } }],
    ]);
    early.accepted('processing');
    expect([early.status, early.state.receivedCallbacks]).toEqual(['awaiting_approval', []]);
    expect(early.found('pending').status).toBe('awaiting_approval');
  });

  test('early, before the failure of the create, says more than that: the provider has it', () => {
    for (const failed of ['NoAnswer', 'InvalidAddress', 'NotConnected', 'HighRiskAddress'] as const) {
      const early = life().send().callback('pending').failed(failed);
      expect([early.status, early.isFinal, early.mayResend]).toEqual(['awaiting_approval', false, false]);
    }
  });
});

describe('a callback’s final word', () => {
  test.each(['confirmed', 'declined', 'cancelled'] as const)('%s ends nothing until a look-up agrees', (word) => {
    const it = acceptedLife().callback(word, { error: 'Declined by user ID:777' });
    expect([it.status, unconfirmed(it), it.lookUpAt]).toEqual(['processing', word, it.now]);
    expect(it.view.waiting?.for).toBe(`a look-up to confirm the callback (${word})`);
    expect(it.found(word, { error: 'Declined by user ID:777' }).view).toMatchObject({ status: word, final: true });
  });

  test('brings what only the callback said into the view, once confirmed', () => {
    const fees = [{ type: 'mining', currency: 'BTC', amount: '0.00001' }];
    const it = acceptedLife().callback('confirmed', { txid: 'bb04bb04bb04bb04', fees });
    expect(it.view).not.toHaveProperty('txid');
    expect(it.found('confirmed').view).toMatchObject({ txid: 'bb04bb04bb04bb04', fees });
  });

  test('gives the provider’s own reason for a decline', () => {
    const error = 'Declined by user ID:777';
    const it = acceptedLife().callback('pending').callback('declined', { error }).found('declined', { error });
    expect(it.view.error).toEqual({ type: 'Declined', certainty: 'refused', message: error });
  });

  test('before the create’s response ends nothing, and the response doesn’t make it forgotten', () => {
    const early = life().send().callback('confirmed').accepted('processing');
    expect([early.status, unconfirmed(early)]).toEqual(['processing', 'confirmed']);
    expect(early.found('confirmed').status).toBe('confirmed');
  });

  test.each<[string, () => Life]>([
    ['while nothing was sent yet', () => life()],
    ['while it waits for funds', () => life().send().failed('NotEnoughFunds')],
    ['while the outcome is unknown', () => unknownLife()],
  ])('%s proves that the provider has it: it isn’t sent again, and is looked up', (_name, given) => {
    const it = given().callback('confirmed');
    expect([it.status, it.isCancellable, unconfirmed(it)]).toEqual(['processing', false, 'confirmed']);
    expect(it.lookUpAt).toBe(it.now);
    expect(it.found('confirmed').status).toBe('confirmed');
  });

  test('stays to be confirmed while look-ups say that it goes on, and is never outlived by an older callback', () => {
    const it = acceptedLife(cryptopay).found('on_hold').callback('confirmed');
    it.found('on_hold').callback('pending').callback('not_confirmed');
    expect([it.status, unconfirmed(it)]).toEqual(['on_hold', 'confirmed']);
    expect(it.pass(10 * MINUTE).found('not_confirmed').attention).toBe('final-unconfirmed');
    expect(unconfirmed(it)).toBe('confirmed');
  });

  test('twice, while it waits to be confirmed, doesn’t start the waiting anew', () => {
    const it = acceptedLife()
      .callback('confirmed')
      .pass(9 * MINUTE)
      .callback('confirmed')
      .pass(MINUTE)
      .found('processing');
    expect(it.attention).toBe('final-unconfirmed');
  });

  test('ends it at once where the setting says so', () => {
    const it = acceptedLife();
    it.policy = { confirmFinal: false, resend: true };
    expect(it.found('processing').callback('confirmed').view).toMatchObject({ status: 'confirmed', final: true });
  });

  test('ends it at once where the provider has no look-up', () => {
    const it = acceptedLife(samples.cryptocloud);
    it.apply({ type: 'callbackReceived', callback: { record: without(it.record('confirmed'), 'reference') } });
    expect(it.status).toBe('confirmed');
  });
});

describe('a look-up that never agrees with a final callback', () => {
  test('is asked again after 0, 5, 10, 20, 40 seconds, then every minute, then at most hourly', () => {
    const it = acceptedLife().callback('confirmed');
    const waits = Array.from({ length: 14 }, () => {
      const wait = it.passUntilLookUp() / SECOND;
      it.found('processing');
      return wait;
    });
    expect(waits).toEqual([0, 5, 10, 20, 40, ...Array<number>(9).fill(60)]);
    it.pass(HOUR).found('processing');
    expect(it.passUntilLookUp()).toBeLessThanOrEqual(HOUR);
  });

  test('asks for a person after ten minutes, stays open, and ends when it agrees', () => {
    const it = acceptedLife()
      .callback('confirmed')
      .pass(10 * MINUTE - 1)
      .found('processing');
    expect(it.attention).toBeUndefined();
    it.pass(1).found('processing');
    expect(it.view).toMatchObject({ status: 'processing', final: false, attention: 'final-unconfirmed' });
    expect(it.pass(HOUR).found('confirmed').view).toMatchObject({ status: 'confirmed', final: true });
    expect(it.view).not.toHaveProperty('attention');
  });

  test.each<[string, (it: Life) => Life, string]>([
    ['knows nothing of it', (it) => it.absentOver(10 * MINUTE), 'record-missing'],
    ['fails', (it) => it.pass(10 * MINUTE).lookUpFails(), 'look-up-fails'],
  ])('asks for a person, too, where it %s', (_name, seen, attention) => {
    const it = seen(acceptedLife().callback('confirmed'));
    expect([it.status, it.attention]).toEqual(['processing', attention]);
  });
});

describe('a status that is in no table', () => {
  test.each(['response', 'callback', 'look-up'] as const)('is not final and asks for attention, from %s', (source) => {
    const it = acceptedLife().says('verifying', source);
    expect(it.view).toMatchObject({ status: 'processing', final: false, attention: 'unrecognised-status' });
    expect(it.view.providerStatus).toBe('verifying');
  });

  test('in a callback asks for attention even where it first waits for a look-up', () => {
    const it = acceptedLife().found('pending').callback('verifying');
    expect([it.status, it.attention]).toEqual(['awaiting_approval', 'unrecognised-status']);
  });

  test('proves that the provider has it, wherever it is first said', () => {
    expect(unknownLife().found('verifying').status).toBe('processing');
    expect(life().send().accepted('verifying').view).toMatchObject({
      status: 'processing',
      attention: 'unrecognised-status',
    });
  });

  test('leaves a known status as it is, and a later known word clears it up', () => {
    const it = acceptedLife().found('pending').found('verifying');
    expect([it.status, it.attention]).toEqual(['awaiting_approval', 'unrecognised-status']);
    expect(it.found('confirmed').view).not.toHaveProperty('attention');
  });
});

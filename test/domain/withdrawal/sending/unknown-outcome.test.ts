import { describe, expect, test } from '@jest/globals';
import { resendOnlyAs } from '../../../../domain/withdrawal/sending/unknown-outcome.js';
import type { Life } from '../life.js';
import { account, acceptedLife, DAY, HOUR, life, MINUTE, otherAccount, SECOND, unknownLife } from '../life.js';
import { NOW, samples } from '../../requests.js';

/** Absent, each time when the schedule says so, until five minutes are over. */
function absentOnSchedule(it: Life): Life {
  const began = it.now;
  while (it.now - began < 5 * MINUTE + 2 * SECOND) {
    it.passUntilLookUp();
    it.absent();
  }
  return it;
}

describe('an unknown outcome is settled by the provider’s own record', () => {
  test('found by our reference', () => {
    const settled = unknownLife().pass(SECOND).found('processing');
    expect(settled.view).toMatchObject({ status: 'processing', providerId: '134702815' });
    expect(settled.view).not.toHaveProperty('error');
    expect(settled.state.inDoubt).toBe(false);
  });

  test.each(['confirmed', 'declined', 'cancelled'] as const)('found %s: the end', (word) => {
    expect(unknownLife().found(word).view).toMatchObject({ status: word, final: true });
  });

  test('reported by a callback', () => expect(unknownLife().callback('pending').status).toBe('awaiting_approval'));

  test('found after it had been absent: a look-up that lags', () => {
    expect(
      unknownLife()
        .absentOver(4 * MINUTE)
        .found('processing').status,
    ).toBe('processing');
  });

  test.each(['NoAnswer', 'ProviderFault', 'UnreadableAnswer', 'UndocumentedError', 'ReferenceInUse'] as const)(
    'found by its reference after %s: it is waited for, without a person, and adopted',
    (type) => {
      const it = life().send().failed(type).pass(SECOND).absent();
      expect(it.view).toMatchObject({ status: 'unknown', waiting: { for: 'proof of what became of the request' } });
      expect(it.attention).toBeUndefined();
      it.pass(10 * SECOND).found('not_confirmed');
      expect(it.view).toMatchObject({ status: 'processing', providerId: '134702815' });
      expect(it.view).not.toHaveProperty('error');
      expect(it.found('confirmed').status).toBe('confirmed');
    },
  );

  test('never by a record whose reference differs in case only', () => {
    const it = unknownLife();
    it.pass(SECOND).found('confirmed', { reference: it.request.withdrawalId.toUpperCase() });
    expect(it.request.withdrawalId.toUpperCase()).not.toBe(it.request.withdrawalId);
    expect(it.view).toMatchObject({ status: 'unknown', final: false, attention: 'not-ours' });
    expect(it.view).not.toHaveProperty('providerId');
    expect(it.mayResend).toBe(false);
  });
});

describe('absent three times over five minutes, with the account that sent it', () => {
  test('on the schedule of look-ups, allows the same reference to be sent again', () => {
    const absent = absentOnSchedule(unknownLife());
    expect(absent.mayResend).toBe(true);
    expect(resendOnlyAs(absent.state)).toBe(account);
    expect(absent.next).toMatchObject({ do: 'create', input: { onlyAs: account } });
    expect(absent.send().accepted().status).toBe('processing');
  });

  test('asks nobody while the resend waits for its next try', () => {
    const it = unknownLife()
      .absentOver(5 * MINUTE)
      .send()
      .failed('NotEnoughFunds')
      .absentOver(6 * MINUTE);
    const [{ nextAt }, again] = [it.state.tries, new Date(it.state.tries.nextAt).toISOString()];
    expect(nextAt).toBeGreaterThan(it.now);
    expect([it.status, it.attention, it.mayResend]).toEqual(['unknown', 'waiting-for-funds', false]);
    expect(it.view.waiting?.next).toContain(`sends the same reference again at ${again}`);
    expect(it.next).toMatchObject({ do: 'wait' });
    it.now = nextAt;
    expect(it.mayResend).toBe(true);
  });

  test.each<[string, (it: Life) => Life]>([
    ['never', (it) => it],
    ['twice', (it) => it.absent().pass(HOUR).absent()],
    ['three times in less than five minutes', (it) => it.absentOver(5 * MINUTE - 2)],
    ['twenty times in less than five minutes', (it) => times(20, () => it.absent().pass(14 * SECOND)).at(-1) ?? it],
    ['with another account', (it) => it.absentOver(HOUR, otherAccount)],
    ['with two accounts, three times in all', (it) => it.absent().pass(HOUR).absent(otherAccount).pass(HOUR).absent()],
    ['with another account in between', (it) => it.absentOver(HOUR).absent(otherAccount).absent()],
    [
      'before a record was found that isn’t ours',
      (it) => it.absent().pass(HOUR).absent().found('processing', { address: 'other-address' }).absent(),
    ],
    [
      'before a record that isn’t ours was reported',
      (it) => it.absent().pass(HOUR).absent().callback('processing', { amount: '7' }).absent(),
    ],
    [
      'in turns with a record that isn’t ours',
      (it) => times(25, () => it.pass(MINUTE).absent().pass(MINUTE).found('pending', { amount: '1' })).at(-1) ?? it,
    ],
    [
      'after a look-up had found another payout under our reference',
      (it) => it.found('pending', { amount: '1' }).absentOver(HOUR),
    ],
    [
      'after a verified callback had told of another payout under our reference',
      (it) => it.callback('pending', { amount: '1' }).absentOver(HOUR),
    ],
    ['after Temporal’s cancel request', (it) => it.cancelInTemporal().absentOver(HOUR)],
    ['though a verified callback says that it ended', (it) => it.callback('confirmed').absentOver(HOUR)],
    [
      'though a verified callback says that it was cancelled',
      (it) =>
        it
          .absentOver(4 * MINUTE)
          .callback('cancelled')
          .pass(HOUR)
          .absent(),
    ],
  ])('but not if it was absent %s', (_name, seen) => {
    expect(seen(unknownLife()).mayResend).toBe(false);
  });

  test('but not if sendBy passed before it was proven: a person is asked', () => {
    const it = unknownLife();
    it.at(it.sendBy - 5 * MINUTE).absentOver(5 * MINUTE + SECOND);
    expect([it.mayResend, it.status, it.attention]).toEqual([false, 'unknown', 'unknown-outcome']);
  });

  test('but not after sendBy, which stops sending', () => {
    const late = unknownLife()
      .pass(DAY - 10 * MINUTE)
      .absentOver(5 * MINUTE);
    expect(late.mayResend).toBe(true);
    expect(late.pass(4 * MINUTE).mayResend).toBe(false);
    expect([late.absent().status, late.attention]).toEqual(['unknown', 'unknown-outcome']);
  });

  test('but not at the very moment of sendBy', () => {
    const late = unknownLife()
      .pass(DAY - 10 * MINUTE)
      .absentOver(5 * MINUTE);
    late.now = late.sendBy;
    expect(late.mayResend).toBe(false);
  });

  test('but not if the provider said that the reference is in use', () => {
    const used = life().send().failed('ReferenceInUse').absentOver(HOUR);
    expect([used.mayResend, used.status, used.attention]).toEqual([false, 'unknown', 'unknown-outcome']);
  });

  test('but not if a resend was answered so', () => {
    const used = unknownLife().absentOver(HOUR).send().failed('ReferenceInUse').absentOver(HOUR);
    expect([used.mayResend, used.attention]).toEqual([false, 'unknown-outcome']);
  });

  test('but not where the setting forbids it: a person is asked instead', () => {
    const alphapo = unknownLife(samples.alphapo);
    alphapo.policy = { confirmFinal: true, resend: false };
    expect(alphapo.absentOver(5 * MINUTE - 2).attention).toBeUndefined();
    expect(alphapo.pass(MINUTE).absent().attention).toBe('unknown-outcome');
    expect([alphapo.mayResend, alphapo.status]).toEqual([false, 'unknown']);
  });

  test('but not if nobody knows who sent it, a worker killed in mid-call: a person is asked', () => {
    const killed = life()
      .send()
      .killed()
      .pass(3 * MINUTE)
      .absentOver(HOUR);
    expect([killed.mayResend, killed.attention]).toEqual([false, 'unknown-outcome']);
  });

  test('counts anew after each attempt', () => {
    const twice = unknownLife().absentOver(HOUR).send().failed('NoAnswer');
    expect(twice.mayResend).toBe(false);
    expect(twice.pass(MINUTE).absent().pass(MINUTE).absent().mayResend).toBe(false);
    expect(twice.absentOver(5 * MINUTE).mayResend).toBe(true);
  });

  test('is no end and no cancellation by itself, however long it lasts', () => {
    const absent = unknownLife();
    absent.policy = { confirmFinal: true, resend: false };
    times(100, () => absent.pass(DAY).absent());
    expect([absent.status, absent.isFinal, absent.isCancellable]).toEqual(['unknown', false, false]);
  });

  test('of a record that was there before asks for a person, and changes nothing', () => {
    const missing = acceptedLife().absentOver(5 * MINUTE);
    expect([missing.status, missing.attention, missing.mayResend]).toEqual(['processing', 'record-missing', false]);
  });
});

describe('a refusal after an unknown speaks only for its own attempt', () => {
  const resent = () =>
    unknownLife()
      .absentOver(5 * MINUTE)
      .send();

  test.each([
    ...(['InvalidAddress', 'InvalidAmount', 'HighRiskAddress', 'InvalidRequest'] as const),
    ...(['ReferenceInUse', 'NoAnswer'] as const),
  ])('%s ends nothing', (type) => {
    const refused = resent().failed(type);
    expect(refused.view).toMatchObject({ status: 'unknown', final: false });
    expect([refused.mayResend, refused.isCancellable]).toEqual([false, false]);
    expect(refused.found('confirmed').status).toBe('confirmed');
  });

  test('a refusal for now needs proof anew before the next attempt, and only the first account may go on', () => {
    const unfunded = resent().failed('NotEnoughFunds');
    expect([unfunded.status, resendOnlyAs(unfunded.state), unfunded.isCancellable]).toEqual([
      'unknown',
      account,
      false,
    ]);
  });

  test('another account’s attempt is not sent, and a person is asked for the first one’s credentials', () => {
    const other = resent().failed('OtherAccount', {}, otherAccount);
    expect([other.status, other.attention]).toEqual(['unknown', 'waiting-for-credentials']);
    expect(resendOnlyAs(other.state)).toBe(account);
  });

  test('once a record settled the doubt, any account may go on', () => {
    expect(resendOnlyAs(resent().failed('NoAnswer').found('processing').state)).toBeUndefined();
  });
});

describe('where a provider documents no look-up', () => {
  const request = samples.cryptocloud;

  test('an unknown outcome asks for a person at once, and is never sent again', () => {
    const lost = unknownLife(request);
    expect([lost.status, lost.attention, lost.next]).toEqual(['unknown', 'unknown-outcome', { do: 'wait' }]);
    expect(lost.pass(HOUR).mayResend).toBe(false);
    expect(lost.view.waiting).toMatchObject({ next: 'A person asks CryptoCloud.' });
  });

  test('a request that is proven unsent waits as anywhere', () => {
    expect(life(request).send().failed('NotConnected').status).toBe('waiting');
  });
});

test('the look-ups that settle it come soon: 1, 11, 41, 101, 221 and 341 seconds after', () => {
  const it = unknownLife();
  const at = times(6, () => {
    it.passUntilLookUp();
    it.absent();
    return (it.now - NOW) / SECOND;
  });
  expect(at).toEqual([1, 11, 41, 101, 221, 341]);
});

function times<T>(count: number, each: () => T): T[] {
  return Array.from({ length: count }, each);
}

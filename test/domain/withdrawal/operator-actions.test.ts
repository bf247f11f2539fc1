import { describe, expect, test } from '@jest/globals';
import type { Resolution } from '../../../domain/withdrawal/operator-actions.js';
import {
  cancelIfWanted,
  cancelRequested,
  contradiction,
  isCancellable,
  remind,
  reminderAt,
  resolve,
  resolveProblem,
  retryNow,
  retryNowProblem,
} from '../../../domain/withdrawal/operator-actions.js';
import { deadlinePassed, requestInvalid, turnGiven } from '../../../domain/withdrawal/creating.js';
import type { Status } from '../../../domain/withdrawal/lifecycle.js';
import { statuses } from '../../../domain/withdrawal/lifecycle.js';
import type { Life, Word } from './life.js';
import { acceptedLife, DAY, HOUR, life, MINUTE, SECOND, unknownLife } from './life.js';
import { NOW, samples } from '../requests.js';

const cloud = samples.cryptocloud;
const twoStep = () => life(samples.cryptopay).send().accepted('new', { charge: '10.17' });

const withTurn = () => {
  const it = life(cloud);
  turnGiven(it.withdrawal, { at: it.now + MINUTE, place: 4 }, it.now);
  return it;
};
const leftToExpire = () => {
  const it = life({ ...samples.cryptopay, cryptopay: { maxCharge: '1' } })
    .send()
    .accepted('new', { charge: '10.17' });
  expect(it.mayCommit).toBe(false);
  return it;
};
const invalid = () => {
  const it = life();
  requestInvalid(it.withdrawal, 'amount: is required', it.now);
  return it;
};
const expired = () => {
  const it = life().send().failed('NotEnoughFunds').pass(DAY);
  deadlinePassed(it.withdrawal, it.now);
  return it;
};
const committing = () => twoStep().commit();
const unsettled = () => committing().commitFails('NoAnswer').pass(MINUTE).found('new');
const inDoubtAgain = () => unknownLife().absentOver(HOUR).send().failed('NotEnoughFunds');

/** What a person may do, state by state: everything that a withdrawal can be in. */
const rules: [what: string, given: () => Life, status: Status, may: { cancel?: true; retry?: true; resolve?: true }][] =
  [
    ['just received', () => life(), 'received', { cancel: true }],
    ['waiting for funds', () => life().send().failed('NotEnoughFunds'), 'waiting', { cancel: true, retry: true }],
    ['waiting for a connection', () => life().send().failed('NotConnected'), 'waiting', { cancel: true, retry: true }],
    ['waiting for its turn', withTurn, 'waiting', { cancel: true }],
    ['without funds, with an earlier attempt in doubt', inDoubtAgain, 'unknown', { retry: true, resolve: true }],
    ['being sent', () => life().send(), 'sending', {}],
    ['being sent again', () => unknownLife().absentOver(HOUR).send(), 'sending', {}],
    ['unknown', () => unknownLife(), 'unknown', { retry: true, resolve: true }],
    ['unknown, and seen absent', () => unknownLife().absentOver(HOUR), 'unknown', { retry: true, resolve: true }],
    ['unknown where nothing can be looked up', () => unknownLife(cloud), 'unknown', { resolve: true }],
    ['about to be committed', twoStep, 'awaiting_commit', { retry: true }],
    ['being committed', committing, 'awaiting_commit', { retry: true }],
    ['left to expire', leftToExpire, 'awaiting_commit', { retry: true }],
    ['not known to be committed, after the window', unsettled, 'awaiting_commit', { retry: true, resolve: true }],
    ['at the provider', () => acceptedLife(), 'processing', { retry: true, resolve: true }],
    ['at a provider without a look-up', () => acceptedLife(cloud), 'processing', { resolve: true }],
    ['before the Owner', () => acceptedLife().found('pending'), 'awaiting_approval', { retry: true, resolve: true }],
    ['on hold', () => acceptedLife().found('on_hold'), 'on_hold', { retry: true, resolve: true }],
    [
      'contested',
      () => acceptedLife().callback('confirmed').found('cancelled'),
      'processing',
      { retry: true, resolve: true },
    ],
    ['confirmed', () => acceptedLife().found('confirmed'), 'confirmed', {}],
    ['declined', () => acceptedLife().found('declined'), 'declined', {}],
    ['cancelled', () => acceptedLife().found('cancelled'), 'cancelled', {}],
    ['refused', invalid, 'refused', {}],
    ['expired', expired, 'expired', {}],
  ];

const found = { by: 'Ada', reason: 'asked their support', evidence: 'ticket 4711' };
const paid: Resolution = { ...found, outcome: 'confirmed', txid: 'bb04' };
const notPaid: Resolution = { ...found, outcome: 'notPaid' };

describe('what a person may do with a withdrawal that is', () => {
  test.each(rules)('%s', (_what, given, status, may) => {
    const { withdrawal, now } = given();
    expect(withdrawal.status).toBe(status);
    expect({
      ...(isCancellable(withdrawal) && { cancel: true }),
      ...(retryNowProblem(withdrawal) === undefined && { retry: true }),
      ...(resolveProblem(withdrawal, paid, now) === undefined && { resolve: true }),
    }).toEqual(may);
  });

  test('in any status is said here', () => {
    expect([...new Set(rules.map(([, , status]) => status))].sort()).toEqual([...statuses].sort());
  });

  test.each(rules)('%s: each refusal tells why in words', (_what, given) => {
    const { withdrawal, now } = given();
    for (const problem of [retryNowProblem(withdrawal), resolveProblem(withdrawal, notPaid, now)])
      if (problem !== undefined) expect(problem).toMatch(/^[^.]{10,}$/);
  });
});

describe('cancel', () => {
  const wanted = (it: Life) => {
    cancelRequested(it.withdrawal, 'Bo: typo', it.now);
    cancelIfWanted(it.withdrawal, it.now);
    return it;
  };

  test.each(rules.filter(([, , , { cancel }]) => cancel))('ends it at once when it is %s', (_what, given) => {
    const it = wanted(given());
    expect(it.view).toMatchObject({ status: 'cancelled', final: true });
    expect(it.view.timeline).toContainEqual(expect.objectContaining({ event: 'cancelRequested', detail: 'Bo: typo' }));
  });

  test.each(rules.filter(([, , , { cancel }]) => !cancel))('changes no status when it is %s', (_what, given) => {
    const it = wanted(given());
    expect(it.status).toBe(given().status);
    expect(it.events).not.toContain('ignored');
  });

  test('wanted while it is sent takes effect before the next attempt, if that one is proven unsent', () => {
    const it = wanted(life().send()).failed('NotConnected');
    cancelIfWanted(it.withdrawal, it.now);
    expect(it.status).toBe('cancelled');
  });

  test('wanted while it is sent takes no effect once it may have been accepted', () => {
    const it = wanted(life().send()).failed('NoAnswer');
    cancelIfWanted(it.withdrawal, it.now);
    expect(it.status).toBe('unknown');
    expect(it.found('confirmed').status).toBe('confirmed');
  });
});

describe('retry now', () => {
  const act = { by: 'Ada', reason: 'funded' };

  test('ends a wait for funds, and tells who and why', () => {
    const it = life().send().failed('NotEnoughFunds');
    retryNow(it.withdrawal, act, it.now);
    expect(it.withdrawal.memory.tries.nextAt).toBe(it.now);
    expect(it.view.timeline.at(-1)).toMatchObject({ event: 'retryNow', detail: 'Ada: funded' });
  });

  test('brings the next look-up forward', () => {
    const it = acceptedLife().found('processing').found('processing').pass(SECOND);
    expect(it.withdrawal.lookUpAt).toBeGreaterThan(it.now);
    retryNow(it.withdrawal, act, it.now);
    expect(it.withdrawal.lookUpAt).toBe(it.now);
  });

  test('never sends past an unknown outcome: only the schedule of look-ups moves', () => {
    const it = unknownLife();
    it.policy = { confirmFinal: true, resend: true };
    for (let times = 0; times < 10; times++) {
      retryNow(it.withdrawal, act, it.now);
      it.absent();
    }
    expect([it.status, it.mayResend]).toEqual(['unknown', false]);
  });

  test('sends nothing the sooner that was refused for now while an earlier attempt is in doubt', () => {
    const poor = unknownLife()
      .absentOver(5 * MINUTE)
      .send()
      .failed('NotEnoughFunds')
      .pass(MINUTE)
      .absentOver(5 * MINUTE);
    retryNow(poor.withdrawal, act, poor.now);
    expect([poor.status, poor.mayResend]).toEqual(['unknown', false]);
    expect(poor.pass(HOUR).mayResend).toBe(true);
  });

  test('does not lengthen what was agreed: the window of a commit, the time to send', () => {
    const it = twoStep().pass(28 * SECOND);
    retryNow(it.withdrawal, act, it.now);
    expect(it.mayCommit).toBe(false);
    const late = life().send().failed('NotEnoughFunds').pass(DAY);
    const { sendBy } = late.withdrawal;
    retryNow(late.withdrawal, act, late.now);
    expect(late.withdrawal.sendBy).toBe(sendBy);
  });
});

describe('resolve', () => {
  test.each(rules.filter(([, , , may]) => may.resolve))('as confirmed ends it when it is %s', (_what, given) => {
    const it = given();
    resolve(it.withdrawal, paid, it.now);
    expect(it.view).toMatchObject({ status: 'confirmed', final: true, txid: 'bb04' });
    expect(it.view).not.toHaveProperty('error');
    expect(it.view).not.toHaveProperty('attention');
  });

  test.each(rules.filter(([, , , may]) => may.resolve))('as not paid ends it when it is %s', (_what, given) => {
    const it = given();
    resolve(it.withdrawal, notPaid, it.now);
    expect(it.view).toMatchObject({ status: 'cancelled', final: true, error: { type: 'NotPaid' } });
    expect(it.view).not.toHaveProperty('txid');
  });

  test('leaves who, why and by what evidence in the timeline', () => {
    const it = unknownLife(cloud);
    resolve(it.withdrawal, notPaid, it.now);
    const { timeline } = it.view;
    expect(timeline.find(({ event }) => event === 'resolved')?.detail).toBe(
      'notPaid by Ada: asked their support; evidence: ticket 4711',
    );
  });

  test('changes no end, even if it were called', () => {
    const it = acceptedLife().found('confirmed', { txid: 'aa' });
    resolve(it.withdrawal, notPaid, it.now);
    expect(it.status).toBe('confirmed');
  });

  test('is not possible while the window is open, and is when it has closed unsettled', () => {
    const it = committing().commitFails('NoAnswer');
    it.now = NOW + 35 * SECOND - 1;
    expect(resolveProblem(it.withdrawal, paid, it.now)).toMatch(/window is open/);
    expect(resolveProblem(it.withdrawal, notPaid, it.now + 1)).toBeUndefined();
  });

  test.each<[Word | undefined, paid: boolean, notPaid: boolean]>([
    [undefined, true, true],
    ['confirmed', true, false],
    ['cancelled', false, true],
    ['declined', false, true],
    ['processing', true, false],
    ['pending', true, false],
    ['on_hold', true, false],
    ['verifying', true, false],
  ])('when a look-up says %s, confirmed is taken: %s, not paid: %s', (word, takesPaid, takesNotPaid) => {
    const it = acceptedLife();
    const record = word === undefined ? 'absent' : it.record(word);
    const refusals = [paid, notPaid].map((said) => contradiction(it.withdrawal, said, record, it.now));
    expect(refusals.map((refusal) => refusal === undefined)).toEqual([takesPaid, takesNotPaid]);
    for (const refusal of refusals) if (refusal !== undefined) expect(refusal).toContain(String(word));
  });

  test('as not paid is taken though a look-up says new, once the window is over: nobody else can settle it', () => {
    const it = unsettled();
    expect(contradiction(it.withdrawal, notPaid, it.record('new'), it.now)).toBeUndefined();
  });

  test('as not paid is refused while Cryptopay says pending after an unknown commit: it may have been committed', () => {
    const it = unsettled();
    const pending = it.record('pending', { meaning: 'awaiting_commit' });
    expect(contradiction(it.withdrawal, notPaid, pending, it.now)).toMatch(/pending: it may still pay/);
    expect(contradiction(it.withdrawal, paid, pending, it.now)).toBeUndefined();
  });

  test('is refused, whatever it says, where the provider could not be asked', () => {
    for (const it of [acceptedLife(), unknownLife(), unsettled()])
      for (const said of [paid, notPaid])
        expect(contradiction(it.withdrawal, said, 'could not ask', it.now)).toMatch(/could not be asked/);
  });

  test('is taken without an answer where the provider documents no look-up', () => {
    const it = acceptedLife(samples.cryptocloud);
    for (const said of [paid, notPaid])
      expect(contradiction(it.withdrawal, said, 'no look-up', it.now)).toBeUndefined();
  });

  test.each(['cancelled', 'declined'] as const)('as confirmed is refused while a verified callback says %s', (word) => {
    const it = acceptedLife().callback(word);
    expect(contradiction(it.withdrawal, paid, 'absent', it.now)).toBe(`a verified callback says ${word}`);
    expect(contradiction(it.withdrawal, notPaid, 'absent', it.now)).toBeUndefined();
  });

  test('as not paid is refused while a verified callback says confirmed, also where no look-up answers', () => {
    const it = acceptedLife().callback('confirmed');
    expect(contradiction(it.withdrawal, notPaid, 'absent', it.now)).toMatch(/callback says confirmed/);
    expect(contradiction(it.withdrawal, paid, 'absent', it.now)).toBeUndefined();
  });
});

describe('reminders', () => {
  test('an Owner is reminded of after four hours, and is overdue each day from then on', () => {
    const it = acceptedLife().found('pending');
    const seen = [];
    for (let times = 0; times < 4; times++) {
      it.now = reminderAt(it.withdrawal);
      remind(it.withdrawal, it.now);
      seen.push([(it.now - NOW) / HOUR, it.events.findLast((event) => /Reminder|overdue/.test(event)), it.attention]);
    }
    expect(seen).toEqual([
      [4, 'ownerReminder', undefined],
      [24, 'overdue', 'owner-overdue'],
      [48, 'overdue', 'owner-overdue'],
      [72, 'overdue', 'owner-overdue'],
    ]);
  });

  test.each<[string, () => Life]>([
    ['while it is sent', () => life().send()],
    ['while its outcome is unknown, which look-ups tell', () => unknownLife()],
    ['after its end', () => acceptedLife().found('confirmed')],
  ])('none comes %s', (_when, given) => {
    expect(reminderAt(given().withdrawal)).toBe(Number.POSITIVE_INFINITY);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Status } from '../../../domain/withdrawal/lifecycle.js';
import { statuses } from '../../../domain/withdrawal/lifecycle.js';
import type { ActionName } from '../../../domain/withdrawal/operator-actions/table.js';
import { actionNames } from '../../../domain/withdrawal/operator-actions/table.js';
import type { ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import { answerTo } from '../../../domain/withdrawal/operator-actions/action.js';
import { reminderAt } from '../../../domain/withdrawal/looking-up.js';
import type { Life, Word } from './life.js';
import { acceptedLife, DAY, HOUR, life, MINUTE, SECOND, unknownLife } from './life.js';
import { NOW, samples } from '../requests.js';

const cloud = samples.cryptocloud;
const twoStep = () => life(samples.cryptopay).send().accepted('new', { charge: '10.17' });

const withSlot = () => life(cloud).slotGranted(NOW + MINUTE, 4);
const leftToExpire = () => {
  const it = life({ ...samples.cryptopay, cryptopay: { maxCharge: '1' } })
    .send()
    .accepted('new', { charge: '10.17' });
  expect(it.mayCommit).toBe(false);
  return it.due();
};
const invalid = () => life(samples.cryptoprocessing, 'amount: is required').ended();
const expired = () => life().send().failed('NotEnoughFunds').pass(DAY).ended();
const committing = () => twoStep().commit();
const unsettled = () => committing().commitFails('NoAnswer').pass(MINUTE).found('new');
const inDoubtAgain = () => unknownLife().absentOver(HOUR).send().failed('NotEnoughFunds');

/** What a person may do, state by state: everything that a withdrawal can be in. */
const rules: [what: string, given: () => Life, status: Status, may: Partial<Record<ActionName, true>>][] = [
  ['just received', () => life(), 'received', { cancel: true }],
  ['waiting for funds', () => life().send().failed('NotEnoughFunds'), 'waiting', { cancel: true, retryNow: true }],
  ['waiting for a connection', () => life().send().failed('NotConnected'), 'waiting', { cancel: true, retryNow: true }],
  ['waiting for its slot', withSlot, 'waiting', { cancel: true }],
  ['without funds, with an earlier attempt in doubt', inDoubtAgain, 'unknown', { retryNow: true, resolve: true }],
  ['being sent', () => life().send(), 'sending', {}],
  ['being sent again', () => unknownLife().absentOver(HOUR).send(), 'sending', {}],
  ['unknown', () => unknownLife(), 'unknown', { retryNow: true, resolve: true }],
  ['unknown, and seen absent', () => unknownLife().absentOver(HOUR), 'unknown', { retryNow: true, resolve: true }],
  ['unknown where nothing can be looked up', () => unknownLife(cloud), 'unknown', { resolve: true }],
  ['about to be committed', twoStep, 'awaiting_commit', { retryNow: true }],
  ['being committed', committing, 'awaiting_commit', { retryNow: true }],
  ['left to expire', leftToExpire, 'awaiting_commit', { retryNow: true }],
  ['not known to be committed, after the window', unsettled, 'awaiting_commit', { retryNow: true, resolve: true }],
  ['at the provider', () => acceptedLife(), 'processing', { retryNow: true, resolve: true }],
  ['at a provider without a look-up', () => acceptedLife(cloud), 'processing', { resolve: true }],
  ['before the Owner', () => acceptedLife().found('pending'), 'awaiting_approval', { retryNow: true, resolve: true }],
  ['on hold', () => acceptedLife().found('on_hold'), 'on_hold', { retryNow: true, resolve: true }],
  [
    'contradictory',
    () => acceptedLife().callback('confirmed').found('cancelled'),
    'processing',
    { retryNow: true, resolve: true },
  ],
  ['confirmed', () => acceptedLife().found('confirmed'), 'confirmed', {}],
  ['declined', () => acceptedLife().found('declined'), 'declined', {}],
  ['cancelled', () => acceptedLife().found('cancelled'), 'cancelled', {}],
  ['refused', invalid, 'refused', {}],
  ['expired', expired, 'expired', {}],
];

const found = { by: 'Ada', reason: 'asked their support', evidence: 'ticket 4711' };
const paid: ResolutionRequest = { ...found, outcome: 'confirmed', txid: 'bb04bb04bb04bb04' };
const notPaid: ResolutionRequest = { ...found, outcome: 'notPaid' };

describe('what a person may do with a withdrawal that is', () => {
  test.each(rules)('%s', (_what, given, status, may) => {
    const it = given();
    expect(it.status).toBe(status);
    const possible = actionNames.filter((name) => it.problem(name, paid) === undefined);
    expect(Object.fromEntries(possible.map((name) => [name, true]))).toEqual(may);
  });

  test('by any action is said here', () => {
    expect([...new Set(rules.flatMap(([, , , may]) => Object.keys(may)))].sort()).toEqual([...actionNames].sort());
  });

  test('in any status is said here', () => {
    expect([...new Set(rules.map(([, , status]) => status))].sort()).toEqual([...statuses].sort());
  });

  test.each(rules)('%s: each refusal says why in words', (_what, given) => {
    const it = given();
    for (const problem of actionNames.map((name) => it.problem(name, notPaid)))
      if (problem !== undefined) expect(problem).toMatch(/^[^.]{10,}$/);
  });
});

describe('cancel', () => {
  const wanted = (it: Life) => it.cancel().ended();

  test.each(rules.filter(([, , , { cancel }]) => cancel))('ends it at once when it is %s', (_what, given) => {
    const it = wanted(given());
    expect(it.view).toMatchObject({ status: 'cancelled', final: true });
    expect(it.view.timeline).toContainEqual(
      expect.objectContaining({
        event: 'cancelRequested',
        detail: { action: { id: 'action-1', by: 'Bo', reason: 'typo', name: 'cancel' } },
      }),
    );
    expect([it.view.error?.message, it.answers]).toEqual(['Bo: typo', ['taken']]);
  });

  test.each([
    ['is cancelled', (it: Life) => it.ended(), [undefined, undefined]],
    [
      'turns out to be at the provider',
      (it: Life) => it.callback('not_confirmed'),
      Array<unknown>(2).fill(expect.stringContaining("it can't be cancelled")),
    ],
  ])('answers both who want it at the same moment when it %s', (_what, end, refused) => {
    const ids = ['action-1', 'action-2'];
    const it = life().send().failed('NotEnoughFunds');
    for (const id of ids) it.cancel({ id, by: 'Bo', reason: 'typo' });
    end(it);
    expect(ids.map((id) => answerTo(it.state, 'cancel', id))).toEqual(
      ids.map((id, at) => ({
        id,
        name: 'cancel',
        status: it.status,
        ...(refused[at] !== undefined && { refused: refused[at] }),
      })),
    );
  });

  test.each(rules.filter(([, , , { cancel }]) => !cancel))('changes no status when it is %s', (_what, given) => {
    for (const it of [wanted(given()), given().cancelInTemporal().runChecked()]) {
      expect(it.status).toBe(given().status);
      expect(it.events).not.toContain('ignored');
    }
    expect(wanted(given()).answers).toEqual([expect.stringMatching(/it can't be cancelled/)]);
  });

  test('wanted in Temporal while it is sent takes effect before the next attempt, if that one is proven unsent', () => {
    const it = life().send().cancelInTemporal().failed('NotConnected').ended();
    expect(it.status).toBe('cancelled');
  });

  test('wanted in Temporal while it is sent takes no effect once it may have been accepted', () => {
    const it = life().send().cancelInTemporal().failed('NoAnswer').runChecked();
    expect(it.status).toBe('unknown');
    expect(it.found('confirmed').status).toBe('confirmed');
  });
});

describe('retry now', () => {
  const action = { id: 'action-7', by: 'Ada', reason: 'funded' };

  test('ends a wait for funds, and records who and why', () => {
    const it = life().send().failed('NotEnoughFunds');
    it.retryNow(action);
    expect(it.state.tries.nextAt).toBe(it.now);
    expect(it.view.timeline.at(-1)).toMatchObject({
      event: 'retryNowRequested',
      detail: { action: { ...action, name: 'retryNow' } },
    });
  });

  test('brings the next look-up forward', () => {
    const it = acceptedLife().found('processing').found('processing').pass(SECOND);
    expect(it.lookUpAt).toBeGreaterThan(it.now);
    it.retryNow(action);
    expect(it.lookUpAt).toBe(it.now);
  });

  test('never sends past an unknown outcome: only the schedule of look-ups moves', () => {
    const it = unknownLife();
    it.policy = { confirmFinal: true, resend: true };
    for (let times = 0; times < 10; times++) {
      it.retryNow().absent();
    }
    expect([it.status, it.mayResend]).toEqual(['unknown', false]);
  });

  test('sends nothing the sooner that was refused for now while an earlier attempt is in doubt', () => {
    const unfunded = unknownLife()
      .absentOver(5 * MINUTE)
      .send()
      .failed('NotEnoughFunds')
      .pass(MINUTE)
      .absentOver(5 * MINUTE);
    unfunded.retryNow(action);
    expect([unfunded.status, unfunded.mayResend]).toEqual(['unknown', false]);
    expect(unfunded.pass(HOUR).mayResend).toBe(true);
  });

  test('does not lengthen what was agreed: the window of a commit, the time to send', () => {
    const it = twoStep().pass(28 * SECOND);
    it.retryNow(action);
    expect(it.mayCommit).toBe(false);
    const late = life().send().failed('NotEnoughFunds').pass(DAY);
    const { sendBy } = late;
    late.retryNow(action);
    expect(late.sendBy).toBe(sendBy);
  });
});

describe('resolve', () => {
  /** The provider has been asked once more, and knows nothing of it; where it has no look-up, the run has been checked. */
  const asked = (it: Life) => (it.next.do === 'lookUp' ? it.absent() : it.runChecked());

  test.each(rules.filter(([, , , may]) => may.resolve))('as confirmed ends it when it is %s', (_what, given) => {
    const it = asked(given().resolve(paid));
    expect(it.view).toMatchObject({ status: 'confirmed', final: true, txid: 'bb04bb04bb04bb04' });
    expect(it.view).not.toHaveProperty('error');
    expect(it.view).not.toHaveProperty('attention');
  });

  test.each(rules.filter(([, , , may]) => may.resolve))('as not paid ends it when it is %s', (_what, given) => {
    const it = asked(given().resolve(notPaid));
    expect(it.view).toMatchObject({ status: 'cancelled', final: true, error: { type: 'NotPaid' } });
    expect(it.view).not.toHaveProperty('txid');
  });

  test.each(rules.filter(([, , , may]) => !may.resolve))('changes nothing when it is %s', (_what, given) => {
    const it = given().resolve(paid).resolve(notPaid);
    expect([it.status, it.state.resolving]).toEqual([given().status, []]);
    expect(it.answers).not.toContain('taken');
    expect(it.events).not.toContain('resolved');
  });

  test('leaves who, why and by what evidence in the timeline', () => {
    const it = asked(unknownLife(cloud).resolve(notPaid, 'action-7'));
    const { timeline } = it.view;
    expect(timeline.find(({ event }) => event === 'resolved')?.detail).toEqual({
      action: { ...found, id: 'action-7', name: 'resolve', outcome: 'notPaid' },
    });
  });

  test('leaves them there, too, where it is refused after it was taken in', () => {
    const it = acceptedLife().resolve(notPaid, 'action-7').found('not_confirmed');
    const action = { ...found, id: 'action-7', name: 'resolve', outcome: 'notPaid' };
    expect(it.view.timeline.slice(-2)).toMatchObject([
      { event: 'resolveRequested', detail: { action } },
      { event: 'resolveRefused', detail: { action } },
    ]);
  });

  test('changes no end, even if it were called', () => {
    const it = acceptedLife().found('confirmed', { txid: 'aa' }).resolve(notPaid).found('cancelled');
    expect([it.status, it.answers]).toEqual(['confirmed', [expect.stringMatching(/final never changes/)]]);
  });

  test('is not possible while the window is open, and is when it has closed unsettled', () => {
    const it = committing().commitFails('NoAnswer');
    it.now = NOW + 35 * SECOND - 1;
    expect(it.problem('resolve', paid)).toMatch(/window is open/);
    expect(it.problem('resolve', notPaid, it.now + 1)).toBeUndefined();
  });

  const words: [Word | undefined, paid: boolean, notPaid: boolean][] = [
    [undefined, true, true],
    ['confirmed', true, false],
    ['cancelled', false, true],
    ['declined', false, true],
    ['processing', true, false],
    ['pending', true, false],
    ['on_hold', true, false],
    ['verifying', true, false],
  ];
  const contradictory = () => acceptedLife().callback('confirmed').found('cancelled');
  test.each(words)('when a look-up says %s, confirmed is taken: %s, not paid: %s', (word, takesPaid, takesNotPaid) => {
    const answers = [paid, notPaid].flatMap((said) => {
      const it = contradictory().resolve(said);
      return (word === undefined ? it.absent() : it.found(word)).answers;
    });
    expect(answers.map((answer) => answer === 'taken')).toEqual([takesPaid, takesNotPaid]);
    for (const answer of answers) if (answer !== 'taken') expect(answer).toContain(String(word));
  });

  test.each(['confirmed', 'cancelled', 'declined'] as const)(
    'comes too late when the look-up itself ends it as %s: the end is the provider’s, whatever the person says',
    (word) => {
      for (const said of [paid, notPaid]) {
        const it = acceptedLife().resolve(said).found(word);
        expect([it.status, it.events.includes('resolved')]).toEqual([word, false]);
        expect(it.answers).toEqual([`it has ended (${word}), and final never changes`]);
      }
    },
  );

  test('as not paid is taken though a look-up says new, once the window is over: nobody else can settle it', () => {
    expect(unsettled().resolve(notPaid).found('new').answers).toEqual(['taken']);
  });

  test('as not paid is refused while Cryptopay says pending after an unknown commit: it may have been committed', () => {
    const [refused, taken] = [notPaid, paid].map(
      (said) => unsettled().resolve(said).found('pending', { meaning: 'awaiting_commit' }).answers,
    );
    expect(refused).toEqual([expect.stringMatching(/pending: it may still pay/)]);
    expect(taken).toEqual(['taken']);
  });

  test('is refused, whatever it says, where the provider could not be asked', () => {
    for (const given of [() => acceptedLife(), () => unknownLife(), unsettled])
      for (const said of [paid, notPaid])
        expect(given().resolve(said).lookUpFails().answers).toEqual([expect.stringMatching(/could not be asked/)]);
  });

  test('is taken without an answer where the provider documents no look-up', () => {
    for (const said of [paid, notPaid]) {
      const it = acceptedLife(cloud).resolve(said);
      expect(it.next).toEqual({ do: 'checkRun' });
      expect(it.runChecked().answers).toEqual(['taken']);
    }
  });

  test.each(['cancelled', 'declined'] as const)('as confirmed is refused while a verified callback says %s', (word) => {
    const [refused, taken] = [paid, notPaid].map(
      (said) => acceptedLife().callback(word).resolve(said).absent().answers,
    );
    expect(refused).toEqual([`a verified callback says ${word}`]);
    expect(taken).toEqual(['taken']);
  });

  test('as not paid is refused while a verified callback says confirmed, also where no look-up answers', () => {
    const [refused, taken] = [notPaid, paid].map(
      (said) => acceptedLife().callback('confirmed').resolve(said).absent().answers,
    );
    expect(refused).toEqual([expect.stringMatching(/callback says confirmed/)]);
    expect(taken).toEqual(['taken']);
  });
});

describe('reminders', () => {
  test('an Owner is reminded of after four hours, and is overdue each day from then on', () => {
    const it = acceptedLife().found('pending');
    const seen = [];
    for (let times = 0; times < 4; times++) {
      it.now = it.reminderAt;
      it.apply({ type: 'reminderDue' });
      seen.push([(it.now - NOW) / HOUR, it.events.findLast((event) => /Reminded|overdue/.test(event)), it.attention]);
    }
    expect(seen).toEqual([
      [4, 'ownerReminded', undefined],
      [24, 'overdue', 'owner-overdue'],
      [48, 'overdue', 'owner-overdue'],
      [72, 'overdue', 'owner-overdue'],
    ]);
  });

  test.each<[string, () => Life]>([
    ['while it is sent', () => life().send()],
    ['while its outcome is unknown, which look-ups settle', () => unknownLife()],
    ['after its end', () => acceptedLife().found('confirmed')],
  ])('none comes %s', (_when, given) => {
    expect(reminderAt(given().state)).toBeUndefined();
  });
});

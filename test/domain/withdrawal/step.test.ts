import { describe, expect, test } from '@jest/globals';
import type { ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { newFaults } from '../../../domain/withdrawal/apply.js';
import type { ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import type { WithdrawalState } from '../../../domain/withdrawal/state.js';
import type { Step } from '../../../domain/withdrawal/step.js';
import { isOvertaken, mayContinueAsNew, nextStep } from '../../../domain/withdrawal/step.js';
import { NOW, samples } from '../requests.js';
import type { Life, Word } from './life.js';
import { acceptedLife, account, DAY, firstRun, HOUR, life, MINUTE, SECOND, secondRun, unknownLife } from './life.js';

const { cryptoprocessing, cryptopay, cryptocloud } = samples;
const WAITS = { do: 'wait' };
const until = (ms: number) => ({ do: 'wait', until: NOW + ms });
const found = { by: 'Ada', reason: 'asked their support', evidence: 'ticket 4711' };
const paid: ResolutionRequest = { ...found, outcome: 'confirmed', txid: '0xbb04bb04bb' };
const notPaid: ResolutionRequest = { ...found, outcome: 'notPaid' };
/** A callback that a fault of ours breaks, whenever it is taken in. */
const malformed = JSON.parse('{ "otherDestinations": 7 }') as ProviderRecord;
const broken = { type: 'callbackReceived', callback: { record: malformed } } as const;

/** What happens, or the milliseconds that pass; and the step that is next then: all of it, what matters of it, or its name. */
type Happens = ((it: Life) => Life) | number;
type Expected = string | Record<string, unknown>;
interface Story {
  name: string;
  request?: WithdrawalRequest;
  problems?: string;
  /** What is next of one just received. */
  first?: Expected;
  then: [Happens, Expected][];
  status: string;
  error?: string;
}

/** One create, accepted; a look-up follows after 30 seconds where no callback comes. */
const accepted: [Happens, Expected][] = [
  [(it) => it.send(), 'apply'], // only a fault of ours asks while it is under way
  [(it) => it.accepted(), until(30 * SECOND)],
];
/** Sent, with no answer: looked up a second later. */
const lost: [Happens, Expected][] = [
  [(it) => it.send(), 'apply'],
  [(it) => it.failed('NoAnswer'), until(SECOND)],
  [SECOND, { do: 'lookUp', forPerson: false }],
];
/** Seen absent three times over five minutes. */
const absent: [Happens, Expected][] = [
  ...lost,
  [(it) => it.absent(), until(11 * SECOND)],
  [10 * SECOND, 'lookUp'],
  [(it) => it.absent(), until(41 * SECOND)],
  [5 * MINUTE, 'lookUp'],
];
const created: [Happens, Expected][] = [
  [(it) => it.send(), 'apply'],
  [(it) => it.accepted('new', { charge: '10.17' }), { do: 'commit', input: { notAfter: NOW + 28 * SECOND } }],
];
const forgone: [Happens, Expected] = [(it) => it.due(), until(35 * SECOND)];

const stories: Story[] = [
  {
    name: 'confirmed by a callback, once a look-up agrees',
    then: [
      ...accepted,
      [(it) => it.callback('confirmed'), { do: 'lookUp', input: { providerId: '134702815' }, forPerson: false }],
      [(it) => it.found('processing'), until(5 * SECOND)],
      [5 * SECOND, 'lookUp'],
      [(it) => it.found('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'confirmed by a callback alone, where the settings ask for no look-up',
    then: [
      [(it) => Object.assign(it, { policy: { confirmFinal: false, resend: true } }), 'create'],
      ...accepted,
      [(it) => it.callback('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'declined by the Owner, after a reminder',
    then: [
      ...accepted,
      [(it) => it.callback('pending'), until(30 * SECOND)],
      [4 * HOUR, 'lookUp'],
      [(it) => it.found('pending'), { do: 'apply', event: { type: 'reminderDue' } }],
      [(it) => it.due(), until(4 * HOUR + MINUTE)],
      [(it) => it.callback('declined'), 'lookUp'],
      [(it) => it.found('declined'), 'end'],
    ],
    status: 'declined',
    error: 'Declined',
  },
  {
    name: 'cancelled by the provider',
    then: [...accepted, [30 * SECOND, 'lookUp'], [(it) => it.found('cancelled'), 'end']],
    status: 'cancelled',
    error: 'Cancelled',
  },
  {
    name: 'cancelled by an operator before it is sent',
    then: [
      [(it) => it.send().failed('NotEnoughFunds'), until(MINUTE)],
      [(it) => it.cancel(), { do: 'checkRun' }],
      [(it) => it.runChecked(), 'end'],
    ],
    status: 'cancelled',
    error: 'Cancelled',
  },
  {
    name: 'cancelled through Temporal while it is sent, and that is proven unsent',
    then: [
      [(it) => it.send().cancelInTemporal(), 'apply'],
      [(it) => it.failed('NotConnected'), 'checkRun'],
      [(it) => it.runChecked(), 'end'],
    ],
    status: 'cancelled',
    error: 'Cancelled',
  },
  {
    name: 'refused by our own rules',
    problems: 'amount: is required',
    first: { do: 'checkRun' },
    then: [[(it) => it.runChecked(), 'end']],
    status: 'refused',
    error: 'InvalidRequest',
  },
  {
    name: 'refused by the provider',
    then: [[(it) => it.send().failed('InvalidAddress'), 'end']],
    status: 'refused',
    error: 'InvalidAddress',
  },
  {
    name: 'refused as too risky, once a look-up finds no record of it',
    then: [
      [(it) => it.send().failed('HighRiskAddress'), until(SECOND)],
      [SECOND, 'lookUp'],
      [(it) => it.absent(), 'end'],
    ],
    status: 'refused',
    error: 'HighRiskAddress',
  },
  {
    name: 'expired by its sendBy, while it waits for funds',
    request: { ...cryptoprocessing, sendBy: new Date(NOW + 90 * SECOND).toISOString() },
    then: [
      [(it) => it.send().failed('NotEnoughFunds'), until(MINUTE)],
      [MINUTE, { do: 'create', input: { notAfter: NOW + 90 * SECOND } }],
      [(it) => it.send().failed('NotEnoughFunds'), until(90 * SECOND)],
      [30 * SECOND, { do: 'checkRun' }],
      [(it) => it.runChecked(), 'end'],
    ],
    status: 'expired',
    error: 'NotEnoughFunds',
  },
  {
    name: 'expired by its commit window, which no worker served',
    request: cryptopay,
    then: [
      ...created,
      [28 * SECOND, { do: 'apply', event: { type: 'commitForgone', why: 'CommitWindowMissed' } }],
      forgone,
      [7 * SECOND, 'lookUp'],
      [(it) => it.found('new'), 'end'],
    ],
    status: 'expired',
    error: 'CommitWindowMissed',
  },
  {
    name: 'expired, because it would have cost more than maxCharge',
    request: { ...cryptopay, cryptopay: { maxCharge: '10' } },
    then: [
      [(it) => it.send(), 'apply'],
      [(it) => it.accepted('new', { charge: '10.17' }), { do: 'apply', event: { why: 'OverMaxCharge' } }],
      forgone,
      [35 * SECOND, 'lookUp'],
      [(it) => it.found('cancelled'), 'end'],
    ],
    status: 'expired',
    error: 'OverMaxCharge',
  },
  {
    name: 'committed in time, and confirmed',
    request: cryptopay,
    then: [
      ...created,
      [(it) => it.commit(), until(SECOND)],
      [(it) => it.committed('processing'), until(30 * SECOND)],
      [30 * SECOND, 'lookUp'],
      [(it) => it.found('completed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'a commit whose outcome is unknown is settled by reading',
    request: cryptopay,
    then: [
      ...created,
      [(it) => it.commit(), until(SECOND)],
      [(it) => it.commitFails('NoAnswer'), until(SECOND)],
      [SECOND, 'lookUp'],
      [(it) => it.found('completed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'unknown, and found by a look-up',
    then: [
      ...lost,
      [(it) => it.found('processing'), until(31 * SECOND)],
      [30 * SECOND, 'lookUp'],
      [(it) => it.found('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'unknown, proven absent, and sent again by the same account',
    then: [
      ...absent,
      [(it) => it.absent(), { do: 'create', input: { onlyAs: account, originalRun: firstRun } }],
      [(it) => it.send(), 'apply'],
      [(it) => it.accepted('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'unknown, absent, and never sent again where the settings forbid it: a person says that it was not paid',
    then: [
      [(it) => Object.assign(it, { policy: { confirmFinal: true, resend: false } }), 'create'],
      ...absent,
      [(it) => it.absent(), { do: 'wait' }],
      [(it) => it.resolve(notPaid), { do: 'lookUp', forPerson: true }],
      [(it) => it.absent(), 'end'],
    ],
    status: 'cancelled',
    error: 'NotPaid',
  },
  {
    name: 'unknown where nothing can be looked up: a person says that it was paid',
    request: cryptocloud,
    then: [
      [(it) => it.slotGranted(NOW).send().failed('NoAnswer'), WAITS],
      [(it) => it.resolve(paid), { do: 'checkRun' }],
      [(it) => it.runChecked(), 'end'],
    ],
    first: 'acquireSlot',
    status: 'confirmed',
  },
  {
    name: 'a run that Reset made sends only once it is proven absent and a person releases it',
    then: [
      [(it) => it.send().reset(), until(SECOND)],
      [3 * MINUTE, 'lookUp'],
      [(it) => it.absentOver(5 * MINUTE), { do: 'wait' }],
      [(it) => it.retryNow(), { do: 'create', input: { settlingRun: secondRun, originalRun: firstRun } }],
      [(it) => it.send().accepted('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'recovered after its workflow was closed by force, it is looked up before anything else',
    then: [
      [(it) => it.recovered({ providerId: '134702815' }), { do: 'wait', until: NOW + SECOND }],
      [SECOND, { do: 'lookUp', input: { providerId: '134702815' } }],
      [(it) => it.found('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'sent in its slot where the provider limits the rate, and confirmed by a callback',
    request: cryptocloud,
    first: { do: 'acquireSlot', input: { attempt: 1 } },
    then: [
      [(it) => it.slotGranted(NOW + 15 * SECOND, 2), until(15 * SECOND)],
      [15 * SECOND, { do: 'create', input: { notBefore: NOW + 15 * SECOND, notAfter: NOW + 18 * SECOND } }],
      [(it) => it.send().accepted(), until(15 * SECOND + DAY)],
      [(it) => it.callback('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'expired, because no slot is left in time',
    request: cryptocloud,
    first: 'acquireSlot',
    then: [
      [(it) => it.apply({ type: 'slotTooLate', nextAt: NOW + 2 * DAY }), { do: 'checkRun' }],
      [(it) => it.runChecked(), 'end'],
    ],
    status: 'expired',
    error: 'NoSlot',
  },
  {
    name: 'asked for a slot again, where none could be had',
    request: cryptocloud,
    first: 'acquireSlot',
    then: [
      [(it) => it.apply({ type: 'slotFailed', failure: { type: 'NoWorker' } }), until(MINUTE)],
      [MINUTE, { do: 'acquireSlot', input: { attempt: 1 } }],
      [
        (it) =>
          it
            .slotGranted(NOW + MINUTE)
            .send()
            .accepted('confirmed'),
        'end',
      ],
    ],
    status: 'confirmed',
  },
  {
    name: 'a callback that comes while it is sent is taken in after the response',
    then: [
      [(it) => it.send().callback('confirmed'), 'apply'],
      [(it) => it.accepted(), { do: 'lookUp', forPerson: false }],
      [(it) => it.found('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'two final statuses that differ are ended by a person only',
    then: [
      ...accepted,
      [(it) => it.callback('confirmed'), 'lookUp'],
      [(it) => it.callback('cancelled'), 'lookUp'],
      [(it) => it.found('cancelled'), { do: 'wait' }],
      [(it) => it.resolve(paid), { do: 'lookUp', forPerson: true }],
      [(it) => it.found('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'a fault of ours that breaks the create off leaves its outcome unknown',
    then: [
      [(it) => it.send().fault(), until(MINUTE)],
      [MINUTE, { do: 'apply', event: { type: 'createCutOff' } }],
      [(it) => it.due(), until(MINUTE + SECOND)],
      [SECOND, 'lookUp'],
      [(it) => it.found('confirmed'), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'a callback that a fault of ours breaks becomes a case at the end',
    then: [
      ...accepted,
      [(it) => it.apply(broken), until(30 * SECOND)],
      [(it) => it.found('confirmed'), { do: 'openCase', of: 'receivedCallbacks', case: broken.callback }],
      [(it) => it.apply({ type: 'caseOpened', of: 'receivedCallbacks', callback: broken.callback }), 'end'],
    ],
    status: 'confirmed',
  },
  {
    name: 'a callback after the end that says otherwise becomes a case',
    then: [
      ...accepted,
      [(it) => it.found('confirmed'), 'end'],
      [(it) => it.callback('cancelled'), { do: 'openCase', of: 'forCases' }],
      [(it) => it.apply({ type: 'caseOpened', of: 'forCases' }), 'end'],
      [(it) => it.callback('confirmed'), 'end'], // nothing new
    ],
    status: 'confirmed',
  },
];

const partOf = (expected: Expected) => (typeof expected === 'string' ? { do: expected } : expected);

describe('the steps of a withdrawal that is', () => {
  test.each(stories)('$name', ({ request, problems, first = 'create', then, status, error }) => {
    const it = life(request, problems);
    expect(it.next).toMatchObject(partOf(first));
    for (const [number, [happens, expected]] of then.entries()) {
      if (typeof happens === 'number') it.pass(happens);
      else happens(it);
      expect([number, it.next]).toMatchObject([number, partOf(expected)]);
    }
    expect([it.status, it.view.error?.type]).toEqual([status, error]);
  });
});

describe('a step that is under way', () => {
  const overtaken = (it: Life, happens: (it: Life) => Life) => {
    const [step, decidedAt] = [it.next, it.now];
    happens(it.pass(SECOND));
    return isOvertaken(step, it.state, decidedAt);
  };
  const confirms = (it: Life) => it.callback('confirmed');
  const askedOnce = () => acceptedLife().pass(30 * SECOND);
  const noFundsInDoubt = () =>
    unknownLife()
      .absentOver(5 * MINUTE)
      .send()
      .failed('NotEnoughFunds')
      .absentOver(30 * MINUTE);

  test.each<[string, () => Life, (it: Life) => Life]>([
    ['a wait, by a callback', () => acceptedLife(), confirms],
    ['a wait, by an operator', () => acceptedLife(), (it) => it.retryNow()],
    ['a wait after a fault, by a callback', () => acceptedLife().fault(), (it) => it.callback('pending')],
    ['waiting for a slot, by a callback', () => life(cryptocloud), (it) => it.callback('processing')],
    ['waiting for a slot, by a cancel', () => life(cryptocloud), (it) => it.cancel()],
    ['a look-up, by a person who waits for one', askedOnce, (it) => it.resolve(paid)],
    ['a look-up, by what is to be committed', () => unknownLife(cryptopay).pass(SECOND), (it) => it.callback('new')],
    [
      'a look-up for a person, by what is to be committed',
      () => unknownLife(cryptopay).resolve(paid),
      (it) => it.callback('new'),
    ],
  ])('is overtaken: %s', (_what, given, happens) => {
    expect(overtaken(given(), happens)).toBe(true);
  });

  test.each<[string, () => Life, (it: Life) => Life]>([
    [
      'a wait, by a callback that says nothing new',
      () => acceptedLife().found('processing'),
      (it) => it.callback('processing'),
    ],
    // Its own timer ends it.
    ['a wait, by time alone', () => acceptedLife(), (it) => it.pass(DAY)],
    ['a wait, by the time of a resend', () => noFundsInDoubt().pass(SECOND), (it) => it.pass(HOUR)],
    ['waiting for a slot, by time alone', () => life(cryptocloud), (it) => it.pass(2 * DAY)],
    [
      'waiting for a slot, by a callback of another payout',
      () => life(cryptocloud),
      (it) => it.callback('processing', { amount: '7' }),
    ],
    ['a create, by a cancel', () => life(), (it) => it.send().cancelInTemporal()],
    ['a create, by a callback', () => life(), (it) => confirms(it.send())],
    ['a commit, by a callback', () => life(cryptopay).send().accepted('new'), (it) => confirms(it.commit())],
    ['a look-up, by a callback', askedOnce, confirms],
    ['a look-up, by an operator’s retry', askedOnce, (it) => it.retryNow()],
    ['a look-up for a person, by a second one', () => askedOnce().resolve(paid), (it) => it.resolve(notPaid)],
    ['a check of the run, by a callback', () => life().cancel(), (it) => it.callback('processing')],
  ])('goes on: %s', (_what, given, happens) => {
    expect(overtaken(given(), happens)).toBe(false);
  });

  test('is asked for by all that wait, and changes nothing', () => {
    const { state, now, next } = acceptedLife();
    const before = JSON.stringify(state);
    isOvertaken(next, state, now + DAY);
    expect(JSON.stringify(state)).toBe(before);
  });
});

describe('a fault of ours', () => {
  test('in a callback leaves the withdrawal as it was, but that a person is asked, and keeps the callback', () => {
    const before = acceptedLife();
    const it = acceptedLife().apply(broken);
    const { status, record, unconfirmed: claim, applied } = before.state;
    expect(it.state).toMatchObject({ status, record, applied });
    expect([it.state.unconfirmed, it.attention]).toEqual([claim, 'internal-fault']);
    expect(it.state.receivedCallbacks).toEqual([{ callback: broken.callback, fault: 'TypeError' }]);
  });

  test('in a callback keeps no other from being taken in, whether it came before or after', () => {
    const it = life().send().callback('pending').apply(broken).callback('declined').accepted();
    expect([it.status, it.state.unconfirmed?.record.providerStatus]).toEqual(['awaiting_approval', 'declined']);
    expect(it.state.receivedCallbacks).toEqual([{ callback: broken.callback, fault: 'TypeError' }]);
  });

  test('is tried again with the next event: once that is corrected, the callback is taken in', () => {
    const it = acceptedLife();
    // As a state that an older worker wrote, whose fault this one no longer has.
    it.state = { ...it.state, receivedCallbacks: [{ callback: { record: it.record('pending') }, fault: 'TypeError' }] };
    it.lookUpFails();
    expect([it.status, it.state.receivedCallbacks]).toEqual(['awaiting_approval', []]);
  });

  test('pauses it for a minute, and whatever comes from outside ends the pause', () => {
    const paused = () =>
      acceptedLife()
        .pass(30 * SECOND)
        .fault();
    expect(paused().next).toEqual(until(90 * SECOND));
    expect(paused().pass(MINUTE).next.do).toBe('lookUp');
    for (const happens of [
      (it: Life) => it.callback('processing'),
      (it: Life) => it.retryNow(),
      (it: Life) => it.resolve(paid),
      (it: Life) => it.cancelInTemporal(),
    ])
      expect(happens(paused()).next.do).toBe('lookUp');
  });

  test('answers everyone who waits: the provider was not asked', () => {
    const it = acceptedLife().resolve(paid).resolve(notPaid).fault();
    expect([it.status, it.state.resolving, it.attention]).toEqual(['processing', [], 'internal-fault']);
    expect(it.answers).toEqual(Array(2).fill(expect.stringMatching(/the provider was not asked, by a fault/)));
  });

  test('after the end changes nothing in its view', () => {
    const it = acceptedLife().found('confirmed').callback('cancelled');
    const { view } = it;
    it.fault();
    expect({ ...it.view, timeline: [] }).toEqual({ ...view, timeline: [] });
    expect(it.view.timeline.at(-1)).toMatchObject({ event: 'fault', detail: { fault: 'TypeError' } });
    expect([it.next, it.pass(MINUTE).next.do]).toEqual([until(MINUTE), 'openCase']);
  });

  test('in opening a case holds up no look-up and no commit', () => {
    const foreign = { amount: '7' };
    const it = acceptedLife().callback('processing', foreign);
    expect(it.next).toMatchObject({ do: 'openCase', of: 'forCases' });
    it.fault().pass(MINUTE);
    expect(it.next.do).toBe('lookUp');
    expect(it.found('processing').next.do).toBe('openCase');
    expect(life(cryptopay).send().callback('new', foreign).accepted('new').next.do).toBe('commit');
  });
});

describe('an operator’s action', () => {
  test('with the id of an earlier one is not taken twice, and has its answer', () => {
    const waiting = () => life().send().failed('NotEnoughFunds');
    const action = { id: 'action-7', by: 'Bo', reason: 'funded' };
    for (const given of [
      waiting().retryNow(action),
      waiting().cancel(action),
      waiting().cancel(action).runChecked(),
      life().send().cancel(action),
      unknownLife().resolve(paid, 'action-7'),
      unknownLife().resolve(paid, 'action-7').absent(),
    ]) {
      const before = JSON.stringify(given.state);
      given.pass(SECOND).retryNow(action).cancel(action).resolve(paid, 'action-7');
      expect(JSON.stringify(given.state)).toBe(before);
    }
  });

  test('to cancel is refused once it turns out that Reset made this run, and nobody wants it cancelled any more', () => {
    const it = life().cancel();
    expect(it.next).toEqual({ do: 'checkRun' });
    expect([it.status, it.answers]).toEqual(['received', []]);
    it.reset();
    expect([it.status, it.attention, it.state.cancel]).toEqual(['unknown', 'earlier-run', undefined]);
    expect(it.answers).toEqual([expect.stringMatching(/can't be cancelled while unknown/)]);
    expect(it.events).toContain('cancelRefused');
  });

  test('to cancel is refused when a callback overtakes the check of the run', () => {
    const it = life().cancel().callback('processing');
    expect([it.status, it.answers]).toEqual([
      'processing',
      [expect.stringMatching(/can't be cancelled while processing/)],
    ]);
    expect([it.state.cancel, it.runChecked().status]).toEqual([undefined, 'processing']);
  });

  test('in Temporal’s own way stays wanted, and is shown as such, though it has no effect', () => {
    const it = life().cancelInTemporal().reset();
    expect([it.status, it.state.cancel, it.answers]).toEqual(['unknown', { by: 'temporal' }, []]);
    expect(it.details).toMatch(/^\*\*The cancel had no effect yet/);
  });

  test('to resolve waits for the one before it: the provider is asked once for each', () => {
    const it = unknownLife().resolve(notPaid).resolve(paid);
    expect(it.next).toMatchObject({ do: 'lookUp', forPerson: true });
    it.lookUpFails();
    expect(it.answers).toEqual([expect.stringMatching(/could not be asked/)]);
    expect(it.next).toMatchObject({ do: 'lookUp', forPerson: true });
    expect([it.absent().status, it.answers.at(-1), it.next.do]).toEqual(['confirmed', 'taken', 'end']);
  });

  test('to resolve is refused when the one before it ends it', () => {
    const it = unknownLife().resolve(paid).resolve(notPaid).absent();
    expect(it.view).toMatchObject({ status: 'confirmed', txid: '0xbb04bb04bb' });
    expect(it.answers).toEqual(['taken', expect.stringMatching(/it has ended \(confirmed\)/)]);
  });

  test('to resolve is refused at once when a callback ends it meanwhile', () => {
    const it = acceptedLife(cryptocloud).resolve(notPaid).callback('confirmed');
    expect([it.status, it.state.resolving, it.next.do]).toEqual(['confirmed', [], 'end']);
    expect(it.answers).toEqual([expect.stringMatching(/it has ended \(confirmed\)/)]);
  });

  test('to resolve is refused when a callback moved it on while a look-up found nothing', () => {
    const it = unknownLife().resolve(notPaid).callback('pending').absent();
    expect([it.status, it.answers]).toEqual([
      'awaiting_approval',
      [expect.stringMatching(/^it went on while .*awaiting_approval/)],
    ]);
  });

  test('to resolve is never settled by a mere check of the run where the provider can be asked', () => {
    const it = acceptedLife().resolve(notPaid).runChecked(); // before its history goes on in a new run
    expect([it.status, it.answers, it.next]).toMatchObject(['processing', [], { do: 'lookUp', forPerson: true }]);
  });
});

describe('a callback that comes while it is committed', () => {
  const ended = () => {
    const it = life(cryptopay);
    it.policy = { confirmFinal: false, resend: true };
    return it.send().accepted('new').commit().callback('completed');
  };

  test.each(['NoWorker', 'NotConnected', 'NoAnswer', 'ResetRun'] as const)(
    'and ends it leaves nothing for the commit to change: %s',
    (type) => {
      const it = ended();
      const { view } = it;
      it.pass(SECOND).commitFails(type);
      expect({ ...it.view, timeline: [] }).toEqual({ ...view, timeline: [] });
      expect(it.next.do).toBe('end');
    },
  );

  test('and moves it on makes a commit of which no byte left no reason to expire', () => {
    const it = life(cryptopay).send().accepted('new').commit().callback('processing').commitFails('NotConnected');
    expect(it.view).toMatchObject({ status: 'processing', final: false });
    expect(it.view).not.toHaveProperty('error');
    expect(it.next).toEqual(until(30 * SECOND));
  });
});

describe('a withdrawal’s workflow may go on in a new run', () => {
  test.each<[string, boolean, () => Life]>([
    ['before it is sent', true, () => life()],
    ['while it waits to be sent', true, () => life().send().failed('NotEnoughFunds')],
    ['while its outcome is unknown', true, () => unknownLife()],
    ['while the provider has it', true, () => acceptedLife()],
    ['with a callback that a fault of ours breaks', true, () => acceptedLife().apply(broken)],
    ['while it is sent', false, () => life().send()],
    ['right after a fault', false, () => acceptedLife().fault()],
    ['while a person waits for an answer', false, () => acceptedLife().resolve(paid)],
    ['after the end', false, () => acceptedLife().found('confirmed')],
  ])('%s: %s', (_when, may, given) => {
    expect(mayContinueAsNew(given().state)).toBe(may);
  });

  test('and is itself from then on: that run may send', () => {
    const it = life()
      .send()
      .reset()
      .pass(3 * MINUTE)
      .absentOver(5 * MINUTE)
      .retryNow();
    it.apply({ type: 'continuedAsNew', run: 'third-run' });
    const { input } = it.next as Extract<Step, { do: 'create' }>;
    expect(input.originalRun).toBe('third-run');
    expect(input).not.toHaveProperty('settlingRun');
    expect(nextStep(it.state, it.now)).toEqual(it.next);
  });
});

describe('a fault that breaks a callback', () => {
  const broken = (word: Word): WithdrawalState => {
    const { state } = acceptedLife();
    return { ...state, receivedCallbacks: [{ callback: { record: acceptedLife().record(word) }, fault: 'TypeError' }] };
  };

  test('is new once, also where it takes the place of another', () => {
    expect(newFaults(acceptedLife().state, broken('processing'))).toEqual(['TypeError']);
    expect(newFaults(broken('processing'), broken('processing'))).toEqual([]);
    expect(newFaults(broken('processing'), broken('confirmed'))).toEqual(['TypeError']);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FailureType } from '../../../../domain/failures.js';
import { failures, kindOf } from '../../../../domain/failures.js';
import type { WithdrawalState } from '../../../../domain/withdrawal/state.js';
import type { ProviderRecord } from '../../../../domain/record.js';
import { lookUpDelay } from '../../../../domain/timeouts/schedule.js';
import type { CryptopayOptions, WithdrawalRequest } from '../../../../domain/request.js';
import type { Word } from '../life.js';
import { DAY, HOUR, Life, MINUTE, SECOND } from '../life.js';
import { NOW, samples } from '../../requests.js';

/** At Cryptopay `pending`, too, waits for a commit, unless it answers one. */
class TwoStepLife extends Life {
  override record(word: Word, more: Partial<ProviderRecord> = {}): ProviderRecord {
    return super.record(word, { ...(word === 'pending' && { meaning: 'awaiting_commit' }), ...more });
  }
}
const life = (request: WithdrawalRequest) => new TwoStepLife(request);

/** The documents' request, which charges 10.17 EUR for 10. */
const asking = (cryptopay?: CryptopayOptions): WithdrawalRequest => ({
  ...samples.cryptopay,
  ...(cryptopay && { cryptopay }),
});
const quoted = { charge: '10.17' };

/** Created, not committed yet. */
const created = (cryptopay?: CryptopayOptions, word: Word = 'new', more: Partial<ProviderRecord> = quoted) =>
  life(asking(cryptopay)).send().accepted(word, more);

/** Its commit has begun, a second after the create. */
const committing = () => begun(created().pass(SECOND));

function begun(it: Life): Life {
  if (!it.due().mayCommit) throw new Error('it may not be committed');
  return it.commit();
}

/** Looks it up, again and again, as the schedule says, until so long after the create; a person's call ends a longer wait. */
function foundUntil(it: Life, word: Word, ms: number): Life {
  while (!it.isFinal && it.now < NOW + ms) {
    it.now = Math.min(Math.max(it.now, it.lookUpAt), NOW + ms);
    it.found(word);
  }
  return it;
}

/** It is left to expire, as soon as that is next. */
const forgone = (it: Life, type: string) => expect(it.due().view.error).toEqual({ type, certainty: 'not-sent' });
const WINDOW = 30 * SECOND;
/** By then the window has closed for certain. */
const CLOSED = 35 * SECOND;

/** Records beyond its commit, and its status by each. */
const beyond: [Word, string][] = [
  ['processing', 'processing'],
  ['sent', 'processing'],
  ['on_hold', 'on_hold'],
  ['failed', 'on_hold'],
  ['completed', 'confirmed'],
  ['cancelled', 'cancelled'],
];

describe('created, it waits for its commit, and', () => {
  test.each<Word>(['new', 'pending'])('is committed in time, whichever word the provider has for it: %s', (word) => {
    const it = created({}, word);
    expect(it.view).toMatchObject({ status: 'awaiting_commit', final: false, waiting: { for: 'the commit' } });
    begun(it.pass(SECOND)).pass(SECOND).committed();
    expect([it.status, it.attention]).toEqual(['processing', undefined]);
    expect(it.pass(MINUTE).found('completed').view).toMatchObject({ status: 'confirmed', final: true });
    expect(it.events).toEqual(['received', 'sending', 'awaiting_commit', 'processing', 'confirmed']);
  });

  test.each(beyond)('needs none where the provider is further already: %s', (word, status) => {
    const it = created({}, word);
    expect([it.status, it.mayCommit]).toEqual([status, false]);
  });

  test('is never taken back into the window, however the provider words it later', () => {
    const it = committing().committed('processing').found('new');
    expect([it.status, it.mayCommit]).toEqual(['processing', false]);
    expect(created({}, 'on_hold').found('new').status).toBe('on_hold');
  });

  test.each<Word>(['new', 'pending', 'processing'])('needs none where the request says forceCommit: %s', (word) => {
    const it = created({ forceCommit: true }, word);
    expect([it.status, it.mayCommit]).toEqual(['processing', false]);
    expect(it.found('completed').status).toBe('confirmed');
  });

  test('with forceCommit is not ended by a closed window', () => {
    const it = created({ forceCommit: true }).pass(HOUR).found('new').pass(DAY).found('new');
    expect(it.view).toMatchObject({ status: 'processing', final: false });
  });
});

describe('the window is 30 seconds long', () => {
  test.each<[string, number, boolean]>([
    ['at once', 0, true],
    ['a moment before the last two seconds', 28 * SECOND - 1, true],
    ['in the last two seconds, when it might not arrive in time', 28 * SECOND, false],
    ['when it is over', WINDOW, false],
  ])('a commit may begin %s: after %d ms it is %s', (_when, ms, may) => {
    const it = created().pass(ms);
    expect(it.mayCommit).toBe(may);
    if (!may) forgone(it, 'CommitWindowMissed');
  });

  test('from the time when the create’s bytes were written, not from its answer', () => {
    const it = life(asking())
      .send()
      .pass(9 * SECOND);
    it.accepted('new', quoted, NOW + 2 * SECOND);
    expect(it.mayCommit).toBe(true);
    expect(it.commit().commitBy).toBe(NOW + 2 * SECOND + 28 * SECOND);
    const slow = life(asking())
      .send()
      .pass(31 * SECOND);
    expect(slow.accepted('new', quoted, NOW + 2 * SECOND).mayCommit).toBe(false);
    forgone(slow, 'CommitWindowMissed');
  });

  test.each<[number, boolean]>([
    [11 * SECOND, true],
    [28 * SECOND, false],
    [HOUR, false],
  ])('from the start of the attempt whose answer was lost: found after %d ms, it may be committed: %s', (ms, may) => {
    const it = life(asking())
      .send()
      .pass(10 * SECOND)
      .failed('NoAnswer');
    it.now = NOW + ms;
    it.found('new', quoted);
    expect([it.status, it.mayCommit]).toEqual(['awaiting_commit', may]);
    if (may) expect(it.commit().commitBy).toBe(NOW + 28 * SECOND);
    else forgone(it, 'CommitWindowMissed');
  });

  test('from the start of the attempt of a worker that was killed, also if a callback reports it', () => {
    const it = life(asking())
      .send()
      .pass(12 * SECOND)
      .killed()
      .callback('new', quoted);
    expect([it.mayCommit, it.commit().commitBy]).toEqual([true, NOW + 28 * SECOND]);
  });

  test('from the first attempt in doubt: a record that was found may be of any of them', () => {
    const it = life(asking())
      .send()
      .failed('NoAnswer')
      .absentOver(5 * MINUTE)
      .send()
      .failed('NoAnswer')
      .pass(SECOND);
    it.found('new', quoted);
    expect(it.mayCommit).toBe(false);
    forgone(it, 'CommitWindowMissed');
  });

  test.each<FailureType>(['NotEnoughFunds', 'NotConnected', 'TooLateToSend'])(
    'not from an attempt that made no record: %s',
    (type) => {
      const it = life(asking()).send().failed(type).pass(HOUR).send().pass(SECOND).failed('NoAnswer').pass(SECOND);
      it.found('new', quoted);
      expect(it.mayCommit).toBe(true);
      expect(it.commit().commitBy).toBe(NOW + HOUR + 28 * SECOND);
    },
  );

  test('and opens once: what is said later does not lengthen it', () => {
    const it = created()
      .pass(10 * SECOND)
      .found('new', quoted)
      .pass(10 * SECOND)
      .callback('pending', quoted);
    expect(begun(it).commitBy).toBe(NOW + 28 * SECOND);
  });
});

describe('over maxCharge, it', () => {
  test.each<[maxCharge: string | undefined, charge: string | undefined, may: boolean]>([
    ['10.17', '10.17', true],
    ['10.17', '10.170000', true],
    ['10.170000000000000000000000000000', '10.17', true],
    ['10.17', '10.170000000000000000000000000001', false],
    ['10.16', '10.17', false],
    ['9', '10', false],
    ['10.17', undefined, false],
    [undefined, '999999999', true],
    [undefined, undefined, true],
  ])('is compared exactly: at most %s, quoted %s: committed %s', (maxCharge, charge, may) => {
    const it = created(maxCharge === undefined ? {} : { maxCharge }, 'new', charge === undefined ? {} : { charge });
    expect(it.mayCommit).toBe(may);
    if (!may) forgone(it, 'OverMaxCharge');
  });

  const over = () => {
    const it = created({ maxCharge: '10' });
    expect(it.mayCommit).toBe(false);
    return it.due();
  };

  test('is never committed, whatever comes later', () => {
    const it = over();
    expect(it.pass(SECOND).mayCommit).toBe(false);
    expect(it.callback('pending', { charge: '1' }).found('new', { charge: '1' }).mayCommit).toBe(false);
  });

  test('is looked up when its window has closed, not before', () => {
    expect(over().passUntilLookUp()).toBe(CLOSED);
  });

  test('says once that it is left to expire', () => {
    const it = over();
    for (let times = 0; times < 3; times++) expect(it.pass(SECOND).due().mayCommit).toBe(false);
    expect(it.view.timeline.filter(({ event }) => event === 'commitForgone')).toEqual([
      { at: new Date(NOW).toISOString(), event: 'commitForgone', detail: { failure: 'OverMaxCharge' } },
    ]);
  });

  test.each<Word>(['new', 'cancelled'])('expires when a look-up after the window says %s', (word) => {
    const it = over();
    it.passUntilLookUp();
    expect(it.found(word).view).toMatchObject({ status: 'expired', final: true });
    forgone(it, 'OverMaxCharge');
    expect(it.attention).toBeUndefined();
  });

  test('is not expired while its window is open: a look-up that says new proves nothing yet', () => {
    const it = over();
    for (const ms of [SECOND, 20 * SECOND, CLOSED - 1]) {
      it.now = NOW + ms;
      expect(it.retryNow().found('new').view).toMatchObject({ status: 'awaiting_commit', final: false });
    }
    it.now = NOW + CLOSED;
    expect(it.found('new').status).toBe('expired');
    forgone(it, 'OverMaxCharge');
  });

  test('has no error any more, once it turns out to be paid', () => {
    expect(over().pass(HOUR).found('processing').view).not.toHaveProperty('error');
  });

  test('is cancelled, not expired, where the provider cancels it while its window is open', () => {
    const it = over();
    it.now = NOW + WINDOW - 1;
    expect(it.found('cancelled', { error: 'by the provider' }).view).toMatchObject({
      status: 'cancelled',
      error: { type: 'Cancelled', message: 'by the provider' },
    });
  });

  test('expires by the callback that says so only once a look-up agrees', () => {
    const it = over();
    it.now = NOW + WINDOW + SECOND;
    it.callback('cancelled');
    expect(it.view).toMatchObject({ status: 'awaiting_commit', final: false });
    expect(it.passUntilLookUp()).toBe(0);
    expect(it.found('cancelled').status).toBe('expired');
    forgone(it, 'OverMaxCharge');
  });

  test('stays open, and asks for a person, while a look-up after the window says pending', () => {
    const it = foundUntil(over(), 'pending', DAY);
    expect([it.status, it.attention]).toEqual(['awaiting_commit', 'commit-unsettled']);
    expect(it.mayCommit).toBe(false);
    expect(it.found('completed').view).toMatchObject({ status: 'confirmed', final: true });
  });

  test('does not ask for a person before the window is over', () => {
    const it = foundUntil(over().retryNow(), 'pending', CLOSED - 1);
    expect([it.status, it.attention]).toEqual(['awaiting_commit', undefined]);
  });

  test('is what the provider says, if it was paid all the same', () => {
    expect(over().pass(HOUR).found('completed').view).toMatchObject({ status: 'confirmed', final: true });
  });
});

describe('after the end by a closed window', () => {
  test('the provider’s own status for it, cancelled, is nothing new', () => {
    const it = created({ maxCharge: '10' }).due();
    expect(it.mayCommit).toBe(false);
    it.passUntilLookUp();
    const before = it.found('new').view;
    it.callback('cancelled').found('cancelled');
    expect(it.view).toEqual(before);
  });

  test('a record that it was paid contradicts, and changes nothing in the view', () => {
    const it = created({ maxCharge: '10' }).due();
    expect(it.mayCommit).toBe(false);
    it.passUntilLookUp();
    it.found('new').callback('completed');
    expect(it.view).toMatchObject({ status: 'expired', final: true, error: { type: 'OverMaxCharge' } });
    expect(it.events).toContain('contradiction');
  });
});

describe('a commit whose outcome is unknown', () => {
  const types = Object.keys(failures) as FailureType[];
  const mayHaveArrived = types.filter((type) => kindOf(type).certainty !== 'not-sent');
  test.each(beyond)('is settled by a record beyond it: %s', (word, status) => {
    const it = committing().commitFails('NoAnswer').pass(SECOND);
    expect(it.found(word).status).toBe(status);
  });

  test.each(beyond)('is settled by it also after the window: %s, and never expires', (word, status) => {
    const it = foundUntil(committing().commitFails('NoAnswer'), 'new', HOUR);
    expect(it.found(word).status).toBe(status);
  });

  test.each(mayHaveArrived)('%s, be it refused or lost, is looked up a second later, and never begun again', (type) => {
    const it = committing().commitFails(type);
    expect([it.status, it.mayCommit, it.attention]).toEqual(['awaiting_commit', false, undefined]);
    expect(it.passUntilLookUp()).toBe(SECOND);
    expect(it.found('new').mayCommit).toBe(false);
  });

  test.each(mayHaveArrived)('%s never expires, however long the provider says that it is not committed', (type) => {
    for (const word of ['new', 'pending'] as const) {
      const it = foundUntil(committing().commitFails(type), word, 10 * DAY);
      expect([it.status, it.isFinal]).toEqual(['awaiting_commit', false]);
      expect(it.attention).toBe('commit-unsettled');
    }
  });

  test('asks for a person only after its window', () => {
    const it = foundUntil(committing().commitFails('NoAnswer'), 'new', CLOSED - 1);
    expect(it.attention).toBeUndefined();
    it.now = NOW + CLOSED;
    expect(it.found('new').attention).toBe('commit-unsettled');
  });

  test('is settled by the provider’s record that it was cancelled, of which a callback is confirmed first', () => {
    const it = committing().commitFails('NoAnswer').pass(HOUR).callback('cancelled');
    expect(it.isFinal).toBe(false);
    expect(it.found('cancelled').view).toMatchObject({ status: 'cancelled', final: true });
  });

  test('of a worker killed in the commit is the same', () => {
    const it = committing(); // no response and no failure came: the next thing that comes is a look-up
    expect(it.mayCommit).toBe(false);
    expect(foundUntil(it, 'new', DAY).view).toMatchObject({ status: 'awaiting_commit', attention: 'commit-unsettled' });
  });
});

describe('a commit of which no byte left', () => {
  const unsent = (Object.keys(failures) as FailureType[])
    .filter((type) => kindOf(type).certainty === 'not-sent')
    .filter((type) => type !== 'ResetRun' && type !== 'EarlierRun'); // of what the run before it did, it says nothing
  test.each(unsent)('%s is none: it is left to expire, and expires when a look-up after the window agrees', (type) => {
    const it = committing().commitFails(type);
    expect(it.mayCommit).toBe(false);
    expect(it.lookUpAt).toBe(NOW + CLOSED);
    it.passUntilLookUp();
    expect(it.found('new').view).toMatchObject({ status: 'expired', error: { type: 'CommitWindowMissed' } });
  });

  test('says in the timeline why it failed', () => {
    expect(committing().commitFails('NotConnected').view.timeline.slice(-2)).toMatchObject([
      { event: 'commitFailed', detail: { failure: 'NotConnected' } },
      { event: 'commitForgone', detail: { failure: 'CommitWindowMissed' } },
    ]);
  });

  test('found after five minutes without a worker is looked up at once', () => {
    const it = committing()
      .pass(5 * MINUTE)
      .commitFails('NoWorker');
    expect(it.lookUpAt).toBe(it.now);
  });
});

describe('after a commit’s response', () => {
  const answers: Word[] = ['pending', 'processing', 'on_hold', 'completed'];
  test.each(answers.flatMap((answer) => (['new', 'pending'] as const).map((late) => [answer, late] as const)))(
    'of %s, a late %s changes nothing and costs no look-up',
    (answer, late) => {
      const it = committing().committed(answer).pass(SECOND);
      const before = JSON.stringify(it.state);
      it.callback(late, quoted).callback(late, quoted);
      expect(JSON.stringify(it.state)).toBe(before);
    },
  );

  test.each<Word>(['new', 'pending'])('a look-up that lags and says %s changes nothing', (word) => {
    const it = foundUntil(committing().committed(), word, DAY);
    expect([it.status, it.attention, it.mayCommit]).toEqual(['processing', undefined, false]);
    expect(it.events).not.toContain('ignored');
    expect(it.found('completed').status).toBe('confirmed');
  });

  test('that already says how it goes on, no other is waited for', () => {
    expect(committing().committed('processing').status).toBe('processing');
    expect(committing().committed('completed').view).toMatchObject({ status: 'confirmed', final: true });
    expect(committing().committed('cancelled').view).toMatchObject({ status: 'cancelled', final: true });
  });

  test('of another withdrawal nothing is adopted, and a person is asked', () => {
    const it = committing().committed('completed', { reference: 'another' });
    expect([it.isFinal, it.attention]).toEqual([false, 'not-ours']);
  });

  test('the callbacks that overtook it are no obstacle', () => {
    const it = committing().callback('pending').callback('processing').committed();
    expect(it.status).toBe('processing');
  });
});

describe('looking it up', () => {
  test('while the outcome of a commit is unknown goes by the schedule of unknown outcomes', () => {
    const it = committing().commitFails('NoAnswer');
    const waits = [0, 1, 2, 3, 4].map(() => {
      const wait = it.passUntilLookUp();
      it.found('new');
      return wait;
    });
    expect(waits).toEqual([0, 1, 2, 3, 4].map((round) => lookUpDelay('settle an unknown outcome', round, 0)));
  });

  test('that fails after the window asks for a person, too', () => {
    const it = committing().commitFails('NoAnswer').pass(HOUR).lookUpFails();
    expect([it.status, it.attention]).toEqual(['awaiting_commit', 'look-up-fails']);
  });
});

// --- Whatever happens ------------------------------------------------------------------------------------------------

type RandomEvent =
  | { kind: 'pass'; ms: number }
  | { kind: 'found' | 'callback' | 'answered'; word: Word; charge: string }
  | { kind: 'commitFails'; type: FailureType }
  | { kind: 'commit' | 'retryNow' | 'carryOver' };

const word = fc.constantFrom<Word>('new', 'new', 'pending', 'processing', 'on_hold', 'completed', 'cancelled');
const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('found', 'callback', 'answered'),
        word,
        charge: fc.constantFrom('9', '10', '10.17'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('commitFails' as const),
        type: fc.constantFrom(...(Object.keys(failures) as FailureType[])),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('commit', 'retryNow', 'carryOver') }) },
  ),
  { minLength: 3, maxLength: 25, size: 'max' },
) as fc.Arbitrary<RandomEvent[]>;

/** What the workflow would do, and beside it, simply, what has been proven of the commit. */
function play(it: Life, sequence: readonly RandomEvent[]) {
  const seen = { commits: 0, underWay: false, mayHaveArrived: false, forgone: false };
  for (const step of sequence) {
    if (it.isFinal) break;
    const from = { status: it.status, maxCharge: it.request.cryptopay?.maxCharge };
    switch (step.kind) {
      case 'pass':
        it.pass(step.ms);
        break;
      case 'carryOver':
        it.state = JSON.parse(JSON.stringify(it.state)) as WithdrawalState;
        break;
      case 'retryNow':
        it.retryNow();
        break;
      case 'commit': {
        if (it.status !== 'awaiting_commit' || seen.underWay) break;
        const charge = Number(it.state.record?.charge);
        if (!it.due().mayCommit) {
          seen.forgone ||= seen.commits === 0;
          break;
        }
        if (seen.forgone) throw new Error('committed after it was left to expire');
        if (from.maxCharge !== undefined && !(charge <= Number(from.maxCharge))) throw new Error('over maxCharge');
        if (it.now >= NOW + 28 * SECOND) throw new Error('committed too late');
        if (it.commit().commitBy > NOW + 28 * SECOND) throw new Error('allowed to be written too late');
        seen.commits += 1;
        seen.underWay = true;
        break;
      }
      case 'answered':
        if (!seen.underWay) break;
        seen.underWay = false;
        seen.mayHaveArrived = true;
        it.committed(step.word, { charge: step.charge });
        break;
      case 'commitFails':
        if (!seen.underWay) break;
        seen.underWay = false;
        seen.mayHaveArrived ||= kindOf(step.type).certainty !== 'not-sent';
        it.commitFails(step.type);
        break;
      case 'callback':
        it.callback(step.word, { charge: step.charge });
        break;
      case 'found':
        if (seen.underWay && it.status === 'awaiting_commit') break; // the workflow waits for the commit's answer
        it.found(step.word, { charge: step.charge });
        if (it.status !== 'expired') break;
        if (it.now < NOW + WINDOW) throw new Error('expired within the window');
        if (step.word !== 'new' && step.word !== 'cancelled') throw new Error(`expired by ${step.word}`);
    }
    if (seen.commits > 1) throw new Error('committed twice');
    if (it.status === 'expired' && step.kind !== 'found') throw new Error(`expired by ${step.kind}`);
    if (it.status === 'expired' && (seen.underWay || seen.mayHaveArrived)) throw new Error('expired after a commit');
  }
  return seen;
}

test('whatever happens, it is committed at most once, in time, within maxCharge, and expires only with proof', () => {
  const ends = { expired: 0, confirmed: 0, cancelled: 0, processing: 0, awaiting_commit: 0 };
  fc.assert(
    fc.property(fc.constantFrom(undefined, '9', '10.17'), word, steps, (maxCharge, first, sequence) => {
      const it = created(maxCharge === undefined ? {} : { maxCharge }, first);
      play(it, sequence);
      if (it.status in ends) ends[it.status as keyof typeof ends] += 1;
    }),
    { numRuns: 3_000 },
  );
  for (const [status, count] of Object.entries(ends)) expect([status, count > 20]).toEqual([status, true]);
});

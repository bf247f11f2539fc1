import fc from 'fast-check';
import type { FailureType } from '../../../domain/failures.js';
import { failures, kindOf } from '../../../domain/failures.js';
import type { Life, Word } from './life.js';
import { account, DAY, HOUR, MINUTE, otherAccount, SECOND } from './life.js';

const words: Word[] = [
  'new',
  'processing',
  'not_confirmed',
  'pending',
  'on_hold',
  'confirmed',
  'declined',
  'cancelled',
  'verifying',
];
const failureTypes = (Object.keys(failures) as FailureType[]).filter((type) => type !== 'ResetRun');
/** A record that is ours, and ones that are not. */
const changes = [{}, {}, {}, { address: 'another-address' }, { providerId: '999' }, { amount: '7' }];

/** Something that can happen to a withdrawal. */
export type RandomEvent =
  | { kind: 'send'; by: string }
  | { kind: 'accept' | 'callback' | 'find'; word: Word; change: (typeof changes)[number] }
  | { kind: 'fail'; type: FailureType }
  | { kind: 'absent'; by: string; times: number; apart: number }
  | { kind: 'kill'; reportsAccount: boolean }
  | { kind: 'failLookUp' | 'cancel' | 'cancelInTemporal' | 'checkRun' | 'due' | 'retry' | 'reset' | 'untilLookUp' }
  | { kind: 'resolve'; outcome: 'confirmed' | 'notPaid' }
  | { kind: 'fault' }
  | { kind: 'pass'; ms: number };

const just = <Kind extends RandomEvent['kind']>(...kinds: Kind[]) => fc.constantFrom(...kinds);

const randomEvent: fc.Arbitrary<RandomEvent> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: just('send'), by: fc.constantFrom(account, account, otherAccount) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: just('accept', 'callback', 'find'),
      word: fc.constantFrom(...words),
      change: fc.constantFrom(...changes),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: just('fail'), type: fc.constantFrom(...failureTypes) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: just('absent'),
      by: fc.constantFrom(account, otherAccount),
      times: fc.integer({ min: 1, max: 5 }),
      apart: fc.constantFrom(30 * SECOND, 2 * MINUTE, 5 * MINUTE),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: just('failLookUp', 'checkRun', 'due', 'due', 'untilLookUp') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: just('retry', 'retry', 'reset', 'cancel', 'cancelInTemporal', 'fault') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: just('resolve'), outcome: fc.constantFrom('confirmed', 'notPaid') }),
  },
  { weight: 2, arbitrary: fc.record({ kind: just('kill'), reportsAccount: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: just('pass'), ms: fc.constantFrom(SECOND, MINUTE, 5 * MINUTE, HOUR, DAY) }),
  },
);

export const randomEvents = fc.array(randomEvent, { minLength: 5, maxLength: 40, size: 'max' });

const person = { by: 'Ada', reason: 'asked their support', evidence: 'ticket 4711' };

/** Keeps beside the withdrawal what is proven about its attempts: much simpler than the withdrawal, since it decides nothing. */
export class Model {
  /** The account of the attempt under way. */
  private sender = account;
  /** An attempt may have arrived, and no record has said what became of it. */
  inDoubt = false;
  /** The account of the last attempt whose outcome is unknown; undefined if nobody knows it. */
  private doubtfulAccount: string | undefined;
  /** Look-ups since the last attempt and the last record of any kind that found nothing. */
  private absences: { by: string; at: number }[] = [];
  private referenceInUse = false;
  /** The attempt under way is written by then, or never. */
  private notAfter = 0;
  /** Until then, an attempt whose worker did not report its end may still be written, or arrive. */
  private quietAt = 0;
  /** Attempts whose outcome is unknown. */
  private unknowns = 0;
  /** An earlier run may have sent it, nobody here knows by which account. */
  private ofEarlierRun = false;
  /** A person's retry since the last attempt. */
  private released = false;
  /** A fault of ours broke off the attempt under way: nobody waits for its response any more. */
  private isBrokenOff = false;
  resends = 0;
  faults = 0;

  /** May it be sent now, as the law asks: nothing of it can be at the provider, or what is in doubt is proven absent? */
  maySend(it: Life): boolean {
    if (it.now >= it.sendBy || it.state.cancel !== undefined) return false;
    return this.inDoubt ? this.mayResend(it) : it.status === 'received' || it.status === 'waiting';
  }

  /** Is it proven that what is in doubt never arrived? */
  private mayResend(it: Life): boolean {
    const sender = this.ofEarlierRun && this.unknowns === 1 ? this.absences.at(-1)?.by : this.doubtfulAccount;
    const otherAt = this.absences.findLastIndex(({ by }) => by !== sender);
    const inRow = this.absences.slice(otherAt + 1).map(({ at }) => at);
    const isLong = inRow.length >= 3 && Math.max(...inRow) - Math.min(...inRow) >= 5 * MINUTE;
    const isFree = (this.unknowns < 3 && !this.ofEarlierRun) || this.released;
    return isLong && isFree && !this.referenceInUse && it.policy.resend;
  }

  /** Lets it happen, if it can happen now. */
  perform(it: Life, what: RandomEvent): void {
    const { state, status, now, next } = it;
    const isAwaited = status === 'sending' && !this.isBrokenOff;
    const takesLookUps = ['unknown', 'awaiting_commit', 'processing', 'awaiting_approval', 'on_hold'].includes(status);
    switch (what.kind) {
      case 'send':
        return this.send(it, what.by);
      case 'accept':
        if (!isAwaited) return;
        this.forgetAbsences();
        it.apply({
          ...{ type: 'createSucceeded', record: it.record(what.word, what.change) },
          ...{ account: this.sender, policy: it.policy, writtenAt: now },
        });
        this.inDoubt = it.status === 'unknown';
        return;
      case 'fail':
        if (isAwaited) this.fail(it, what.type, this.sender);
        return;
      case 'kill':
        if (!isAwaited) return;
        this.lose(what.reportsAccount ? this.sender : undefined);
        this.quietAt = this.notAfter + 15 * SECOND;
        it.killed(what.reportsAccount ? this.sender : undefined);
        return this.settle(it);
      case 'fault':
        if (status === 'sending') this.isBrokenOff = true;
        this.faults += 1;
        it.fault();
        return;
      case 'due': // what time alone brings: a reminder, a commit forgone, an attempt broken off
        if (next.do !== 'apply') return;
        if (next.event.type === 'createCutOff') {
          if (!this.isBrokenOff) return; // its response is awaited
          this.isBrokenOff = false;
          this.lose(undefined);
          this.quietAt = this.notAfter + 15 * SECOND;
        }
        it.due();
        return this.settle(it);
      case 'reset':
        if (it.isFinal || this.ofEarlierRun || this.isBrokenOff) return;
        if (state.record !== undefined || state.unconfirmed !== undefined) return; // then nothing is sent any more
        this.forgetAbsences();
        [this.ofEarlierRun, this.released, this.inDoubt] = [true, false, true];
        this.unknowns += 1;
        this.quietAt = now + 2 * MINUTE + 15 * SECOND;
        it.reset();
        return this.settle(it);
      case 'retry':
        this.released ||= status === 'unknown' && it.problem('retryNow') === undefined;
        it.retryNow();
        return;
      case 'callback': // while it is sent, it is taken in once that is over
        if (status !== 'sending') this.forgetAbsences();
        it.callback(what.word, what.change);
        return this.settle(it);
      case 'find':
        if (!takesLookUps) return;
        this.forgetAbsences();
        it.found(what.word, what.change);
        return this.settle(it);
      case 'absent':
        for (let time = 0; takesLookUps && time < what.times; time += 1) {
          it.pass(what.apart).absent(what.by);
          if (it.now >= this.quietAt) this.absences.push({ by: what.by, at: it.now });
        }
        return;
      case 'failLookUp':
        if (takesLookUps) it.lookUpFails();
        return;
      case 'cancel':
        it.cancel();
        return;
      case 'cancelInTemporal':
        it.cancelInTemporal();
        return;
      case 'resolve':
        if (what.outcome === 'confirmed') it.resolve({ ...person, outcome: what.outcome, txid: 'bb04bb04bb04bb04' });
        else it.resolve({ ...person, outcome: what.outcome });
        return;
      case 'checkRun':
        it.ended();
        return;
      case 'untilLookUp':
        it.pass(Math.max(0, Math.min(state.lookUps.nextAt - now, HOUR)));
        return;
      case 'pass':
        it.pass(what.ms);
    }
  }

  /** Waits until it may be sent, gets a slot where it needs one, and begins an attempt if that is next. */
  private send(it: Life, by: string): void {
    const { next } = it;
    if (it.status === 'waiting' && next.do === 'wait' && next.until !== undefined) it.at(next.until);
    if (it.next.do === 'acquireSlot') it.slotGranted(it.now);
    const step = it.next;
    if (step.do !== 'create') return;
    if (!this.maySend(it)) throw new Error('sent without proof');
    if (it.status === 'unknown') this.resends += 1;
    this.forgetAbsences();
    const { onlyAs, notAfter } = step.input;
    it.send();
    [this.sender, this.notAfter, this.released] = [by, notAfter, false];
    // The activity refuses to send by another account than that of the attempt in doubt.
    if (onlyAs !== undefined && onlyAs !== by) it.failed('OtherAccount', {}, by);
  }

  private fail(it: Life, type: FailureType, by: string | undefined): void {
    if (kindOf(type).certainty === 'unknown') this.lose(by);
    this.referenceInUse ||= type === 'ReferenceInUse';
    it.failed(type, {}, by);
    this.settle(it);
  }

  private lose(by: string | undefined): void {
    [this.inDoubt, this.doubtfulAccount] = [true, by];
    this.unknowns += 1;
  }

  /** Whatever is sent or said, ours or not, ends a row of absences. */
  private forgetAbsences(): void {
    this.absences = [];
  }

  /** A record of ours, wherever it came from, has said what became of it. */
  private settle(it: Life): void {
    this.inDoubt &&= ['unknown', 'waiting', 'sending'].includes(it.status);
  }
}

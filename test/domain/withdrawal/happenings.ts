import { resendOnlyAs } from '../../../domain/withdrawal/resending.js';
import {
  cancelIfWanted,
  cancelRequested,
  remind,
  reminderAt,
  retryNowProblem,
} from '../../../domain/withdrawal/operator-actions.js';
import { accepted, deadlinePassed } from '../../../domain/withdrawal/creating.js';
import { earlierRunFound } from '../../../domain/withdrawal/earlier-run.js';
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
export type Happening =
  | { kind: 'send'; by: string }
  | { kind: 'accept' | 'callback' | 'find'; word: Word; change: (typeof changes)[number] }
  | { kind: 'fail'; type: FailureType }
  | { kind: 'absent'; by: string; times: number; apart: number }
  | { kind: 'kill'; tellsAccount: boolean }
  | { kind: 'failLookUp' | 'cancel' | 'deadline' | 'remind' | 'retry' | 'reset' | 'untilLookUp' }
  | { kind: 'pass'; ms: number };

const just = <Kind extends Happening['kind']>(...kinds: Kind[]) => fc.constantFrom(...kinds);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: just('send'), by: fc.constantFrom(account, account, otherAccount) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: just('accept', 'callback', 'find'),
      word: fc.constantFrom(...words),
      change: fc.constantFrom(...changes),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: just('fail'), type: fc.constantFrom(...failureTypes) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: just('absent'),
      by: fc.constantFrom(account, otherAccount),
      times: fc.integer({ min: 1, max: 4 }),
      apart: fc.constantFrom(30 * SECOND, 2 * MINUTE, 5 * MINUTE),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: just('failLookUp', 'cancel', 'deadline', 'remind', 'untilLookUp') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: just('retry', 'reset') }) },
  { weight: 1, arbitrary: fc.record({ kind: just('kill'), tellsAccount: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: just('pass'), ms: fc.constantFrom(SECOND, MINUTE, 5 * MINUTE, HOUR, DAY) }),
  },
);

export const happenings = fc.array(happening, { minLength: 5, maxLength: 40, size: 'max' });

/** Keeps beside the withdrawal what is proven about its attempts: much simpler than the withdrawal, since it decides nothing. */
export class Witness {
  /** The account of the attempt under way. */
  private sender = account;
  /** An attempt may have arrived, and no record has said what became of it. */
  inDoubt = false;
  /** The account of the last attempt whose outcome is unknown; undefined if nobody knows it. */
  private doubtfulAccount: string | undefined;
  /** Look-ups since the last attempt and the last record of any kind that found nothing. */
  private absences: { by: string; at: number }[] = [];
  private referenceInUse = false;
  private sentAt = 0;
  /** Until then, an attempt whose worker did not report its end may still be written, or arrive. */
  private quietAt = 0;
  /** Attempts whose outcome is unknown. */
  private unknowns = 0;
  /** An earlier run may have sent it, nobody here knows by which account. */
  private ofEarlierRun = false;
  /** A person's retry since the last attempt. */
  private released = false;
  resends = 0;

  /** Is it proven, as the law asks, that what is in doubt never arrived? */
  mayResend(it: Life): boolean {
    const sender = this.ofEarlierRun && this.unknowns === 1 ? this.absences.at(-1)?.by : this.doubtfulAccount;
    const otherAt = this.absences.findLastIndex(({ by }) => by !== sender);
    const inRow = this.absences.slice(otherAt + 1).map(({ at }) => at);
    const isLong = inRow.length >= 3 && Math.max(...inRow) - Math.min(...inRow) >= 5 * MINUTE;
    const isFree = (this.unknowns < 3 && !this.ofEarlierRun) || this.released;
    return (
      this.inDoubt && isLong && isFree && !this.referenceInUse && it.policy.resend && it.now < it.withdrawal.sendBy
    );
  }

  /** Tells the withdrawal what happens, if the workflow would tell it now. */
  tell(it: Life, what: Happening): void {
    const { withdrawal, status, now } = it;
    const isSending = status === 'sending';
    const isListening = ['unknown', 'awaiting_commit', 'processing', 'awaiting_approval', 'on_hold'].includes(status);
    switch (what.kind) {
      case 'send':
        if (status !== 'received' && status !== 'waiting' && !it.mayResend) return;
        return this.send(it, what.by);
      case 'accept':
        if (!isSending) return;
        this.hears();
        accepted(
          withdrawal,
          { record: it.record(what.word, what.change), account: this.sender, policy: it.policy, writtenAt: now },
          now,
        );
        this.inDoubt = it.status === 'unknown';
        return;
      case 'fail':
        if (isSending) this.fail(it, what.type, this.sender);
        return;
      case 'kill':
        if (!isSending) return;
        this.quietAt = this.sentAt + 2 * MINUTE + 15 * SECOND;
        this.lose(what.tellsAccount ? this.sender : undefined);
        it.killed(what.tellsAccount ? this.sender : undefined);
        return;
      case 'reset':
        if (withdrawal.isFinal || this.ofEarlierRun) return;
        if (withdrawal.memory.record !== undefined || withdrawal.memory.claim !== undefined) return; // then nothing is sent any more
        this.hears();
        [this.ofEarlierRun, this.released, this.inDoubt] = [true, false, true];
        this.unknowns += 1;
        this.quietAt = now + 2 * MINUTE + 15 * SECOND;
        earlierRunFound(withdrawal, { why: 'Reset made this run', endedBy: now }, now);
        return;
      case 'retry':
        if (retryNowProblem(withdrawal) !== undefined) return;
        this.released ||= status === 'unknown';
        it.retryNow();
        return;
      case 'callback':
        if (isSending) return; // the workflow keeps it until the call is over
        this.hears();
        it.callback(what.word, what.change);
        this.inDoubt &&= it.status === 'unknown' || it.status === 'waiting';
        return;
      case 'find':
        if (!isListening) return;
        this.hears();
        it.found(what.word, what.change);
        this.inDoubt &&= it.status === 'unknown';
        return;
      case 'absent':
        for (let time = 0; isListening && time < what.times; time += 1) {
          it.pass(what.apart).absent(what.by);
          if (it.now >= this.quietAt) this.absences.push({ by: what.by, at: it.now });
        }
        return;
      case 'failLookUp':
        if (isListening) it.lookUpFails();
        return;
      case 'cancel':
        cancelRequested(withdrawal, 'Bo: typo', now);
        return cancelIfWanted(withdrawal, now);
      case 'deadline':
        if (now >= withdrawal.sendBy) deadlinePassed(withdrawal, now);
        return;
      case 'remind':
        if (now >= reminderAt(withdrawal)) remind(withdrawal, now);
        return;
      case 'untilLookUp':
        it.pass(Math.max(0, Math.min(withdrawal.lookUpAt - now, HOUR)));
        return;
      case 'pass':
        it.pass(what.ms);
    }
  }

  private send(it: Life, by: string): void {
    if (it.now >= it.withdrawal.sendBy) return deadlinePassed(it.withdrawal, it.now);
    if (it.status === 'unknown') this.resends += 1;
    this.hears();
    const onlyAs = resendOnlyAs(it.withdrawal);
    it.send();
    [this.sender, this.sentAt, this.released] = [by, it.now, false];
    // The activity refuses to send by another account than that of the attempt in doubt.
    if (onlyAs !== undefined && onlyAs !== by) it.failed('OtherAccount', {}, by);
  }

  private fail(it: Life, type: FailureType, by: string | undefined): void {
    if (kindOf(type).certainty === 'unknown') this.lose(by);
    this.referenceInUse ||= type === 'ReferenceInUse';
    it.failed(type, {}, by);
  }

  private lose(by: string | undefined): void {
    [this.inDoubt, this.doubtfulAccount] = [true, by];
    this.unknowns += 1;
  }

  /** Whatever is sent or heard, ours or not, ends a row of absences. */
  private hears(): void {
    this.absences = [];
  }
}

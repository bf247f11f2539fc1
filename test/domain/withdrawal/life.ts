import { commitFailed, commitStarted, committed, mayCommit } from '../../../domain/withdrawal/committing.js';
import { mayResend } from '../../../domain/withdrawal/resending.js';
import { hear } from '../../../domain/withdrawal/records.js';
import { omitUndefined } from '../../../domain/omit-undefined.js';
import { absent, lookUpFailed, lookedUp } from '../../../domain/withdrawal/looking-up.js';
import { retryNow } from '../../../domain/withdrawal/operator-actions.js';
import { accepted, sendFailed, sendStarted } from '../../../domain/withdrawal/creating.js';
import type { Failure, FailureType } from '../../../domain/failures.js';
import type { Policy, Source } from '../../../domain/withdrawal/state.js';
import type { Meaning, ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { detailsOf, viewOf } from '../../../domain/withdrawal/telling.js';
import type { WithdrawalView } from '../../../domain/withdrawal/view.js';
import { Withdrawal } from '../../../domain/withdrawal/withdrawal.js';
import { NOW, samples } from '../requests.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Words of providers, and what they mean. */
const words = {
  new: 'awaiting_commit',
  processing: 'processing',
  not_confirmed: 'processing',
  pending: 'awaiting_approval',
  on_hold: 'on_hold',
  sent: 'processing',
  failed: 'on_hold',
  confirmed: 'confirmed',
  completed: 'confirmed',
  declined: 'declined',
  cancelled: 'cancelled',
  verifying: 'unrecognised',
  archived: 'unrecognised',
} as const satisfies Record<string, Meaning>;
export type Word = keyof typeof words;

/** The account that our worker sends and looks up with, and another one. */
export const account = 'account-1';
export const otherAccount = 'account-2';

/** One withdrawal in virtual time, told what the workflow would tell it. */
export class Life {
  now = NOW;
  withdrawal: Withdrawal;
  policy: Policy = { confirmFinal: true, resend: true };

  constructor(readonly request: WithdrawalRequest = samples.cryptoprocessing) {
    this.withdrawal = Withdrawal.received(request, this.now);
  }

  get status() {
    return this.withdrawal.status;
  }

  get attention() {
    return this.withdrawal.memory.attention;
  }

  get view(): WithdrawalView {
    return viewOf(this.withdrawal);
  }

  get details(): string {
    return detailsOf(this.withdrawal);
  }

  get mayResend(): boolean {
    return mayResend(this.withdrawal, this.now);
  }

  get events(): string[] {
    return this.withdrawal.memory.timeline.map(({ event }) => event);
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Lets the time pass until the next look-up is due; answers how long that was. */
  passUntilLookUp(): number {
    const wait = this.withdrawal.lookUpAt - this.now;
    this.now += wait;
    return wait;
  }

  send(): this {
    sendStarted(this.withdrawal, this.now);
    return this;
  }

  accepted(word: Word = 'processing', more: Partial<ProviderRecord> = {}, writtenAt = this.now): this {
    const { policy, now } = this;
    accepted(this.withdrawal, { record: this.record(word, more), account, policy, writtenAt }, now);
    return this;
  }

  /** Asked before each commit; what may not be committed is left to expire. */
  get mayCommit(): boolean {
    return mayCommit(this.withdrawal, this.now);
  }

  /** Begins to commit; `commitBy` is then the time after which nothing is written. */
  commit(): this {
    this.commitBy = commitStarted(this.withdrawal);
    return this;
  }

  commitBy = Number.NaN;

  /** The commit's own answer, for which `pending` is beyond the commit. */
  committed(word: Word = 'pending', more: Partial<ProviderRecord> = {}): this {
    committed(this.withdrawal);
    return this.hears(word, 'answer', { ...(word === 'pending' && { meaning: 'processing' }), ...more });
  }

  commitFails(type: FailureType): this {
    commitFailed(this.withdrawal, { failure: { type }, isOver: true }, this.now);
    return this;
  }

  retryNow(): this {
    retryNow(this.withdrawal, { by: 'Bo', reason: 'I can’t wait' }, this.now);
    return this;
  }

  failed(type: FailureType, more: Partial<Failure> = {}, by: string | undefined = account): this {
    sendFailed(
      this.withdrawal,
      { failure: { type, ...more }, isOver: true, ...omitUndefined({ account: by }) },
      this.now,
    );
    return this;
  }

  /** A worker killed, or paused, in mid-call: it did not report the end of the call, and may not have told its account. */
  killed(by?: string): this {
    const failure: Failure = { type: 'CallInterrupted' };
    sendFailed(this.withdrawal, { failure, isOver: false, ...omitUndefined({ account: by }) }, this.now);
    return this;
  }

  callback(word: Word, more: Partial<ProviderRecord> = {}): this {
    return this.hears(word, 'callback', more);
  }

  hears(word: Word, source: Source, more: Partial<ProviderRecord> = {}): this {
    hear(this.withdrawal, this.record(word, more), source, this.now);
    return this;
  }

  found(word: Word, more: Partial<ProviderRecord> = {}): this {
    lookedUp(this.withdrawal, this.record(word, more), this.policy, this.now);
    return this;
  }

  absent(by = account, askedAt = this.now): this {
    absent(this.withdrawal, { account: by, policy: this.policy, askedAt }, this.now);
    return this;
  }

  /** Absent at once, after half of the time, and after all of it. */
  absentOver(ms: number, by = account): this {
    return this.absent(by)
      .pass(ms / 2)
      .absent(by)
      .pass(ms / 2)
      .absent(by);
  }

  lookUpFails(type: FailureType = 'NoAnswer'): this {
    lookUpFailed(this.withdrawal, { type }, this.now);
    return this;
  }

  /** The provider's record of it, all told. */
  record(word: Word, more: Partial<ProviderRecord> = {}): ProviderRecord {
    const { provider, withdrawalId, currency, convertTo, amount, address, tag } = this.request;
    return {
      ...{ provider, providerId: '134702815', reference: withdrawalId },
      ...{ providerStatus: word, meaning: words[word], ...(word === 'new' && { neverCommitted: true }) },
      ...{ currency, address, ...(convertTo && { convertTo }), ...(amount && { amount }), ...(tag && { tag }) },
      ...more,
    };
  }
}

export const life = (request?: WithdrawalRequest) => new Life(request);

/** Sent, and its outcome unknown. */
export const unknownLife = (request?: WithdrawalRequest) => life(request).send().failed('NoAnswer');

/** Sent, and accepted by the provider. */
export const acceptedLife = (request?: WithdrawalRequest) => life(request).send().accepted();

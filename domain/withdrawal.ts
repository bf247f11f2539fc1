import type { Attention } from './attention.js';
import type { Failure } from './failures.js';
import { kindOf } from './failures.js';
import { known } from './known.js';
import { latestSend } from './mistakes.js';
import { matrix } from './matrix.js';
import type { Absence, Attempt, Rules, Source, WithdrawalMemory } from './memory.js';
import type { ProviderRecord } from './record.js';
import { eventOf, foreignFields, isFinalWord } from './record.js';
import type { WithdrawalRequest } from './request.js';
import type { LookUpPurpose } from './schedule.js';
import {
  ABSENCE_SPAN_MS,
  ABSENCES_NEEDED,
  CONFIRMATION_PATIENCE_MS,
  lookUpDelay,
  nextTryDelay,
  reminderDelay,
} from './schedule.js';
import type { EventName, Status } from './states.js';
import { isFinal, transition } from './states.js';
import type { WithdrawalError } from './view.js';

/** The life of one withdrawal: every decision about it, made from what was done and heard. No I/O, no clock of its own. */
export class Withdrawal {
  constructor(readonly memory: WithdrawalMemory) {}

  static received(request: WithdrawalRequest, now: number): Withdrawal {
    const withdrawal = new Withdrawal({
      request,
      state: { status: 'received', inDoubt: false },
      since: now,
      rules: { confirmFinal: true, resend: false },
      attempts: [],
      applied: [],
      referenceInUse: false,
      contested: false,
      lookUps: { round: 0, nextAt: now },
      tries: { round: 0, nextAt: now },
      reminders: 0,
      cancelWanted: false,
      timeline: [],
    });
    withdrawal.note('received', now);
    return withdrawal;
  }

  get request(): WithdrawalRequest {
    return this.memory.request;
  }

  get status(): Status {
    return this.memory.state.status;
  }

  get isFinal(): boolean {
    return isFinal(this.status);
  }

  get sendBy(): number {
    return Date.parse(latestSend(this.request));
  }

  get providerId(): string | undefined {
    return (this.memory.record ?? this.memory.claim?.record)?.providerId;
  }

  // --- Before anything is sent -------------------------------------------------------------------------------------

  requestInvalid(problems: string, now: number): void {
    this.memory.error = { type: 'InvalidRequest', message: problems, certainty: 'not-sent' };
    this.become('requestInvalid', now, problems);
  }

  deadlinePassed(now: number): void {
    this.become('deadlinePassed', now, 'sendBy has passed');
  }

  /** True if it can be cancelled now: every attempt is proven unsent or refused, and none is under way. */
  get isCancellable(): boolean {
    return transition(this.memory.state, 'cancelRequested') !== 'not possible' && !this.isFinal;
  }

  /** Remembers the wish; it takes effect before the next attempt, if there is one. */
  cancelRequested(by: string, now: number): void {
    this.memory.cancelWanted = true;
    this.note('cancelRequested', now, by);
  }

  cancel(now: number): void {
    this.become('cancelRequested', now);
  }

  // --- Sending -----------------------------------------------------------------------------------------------------

  /** The number of the attempt that began: 1, 2, … */
  sendStarted(now: number): number {
    this.become('sendStarted', now);
    delete this.memory.absence;
    return this.memory.attempts.push({ startedAt: now, outcome: 'under way' });
  }

  accepted(record: ProviderRecord, account: string, rules: Rules, now: number): void {
    this.memory.rules = rules;
    this.finishAttempt('accepted', account);
    this.hear(record, 'answer', now);
    // An answer that isn't about our request proves nothing about it.
    if (this.status === 'sending') this.become('sendLost', now, 'the answer is about another withdrawal');
  }

  sendFailed(failure: Failure, account: string | undefined, now: number): void {
    const { certainty, retry } = kindOf(failure.type);
    this.finishAttempt(certainty, account);
    this.memory.error = errorOf(failure);
    if (failure.type === 'ReferenceInUse') this.memory.referenceInUse = true;
    if (certainty === 'unknown') {
      this.become('sendLost', now, failure.type);
      if (!matrix[this.request.provider].hasLookUp) this.needPerson('unknown-outcome', now);
    } else if (certainty === 'refused' && retry === 'never') {
      this.become('sendRefused', now, failure.type);
    } else {
      const tries = this.memory.tries.round;
      this.become('sendPostponed', now, failure.type);
      const delay = failure.type === 'TooLateToSend' ? 0 : Math.max(nextTryDelay(tries), failure.retryAfterMs ?? 0);
      this.memory.tries = { round: tries + 1, nextAt: now + delay };
      this.needPerson(waitingFor(failure), now);
    }
  }

  /** Is it proven, by the account that sent it, that the provider doesn't know our reference? */
  private get isProvenAbsent(): boolean {
    const { absence } = this.memory;
    return absence !== undefined && absence.account === this.resendOnlyAs && isLong(absence);
  }

  /** While an attempt is in doubt, only its own account may send again: references are unique within one account. */
  get resendOnlyAs(): string | undefined {
    return this.memory.state.inDoubt
      ? this.memory.attempts.findLast(({ outcome }) => outcome === 'unknown')?.account
      : undefined;
  }

  /** May the same reference be sent again, though an earlier attempt is in doubt? */
  mayResend(now: number): boolean {
    const { rules, referenceInUse } = this.memory;
    return this.status === 'unknown' && rules.resend && !referenceInUse && this.isProvenAbsent && now < this.sendBy;
  }

  private finishAttempt(outcome: Attempt['outcome'], account: string | undefined): void {
    const attempt = this.memory.attempts.at(-1);
    if (attempt === undefined) return;
    attempt.outcome = outcome;
    if (account !== undefined) attempt.account = account;
  }

  // --- What the provider says --------------------------------------------------------------------------------------

  /** Takes a record in: applies it, keeps it until a look-up agrees, or leaves it alone and asks for a person. */
  hear(record: ProviderRecord, source: Source, now: number): void {
    // Ours or not, a record under our reference ends a row of look-ups that found nothing.
    delete this.memory.absence;
    const foreign = foreignFields(record, this.request, this.providerId);
    if (foreign.length > 0) {
      this.note('notOurs', now, `${source}: differs in ${foreign.join(', ')}`);
      this.needPerson('not-ours', now);
    } else if (this.isFinal) {
      this.hearAfterTheEnd(record, source, now);
    } else if (source === 'callback') {
      this.hearCallback(record, now);
    } else {
      this.hearProvider(record, source, now);
    }
  }

  /** Final never changes, nor what is told of it: another final word only asks for a person. */
  private hearAfterTheEnd(record: ProviderRecord, source: Source, now: number): void {
    const event = eventOf(record);
    if (event !== undefined) this.become(event, now, `${source}: ${record.providerStatus}`);
  }

  /** A callback may be old and replayed: each word applies once, and a final or backward one waits for a look-up. */
  private hearCallback(record: ProviderRecord, now: number): void {
    if (this.memory.applied.includes(wordOf(record))) return;
    const { claim } = this.memory;
    if (claim !== undefined && isFinalWord(claim.record) && isFinalWord(record)) {
      if (claim.record.meaning !== record.meaning)
        this.contest(`callbacks say ${claim.record.meaning} and ${record.meaning}`, now);
      return;
    }
    if (this.needsConfirmation(record)) {
      if (record.meaning === 'unrecognised') this.needPerson('unrecognised-status', now);
      // An older word never takes the place of a final one that waits for its look-up.
      if (claim !== undefined && isFinalWord(claim.record)) return;
      this.memory.claim = { record, since: now };
      // Its last word is yet to be confirmed; that the provider has it is proven, so it is never sent again.
      if (this.isBeforeRecord) this.become('foundProcessing', now, `callback: ${record.providerStatus}`);
      this.note('callback', now, `${record.providerStatus}, to be confirmed by a look-up`);
      this.scheduleLookUps(now);
    } else {
      this.apply(record, 'callback', now);
    }
  }

  private needsConfirmation(record: ProviderRecord): boolean {
    if (!matrix[record.provider].hasLookUp) return false;
    if (isFinalWord(record)) return this.memory.rules.confirmFinal;
    return (
      progress(record.meaning) < progress(this.status) ||
      (progress(record.meaning) === 2 && progress(this.status) === 2)
    );
  }

  /** The provider's own answer: believed, unless two final words differ. */
  private hearProvider(record: ProviderRecord, source: Source, now: number): void {
    const claimed = this.memory.claim;
    if (
      isFinalWord(record) &&
      claimed !== undefined &&
      isFinalWord(claimed.record) &&
      claimed.record.meaning !== record.meaning
    ) {
      this.contest(`a callback says ${claimed.record.meaning}, the ${source} says ${record.meaning}`, now);
    }
    if (claimed !== undefined && !isFinalWord(claimed.record)) delete this.memory.claim;
    if (!(this.memory.contested && isFinalWord(record))) this.apply(record, source, now);
  }

  private apply(record: ProviderRecord, source: Source, now: number): void {
    if (!this.memory.applied.includes(wordOf(record))) this.memory.applied.push(wordOf(record));
    const claimed = this.memory.claim?.record;
    const confirms = claimed?.meaning === record.meaning;
    this.memory.record = { ...this.memory.record, ...(confirms && claimed), ...record };
    const event = eventOf(record) ?? (this.isBeforeRecord ? 'foundProcessing' : undefined);
    if (event !== undefined) this.become(event, now, `${source}: ${record.providerStatus}`);
    if (record.meaning === 'unrecognised') this.needPerson('unrecognised-status', now);
    if (isFinalWord(record) && record.meaning !== 'confirmed') this.memory.error = finalError(record);
    else if (event !== undefined) delete this.memory.error;
  }

  /** No record of the provider's is known yet. */
  private get isBeforeRecord(): boolean {
    return progress(this.status) < 0;
  }

  private contest(detail: string, now: number): void {
    this.memory.contested = true;
    this.note('contradiction', now, detail);
    this.needPerson('contradiction', now);
  }

  // --- Looking up --------------------------------------------------------------------------------------------------

  /** When the next look-up is due; never, where the provider has none. */
  get lookUpAt(): number {
    return matrix[this.request.provider].hasLookUp ? this.memory.lookUps.nextAt : Number.POSITIVE_INFINITY;
  }

  private get lookUpPurpose(): LookUpPurpose {
    if (this.memory.claim !== undefined && !this.memory.contested) return 'confirm a callback';
    return this.status === 'unknown' ? 'settle an unknown outcome' : 'no callback came';
  }

  private scheduleLookUps(now: number): void {
    this.memory.lookUps = { round: 0, nextAt: now + lookUpDelay(this.lookUpPurpose, 0, 0) };
  }

  lookedUp(record: ProviderRecord, rules: Rules, now: number): void {
    this.memory.rules = rules;
    this.countLookUp(now);
    this.hear(record, 'look-up', now);
    if (this.memory.attention === 'look-up-fails') delete this.memory.attention;
    const { claim } = this.memory;
    if (!this.isFinal && claim !== undefined && now - claim.since >= CONFIRMATION_PATIENCE_MS) {
      this.needPerson('final-unconfirmed', now);
    }
  }

  /** The provider does not know our reference, says the configured answer. That alone ends nothing. */
  absent(account: string, rules: Rules, now: number): void {
    this.memory.rules = rules;
    this.countLookUp(now);
    const before = this.memory.absence?.account === account ? this.memory.absence : undefined;
    const absence = { account, count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? now, lastAt: now };
    this.memory.absence = absence;
    this.note('absent', now);
    if (this.isFinal || !isLong(absence) || this.mayResend(now)) return;
    this.needPerson(this.status === 'unknown' ? 'unknown-outcome' : 'record-missing', now);
  }

  lookUpFailed(failure: Failure, now: number): void {
    this.countLookUp(now);
    this.note('lookUpFailed', now, failure.type);
    this.needPerson('look-up-fails', now);
  }

  private countLookUp(now: number): void {
    const round = this.memory.lookUps.round + 1;
    const age = now - (this.memory.claim?.since ?? this.memory.since);
    this.memory.lookUps = { round, nextAt: now + lookUpDelay(this.lookUpPurpose, round, age) };
  }

  // --- People ------------------------------------------------------------------------------------------------------

  /** When a person is to be reminded that it stands still. */
  get reminderAt(): number {
    const delay = reminderDelay(this.status, this.memory.reminders);
    return delay === undefined ? Number.POSITIVE_INFINITY : this.memory.since + delay;
  }

  remind(now: number): void {
    const isFirstOfOwner = this.status === 'awaiting_approval' && this.memory.reminders === 0;
    this.memory.reminders += 1;
    if (isFirstOfOwner) {
      this.note('ownerReminder', now, 'the provider’s Owner has not decided yet');
    } else {
      this.note('overdue', now);
      this.needPerson(this.status === 'awaiting_approval' ? 'owner-overdue' : 'provider-overdue', now);
    }
  }

  /** Asks for a person. A contradiction outranks whatever comes later. */
  needPerson(attention: Attention, now: number): void {
    if (this.memory.attention === attention || this.memory.attention === 'contradiction') return;
    this.memory.attention = attention;
    this.note('attention', now, attention);
  }

  // --- The record of it all ----------------------------------------------------------------------------------------

  note(event: string, now: number, detail?: string): void {
    const { timeline } = this.memory;
    timeline.push({ at: new Date(now).toISOString(), event, ...known({ detail }) });
    if (timeline.length > TIMELINE_LENGTH) timeline.splice(TIMELINE_START, 1);
  }

  private become(event: EventName, now: number, detail?: string): void {
    const next = transition(this.memory.state, event);
    if (next === 'contradicts') return this.contest(detail ?? event, now);
    if (next === 'not possible') return this.note('ignored', now, `${event} while ${this.status}`);
    const moved = next.status !== this.status;
    this.memory.state = next;
    if (!moved) return;
    this.note(next.status, now, detail);
    this.memory.since = now;
    this.memory.reminders = 0;
    if (!this.memory.contested && this.memory.attention !== 'not-ours') delete this.memory.attention;
    if (this.isFinal) {
      delete this.memory.attention;
      delete this.memory.claim;
    }
    this.scheduleLookUps(now);
  }
}

/** A view stays small: the first entries and the latest ones. */
const TIMELINE_LENGTH = 100;
const TIMELINE_START = 20;

function isLong({ count, firstAt, lastAt }: Absence): boolean {
  return count >= ABSENCES_NEEDED && lastAt - firstAt >= ABSENCE_SPAN_MS;
}

function wordOf({ providerId, providerStatus }: ProviderRecord): string {
  return `${providerId} ${providerStatus}`;
}

/** How far a provider has come with it: a callback that says less is old. -1: nothing is known of a record. */
function progress(status: ProviderRecord['meaning'] | Status): number {
  switch (status) {
    case 'awaiting_commit':
      return 0;
    case 'processing':
    case 'unrecognised':
      return 1;
    case 'awaiting_approval':
    case 'on_hold':
      return 2;
    case 'confirmed':
    case 'declined':
    case 'cancelled':
    case 'refused':
    case 'expired':
      return 3;
    case 'received':
    case 'waiting':
    case 'sending':
    case 'unknown':
      return -1;
  }
}

function waitingFor({ type }: Failure): Attention {
  switch (kindOf(type).retry) {
    case 'when-funded':
      return 'waiting-for-funds';
    case 'when-configured':
      return 'waiting-for-credentials';
    default:
      return type === 'NoWorker' ? 'waiting-for-worker' : 'waiting-for-connection';
  }
}

function errorOf({ type, code, message, requestId }: Failure): WithdrawalError {
  return { type, certainty: kindOf(type).certainty, ...known({ code, message, requestId }) };
}

/** The provider's own reason, beside its final word. */
function finalError({ meaning, error }: ProviderRecord): WithdrawalError {
  const type = meaning === 'declined' ? 'Declined' : 'Cancelled';
  return { type, certainty: 'refused', ...known({ message: error }) };
}

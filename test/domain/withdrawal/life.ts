import type { Failure, FailureType } from '../../../domain/failures.js';
import { omitUndefined } from '../../../domain/omit-undefined.js';
import type { Meaning, ProviderRecord } from '../../../domain/record.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import type { WithdrawalEvent } from '../../../domain/withdrawal/apply.js';
import { apply } from '../../../domain/withdrawal/apply.js';
import { createInput } from '../../../domain/withdrawal/sending/creating.js';
import { isFinal } from '../../../domain/withdrawal/lifecycle.js';
import { lookUpAt, reminderAt } from '../../../domain/withdrawal/looking-up.js';
import type { ActionRequest, OperatorAction } from '../../../domain/withdrawal/operator-actions/action.js';
import type { Resolution, ResolutionRequest } from '../../../domain/withdrawal/operator-actions/resolve.js';
import type { ActionName } from '../../../domain/withdrawal/operator-actions/table.js';
import { actionProblem } from '../../../domain/withdrawal/operator-actions/table.js';
import type { Recovery } from '../../../domain/withdrawal/sending/earlier-run.js';
import type { Callback, Policy, Source, WithdrawalState } from '../../../domain/withdrawal/state.js';
import { receivedState, sendByOf } from '../../../domain/withdrawal/state.js';
import type { Step } from '../../../domain/withdrawal/step.js';
import { nextStep } from '../../../domain/withdrawal/step.js';
import type { WithdrawalView } from '../../../domain/withdrawal/view.js';
import { detailsOf, viewOf } from '../../../domain/withdrawal/view.js';
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
/** The run that a history was first written for, and the one that Reset makes of it. */
export const firstRun = 'first-run';
export const secondRun = 'second-run';

/** One withdrawal in virtual time. Each method is one event, or the passing of time; nothing else decides what happens to it. */
export class Life {
  now = NOW;
  policy: Policy = { confirmFinal: true, resend: true };
  private current: WithdrawalState;
  private actions = 0;

  constructor(
    readonly request: WithdrawalRequest = samples.cryptoprocessing,
    problems?: string,
  ) {
    this.current = sealed(receivedState(request, { originalRun: firstRun, problems }, this.now));
  }

  get state(): WithdrawalState {
    return this.current;
  }

  set state(state: WithdrawalState) {
    this.current = sealed(state);
  }

  apply(event: WithdrawalEvent): this {
    this.state = apply(this.state, event, this.now);
    return this;
  }

  get next(): Step {
    return nextStep(this.state, this.now);
  }

  get status() {
    return this.state.status;
  }

  get isFinal(): boolean {
    return isFinal(this.status);
  }

  get attention() {
    return this.state.attention;
  }

  get view(): WithdrawalView {
    return viewOf(this.state);
  }

  get details(): string {
    return detailsOf(this.state);
  }

  get events(): string[] {
    return this.state.timeline.map(({ event }) => event);
  }

  get mayResend(): boolean {
    return this.status === 'unknown' && this.next.do === 'create';
  }

  get mayCommit(): boolean {
    return this.next.do === 'commit';
  }

  get isCancellable(): boolean {
    return this.problem('cancel') === undefined;
  }

  /** Why an operator can't do this now; nothing if they can. */
  problem(
    name: ActionName,
    said: ActionRequest | ResolutionRequest = this.action(''),
    now = this.now,
  ): string | undefined {
    return actionProblem(name, this.state, { ...said, id: 'a-question' }, now);
  }

  get sendBy(): number {
    return sendByOf(this.state);
  }

  /** No commit is written after this time. */
  get commitBy(): number {
    return known(this.state.commit?.commitBy);
  }

  get lookUpAt(): number {
    return known(lookUpAt(this.state));
  }

  get reminderAt(): number {
    return known(reminderAt(this.state));
  }

  // --- Time ---------------------------------------------------------------------------------------------------------

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  at(time: number): this {
    this.now = time;
    return this;
  }

  /** Lets the time pass until the next look-up is due; returns how long that was. */
  passUntilLookUp(): number {
    const wait = this.lookUpAt - this.now;
    this.now += wait;
    return wait;
  }

  /** What time alone has brought about, if it is next. */
  due(): this {
    const { next } = this;
    return next.do === 'apply' ? this.apply(next.event) : this;
  }

  // --- What became of a step -------------------------------------------------------------------------------------------

  send(): this {
    return this.apply({ type: 'createStarted', notAfter: createInput(this.state, this.now).notAfter });
  }

  accepted(word: Word = 'processing', more: Partial<ProviderRecord> = {}, writtenAt = this.now): this {
    const record = this.record(word, more);
    return this.apply({ type: 'createSucceeded', record, account, policy: this.policy, writtenAt });
  }

  failed(type: FailureType, more: Partial<Failure> = {}, by: string | undefined = account): this {
    const failure = { type, ...more };
    return this.apply({ type: 'createFailed', failure, isOver: true, ...omitUndefined({ account: by }) });
  }

  /** A worker killed, or paused, in mid-call: it did not report the end of the call, and may not have named its account. */
  killed(by?: string): this {
    const failure = { type: 'CallInterrupted' } as const;
    return this.apply({ type: 'createFailed', failure, isOver: false, ...omitUndefined({ account: by }) });
  }

  commit(): this {
    return this.apply({ type: 'commitStarted' });
  }

  /** The commit's own response, for which `pending` is beyond the commit. */
  committed(word: Word = 'pending', more: Partial<ProviderRecord> = {}): this {
    const record = this.record(word, { ...(word === 'pending' && { meaning: 'processing' }), ...more });
    return this.apply({ type: 'commitSucceeded', record, account, policy: this.policy, writtenAt: this.now });
  }

  commitFails(type: FailureType): this {
    return this.apply({ type: 'commitFailed', failure: { type }, isOver: true });
  }

  found(word: Word, more: Partial<ProviderRecord> = {}): this {
    return this.apply({
      type: 'lookUpFound',
      record: this.record(word, more),
      policy: this.policy,
      run: firstRun,
      askedAt: this.now,
    });
  }

  absent(by = account, askedAt = this.now): this {
    return this.apply({ type: 'lookUpAbsent', account: by, policy: this.policy, askedAt, run: firstRun });
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
    return this.apply({ type: 'lookUpFailed', failure: { type }, askedAt: this.now });
  }

  runChecked(run = firstRun): this {
    return this.apply({ type: 'runChecked', run });
  }

  /** The run is checked, if that is next: an end that rests on nothing having been sent comes about. */
  ended(): this {
    return this.next.do === 'checkRun' ? this.runChecked() : this;
  }

  slotGranted(at: number, place = 1): this {
    return this.apply({ type: 'slotGranted', slot: { at, place } });
  }

  // --- What comes from outside ------------------------------------------------------------------------------------------

  callback(word: Word, more: Partial<ProviderRecord> = {}): this {
    return this.apply({ type: 'callbackReceived', callback: { record: this.record(word, more) } });
  }

  /** The same record, from any source; a callback that comes while it is sent is taken in once the attempt is over. */
  says(word: Word, source: Source, more: Partial<ProviderRecord> = {}): this {
    const isSending = this.status === 'sending';
    switch (source) {
      case 'look-up':
        return this.found(word, more);
      case 'response':
        return isSending ? this.accepted(word, more) : this.committed(word, { meaning: words[word], ...more });
      case 'callback':
        return isSending ? this.callback(word, more).failed('NoAnswer') : this.callback(word, more);
    }
  }

  cancel(action = this.action('typo')): this {
    return this.apply({ type: 'actionRequested', name: 'cancel', action });
  }

  cancelInTemporal(): this {
    return this.apply({ type: 'cancelRequestedInTemporal' });
  }

  retryNow(action = this.action('I can’t wait')): this {
    return this.apply({ type: 'actionRequested', name: 'retryNow', action });
  }

  /** An operator's resolution, a moment after what they saw; it waits until the provider, or the run, has been asked. */
  resolve(said: ResolutionRequest, id = this.action('').id): this {
    const action: Resolution = { ...said, id };
    return this.pass(1).apply({ type: 'actionRequested', name: 'resolve', action });
  }

  /** What the actions came to: why each was refused, or that it was taken. */
  get answers(): string[] {
    return this.state.answers.map(({ refused = 'taken' }) => refused);
  }

  // --- Its runs, and faults of ours ---------------------------------------------------------------------------------------

  /** It turns out that Temporal's Reset made this run. */
  reset(run = secondRun): this {
    if (this.status !== 'sending') return this.runChecked(run);
    return this.apply({ type: 'createFailed', failure: { type: 'ResetRun' }, account, run, isOver: true });
  }

  recovered(more: Partial<Recovery> = {}, callbacks: readonly Callback[] = []): this {
    const recovery = { ...this.action('terminated by mistake'), closedAt: new Date(this.now).toISOString(), ...more };
    return this.apply({ type: 'recovered', recovery, callbacks });
  }

  fault(fault = 'TypeError'): this {
    return this.apply({ type: 'faultOccurred', fault });
  }

  // --- What they are made of ----------------------------------------------------------------------------------------------

  /** An operator's action, with an id of its own. */
  action(reason: string): OperatorAction {
    this.actions += 1;
    return { id: `action-${this.actions}`, by: 'Bo', reason };
  }

  /** The provider's record of it, with every field. */
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

export const life = (request?: WithdrawalRequest, problems?: string) => new Life(request, problems);

/** Sent, and its outcome unknown. */
export const unknownLife = (request?: WithdrawalRequest) => life(request).send().failed('NoAnswer');

/** Sent, and accepted by the provider. */
export const acceptedLife = (request?: WithdrawalRequest) => life(request).send().accepted();

function known(time: number | undefined): number {
  if (time === undefined) throw new Error('there is no such time');
  return time;
}

/** A value that nobody can change any more; it fails if JSON would not keep the value as it is. */
function sealed<Value>(value: Value): Value {
  const lost = sealOrFind(value);
  if (lost !== undefined) throw new Error(`the state${lost} is not plain JSON`);
  return value;
}

// Thousands of states are sealed in a run, and in a test each look at a global costs.
const { freeze, getPrototypeOf, keys, prototype } = Object;
const { isArray } = Array;
const { isFinite } = Number;

/** Freezes it with all its parts. Where it finds one that is not plain JSON, it returns where that is. */
function sealOrFind(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean' || isFinite(value)) return undefined;
  if (!isPlain(value)) return '';
  for (const name of keys(value)) {
    const lost = sealOrFind(value[name]);
    if (lost !== undefined) return `.${name}${lost}`;
  }
  freeze(value);
  return undefined;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && (isArray(value) || getPrototypeOf(value) === prototype);
}

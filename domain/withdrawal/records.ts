import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { ProviderRecord } from '../record.js';
import { contradictsItself, foreignFields, hasFinalMeaning } from '../record.js';
import { isBehindCommit, isForgone, meaningOf, openWindow } from './sending/committing.js';
import type { LifecycleEvent, Status } from './lifecycle.js';
import { isFinal, isHeld, isUnpaidWord, statusRows, transition } from './lifecycle.js';
import { recordContradiction, move, needPerson, note, restartLookUps } from './moves.js';
import type { Source, WithdrawalState } from './state.js';
import { providerIdOf } from './state.js';

/** Takes a record in: applies it, keeps it until a look-up agrees, or leaves it alone and asks for a person. */
export function receive(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  // Ours or not, a record under our reference ends a row of look-ups that found nothing.
  delete state.absence;
  const fields = foreignFields(record, state.request, providerIdOf(state));
  if (fields.length > 0) return receiveForeign(state, record, source, fields, now);
  if (isFinal(state.status)) return receiveAfterTheEnd(state, record, source, now);
  if (contradictsItself(record)) return receiveContradiction(state, record, source, now);
  if (source === 'callback') return receiveCallback(state, record, now);
  receiveAnswer(state, record, source, now);
}

/** It is about another payout under our reference: the end of this one must not make that forgotten. */
function receiveForeign(
  state: WithdrawalState,
  record: ProviderRecord,
  source: Source,
  fields: string[],
  now: number,
): void {
  note(state, 'notOurs', now, { source, fields });
  // Whatever look-ups find later: our reference named a payout, so that sending it again can't be shown to be the first.
  if (!fields.includes('reference')) state.referenceInUse = true;
  if (!isFinal(state.status)) needPerson(state, 'not-ours', now);
  if (source === 'callback') state.forCases.push({ reason: 'is not about this withdrawal', record });
}

/** Final never changes, nor what is shown of it: what says otherwise is kept for a case. */
function receiveAfterTheEnd(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const { status, record: last, resolvedTxid } = state;
  const end = { status, providerStatus: last?.providerStatus, txid: resolvedTxid ?? last?.txid };
  if (!differsFromEnd(end, record, meaningOf(state, record, source, now))) return;
  const { providerStatus } = record;
  note(state, 'contradiction', now, { contradiction: { kind: 'after the end', source, providerStatus } });
  state.forCases.push({ reason: 'differs from the recorded end', record });
}

/** That it is at the provider is proven, so nothing is sent or committed any more; neither of its two statements is believed. */
function receiveContradiction(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const { providerStatus } = record;
  state.record = { ...state.record, ...record };
  if (isBeforeRecord(state.status) || state.status === 'awaiting_commit')
    move(state, 'foundProcessing', now, { source, providerStatus });
  recordContradiction(state, { kind: 'unpaid with a transaction', source, providerStatus }, now);
}

/** A callback may be old and replayed: each status applies once, and a final or backward one waits for a look-up. */
function receiveCallback(state: WithdrawalState, record: ProviderRecord, now: number): void {
  const { unconfirmed } = state;
  const { providerStatus } = record;
  if (state.applied.includes(recordKey(record)) || state.confirmationAsked.includes(recordKey(record))) return;
  if (isBehindCommit(state, record)) return;
  if (unconfirmed !== undefined && hasFinalMeaning(unconfirmed.record) && hasFinalMeaning(record)) {
    const [first, second] = [unconfirmed.record.meaning, record.meaning];
    if (first !== second)
      recordContradiction(state, { kind: 'two final statuses', first, second, source: 'callback' }, now);
    return;
  }
  if (!needsConfirmation(state, record)) return applyRecord(state, record, 'callback', now);
  if (record.meaning === 'unrecognised') needPerson(state, 'unrecognised-status', now);
  // An older status never takes the place of a final one that waits for its look-up.
  if (unconfirmed !== undefined && hasFinalMeaning(unconfirmed.record)) return;
  state.unconfirmed = { record, since: now };
  state.confirmationAsked.push(recordKey(record));
  // Its final status is yet to be confirmed; that the provider has it is proven, so it is never sent again.
  if (isBeforeRecord(state.status)) move(state, 'foundProcessing', now, { source: 'callback', providerStatus });
  note(state, 'callbackUnconfirmed', now, { providerStatus });
  restartLookUps(state, now);
}

function needsConfirmation({ policy, status }: WithdrawalState, record: ProviderRecord): boolean {
  if (!capabilities[record.provider].hasLookUp) return false;
  // A status in no table counts as under way.
  const meaning = record.meaning === 'unrecognised' ? 'processing' : record.meaning;
  if (!isHeld(meaning)) return policy.confirmFinal;
  if (!isHeld(status)) return false;
  const [said, stands] = [statusRows[meaning].progress, statusRows[status].progress];
  return said < stands || (said === 2 && stands === 2);
}

/** The provider's own response or look-up: believed, unless two final statuses differ. */
function receiveAnswer(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const unconfirmed = state.unconfirmed?.record;
  if (
    unconfirmed !== undefined &&
    hasFinalMeaning(unconfirmed) &&
    hasFinalMeaning(record) &&
    unconfirmed.meaning !== record.meaning
  ) {
    const [first, second] = [unconfirmed.meaning, record.meaning];
    recordContradiction(state, { kind: 'two final statuses', first, second, source }, now);
  }
  if (unconfirmed !== undefined && !hasFinalMeaning(unconfirmed)) delete state.unconfirmed;
  if (!(state.hasContradiction && hasFinalMeaning(record))) applyRecord(state, record, source, now);
}

function applyRecord(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const { providerStatus } = record;
  if (!state.applied.includes(recordKey(record))) state.applied.push(recordKey(record));
  const unconfirmed = state.unconfirmed?.record;
  const confirms = unconfirmed?.meaning === record.meaning;
  state.record = { ...state.record, ...(confirms && unconfirmed), ...record };
  const event = meaningOf(state, record, source, now) ?? (isBeforeRecord(state.status) ? 'foundProcessing' : undefined);
  if (event === 'foundAwaitingCommit') openWindow(state, source, now);
  if (event !== undefined) move(state, event, now, { source, providerStatus });
  if (record.meaning === 'unrecognised') {
    note(state, 'unrecognised', now, { source, providerStatus });
    needPerson(state, 'unrecognised-status', now);
  }
  const { status } = state;
  if (isUnpaidWord(status)) {
    // The provider's own reason, beside its final status.
    const { type } = statusRows[status].error;
    state.error = { type, certainty: 'refused', ...omitUndefined({ message: record.error }) };
  } else if (event !== undefined && status !== 'expired' && !isForgone(state)) delete state.error;
}

/** No record of the provider's is known yet. */
function isBeforeRecord(status: Status): boolean {
  return !isHeld(status) && !isFinal(status);
}

function recordKey({ providerId, providerStatus }: ProviderRecord): string {
  return `${providerId} ${providerStatus}`;
}

/** What stands of a withdrawal that has ended. */
export interface RecordedEnd {
  status: Status;
  /** The provider's last status that was taken over. */
  providerStatus?: string | undefined;
  txid?: string | undefined;
}

/**
 * Does a record, which is `event` to the withdrawal's life, say what the recorded end doesn't: a final status against it, a status in no
 * table, or another transaction? The end repeated, or a step before it arriving late, says nothing new.
 */
export function differsFromEnd(end: RecordedEnd, record: ProviderRecord, event: LifecycleEvent | undefined): boolean {
  if (record.txid !== undefined && record.txid !== end.txid) return true;
  // What was cancelled with no record known has none at the provider, whatever its status was.
  const hasNoRecord = end.status === 'cancelled' && end.providerStatus === undefined;
  if (hasNoRecord && event !== 'foundCancelled') return true;
  if (event === undefined) return record.providerStatus !== end.providerStatus;
  return transition({ status: end.status, inDoubt: false }, event) === 'contradicts';
}

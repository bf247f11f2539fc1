import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { ProviderRecord } from '../record.js';
import { contradictsItself, foreignFields, isFinalWord } from '../record.js';
import { isBehindCommit, isForgone, meaningOf, openWindow } from './committing.js';
import type { LifecycleEvent, Status } from './lifecycle.js';
import { isFinal, transition } from './lifecycle.js';
import { contest, move, needPerson, note, restartLookUps } from './moves.js';
import type { Source, WithdrawalState } from './state.js';
import { providerIdOf } from './state.js';
import type { WithdrawalError } from './view.js';

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
  if (!isFinal(state.status)) needPerson(state, 'not-ours', now);
  if (source === 'callback') state.setAside.push({ reason: 'is not about this withdrawal', record });
}

/** Final never changes, nor what is shown of it: what says otherwise is kept for a case. */
function receiveAfterTheEnd(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const { status, record: last, resolvedTxid } = state;
  const end = { status, providerStatus: last?.providerStatus, txid: resolvedTxid ?? last?.txid };
  if (!differsFromEnd(end, record, meaningOf(state, record, source, now))) return;
  const { providerStatus } = record;
  note(state, 'contradiction', now, { contradiction: { kind: 'after the end', source, providerStatus } });
  state.setAside.push({ reason: 'differs from the recorded end', record });
}

/** That it is at the provider is proven, so nothing is sent or committed any more; neither of its two words is believed. */
function receiveContradiction(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const { providerStatus } = record;
  state.record = { ...state.record, ...record };
  if (isBeforeRecord(state.status) || state.status === 'awaiting_commit')
    move(state, 'foundProcessing', now, { source, providerStatus });
  contest(state, { kind: 'unpaid with a transaction', source, providerStatus }, now);
}

/** A callback may be old and replayed: each word applies once, and a final or backward one waits for a look-up. */
function receiveCallback(state: WithdrawalState, record: ProviderRecord, now: number): void {
  const { claim } = state;
  const { providerStatus } = record;
  if (state.applied.includes(wordOf(record)) || state.questioned.includes(wordOf(record))) return;
  if (isBehindCommit(state, record)) return;
  if (claim !== undefined && isFinalWord(claim.record) && isFinalWord(record)) {
    const [first, second] = [claim.record.meaning, record.meaning];
    if (first !== second) contest(state, { kind: 'two final words', first, second, source: 'callback' }, now);
    return;
  }
  if (!needsConfirmation(state, record)) return applyRecord(state, record, 'callback', now);
  if (record.meaning === 'unrecognised') needPerson(state, 'unrecognised-status', now);
  // An older word never takes the place of a final one that waits for its look-up.
  if (claim !== undefined && isFinalWord(claim.record)) return;
  state.claim = { record, since: now };
  state.questioned.push(wordOf(record));
  // Its last word is yet to be confirmed; that the provider has it is proven, so it is never sent again.
  if (isBeforeRecord(state.status)) move(state, 'foundProcessing', now, { source: 'callback', providerStatus });
  note(state, 'callbackQuestioned', now, { providerStatus });
  restartLookUps(state, now);
}

function needsConfirmation({ policy, status }: WithdrawalState, record: ProviderRecord): boolean {
  if (!capabilities[record.provider].hasLookUp) return false;
  if (isFinalWord(record)) return policy.confirmFinal;
  const [said, stands] = [progress(record.meaning), progress(status)];
  return said < stands || (said === 2 && stands === 2);
}

/** The provider's own response or look-up: believed, unless two final words differ. */
function receiveAnswer(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const claimed = state.claim?.record;
  if (claimed !== undefined && isFinalWord(claimed) && isFinalWord(record) && claimed.meaning !== record.meaning) {
    const [first, second] = [claimed.meaning, record.meaning];
    contest(state, { kind: 'two final words', first, second, source }, now);
  }
  if (claimed !== undefined && !isFinalWord(claimed)) delete state.claim;
  if (!(state.contested && isFinalWord(record))) applyRecord(state, record, source, now);
}

function applyRecord(state: WithdrawalState, record: ProviderRecord, source: Source, now: number): void {
  const { providerStatus } = record;
  if (!state.applied.includes(wordOf(record))) state.applied.push(wordOf(record));
  const claimed = state.claim?.record;
  const confirms = claimed?.meaning === record.meaning;
  state.record = { ...state.record, ...(confirms && claimed), ...record };
  const event = meaningOf(state, record, source, now) ?? (isBeforeRecord(state.status) ? 'foundProcessing' : undefined);
  if (event === 'foundAwaitingCommit') openWindow(state, source, now);
  if (event !== undefined) move(state, event, now, { source, providerStatus });
  if (record.meaning === 'unrecognised') {
    note(state, 'unrecognised', now, { source, providerStatus });
    needPerson(state, 'unrecognised-status', now);
  }
  if (state.status === 'declined' || state.status === 'cancelled') state.error = finalError(record);
  else if (event !== undefined && state.status !== 'expired' && !isForgone(state)) delete state.error;
}

/** No record of the provider's is known yet. */
function isBeforeRecord(status: Status): boolean {
  return progress(status) < 0;
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

/** The provider's own reason, beside its final word. */
function finalError({ meaning, error }: ProviderRecord): WithdrawalError {
  const type = meaning === 'declined' ? 'Declined' : 'Cancelled';
  return { type, certainty: 'refused', ...omitUndefined({ message: error }) };
}

/** What stands of a withdrawal that has ended. */
export interface RecordedEnd {
  status: Status;
  /** The provider's last word that was taken over. */
  providerStatus?: string | undefined;
  txid?: string | undefined;
}

/**
 * Does a record, which is `event` to the withdrawal's life, say what the recorded end doesn't: a final word against it, a word in no
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

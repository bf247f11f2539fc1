import { kindOf } from '../../failures.js';
import { isMoreThan } from '../../money.js';
import { capabilities } from '../../providers/index.js';
import type { ProviderRecord } from '../../record.js';
import { eventOf } from '../../record.js';
import { durations } from '../../timeouts/durations.js';
import type { Accepted, FailedCall, SendingRun } from './creating.js';
import type { LifecycleEvent } from '../lifecycle.js';
import { note, restartLookUps } from '../moves.js';
import { receive } from '../records.js';
import { takeRun } from './earlier-run.js';
import type { Source, WithdrawalState } from '../state.js';

/** Must a created withdrawal be committed? */
function isTwoStep({ request }: WithdrawalState): boolean {
  return capabilities[request.provider].commit !== undefined && request.cryptopay?.forceCommit !== true;
}

/** What a record means to this withdrawal, with its commit taken into account. */
export function meaningOf(
  state: WithdrawalState,
  record: ProviderRecord,
  source: Source,
  now: number,
): LifecycleEvent | undefined {
  const event = eventOf(record);
  // Where no commit is needed, "not committed yet" says nothing.
  if (event === 'foundAwaitingCommit' && (!isTwoStep(state) || isBehindCommit(state, record))) return 'foundProcessing';
  // A callback may have been written while the window was open, however late it comes.
  const isCurrent = state.status === 'awaiting_commit' && source === 'look-up';
  return isCurrent && endsWindow(state, event, record, now) ? 'windowClosed' : event;
}

/** "Not committed yet" is out of date once the commit was answered. */
export function isBehindCommit({ commit }: WithdrawalState, { meaning }: ProviderRecord): boolean {
  return commit?.state === 'done' && meaning === 'awaiting_commit';
}

/** No byte of a commit was ever sent, and the provider says, after the window, that nothing will come of it. */
function endsWindow(
  { commit }: WithdrawalState,
  event: LifecycleEvent | undefined,
  record: ProviderRecord,
  now: number,
): boolean {
  if (commit === undefined || (commit.state !== 'open' && commit.state !== 'forgone')) return false;
  if (event === 'foundCancelled') return now >= commit.commitBy + durations.commit.lead.ms;
  return event === 'foundAwaitingCommit' && record.neverCommitted === true && now >= commit.closedFrom;
}

/** The window of a withdrawal that the provider has just reported; once opened, it stays as it is. */
export function openWindow(state: WithdrawalState, source: Source, now: number): void {
  const window = capabilities[state.request.provider].commit;
  if (state.commit !== undefined || window === undefined) return;
  // The response is to the last attempt; a record that was found may be of any that may have arrived.
  const attempts = source === 'response' ? state.attempts.slice(-1) : state.attempts;
  const arrived = attempts.filter(({ outcome }) => outcome !== 'not-sent' && outcome !== 'refused');
  const possible = arrived.length > 0 ? arrived : attempts;
  const began = Math.min(now, ...possible.map(({ writtenAt, startedAt }) => writtenAt ?? startedAt));
  state.commit = {
    // An earlier run may have committed it: that is settled by reading, never by committing again.
    state: state.attempts.some(({ isOfEarlierRun }) => isOfEarlierRun) ? 'unknown' : 'open',
    commitBy: began + window.windowMs - durations.commit.lead.ms,
    closedFrom: now + window.windowMs + durations.commit.closing.ms, // it exists, so its window closes no later
  };
}

/** Why a commit is never begun. */
export type Forgone = 'OverMaxCharge' | 'CommitWindowMissed';

/** Why what waits for its commit must not be committed any more; nothing while it may be. */
export function forgoneFor({ commit, record, request }: WithdrawalState, now: number): Forgone | undefined {
  if (commit === undefined) return undefined;
  const maxCharge = request.cryptopay?.maxCharge;
  if (maxCharge !== undefined && (record?.charge === undefined || isMoreThan(record.charge, maxCharge)))
    return 'OverMaxCharge';
  return now >= commit.commitBy ? 'CommitWindowMissed' : undefined;
}

/** Over `maxCharge`, or too late: it is left to expire. */
export function commitForgone(state: WithdrawalState, type: Forgone, now: number): void {
  const { commit } = state;
  if (commit === undefined) return;
  commit.state = 'forgone';
  state.error = { type, certainty: kindOf(type).certainty };
  note(state, 'commitForgone', now, { failure: type });
  state.lookUps = { round: 0, nextAt: Math.max(now, commit.closedFrom) };
}

/** What a commit needs. */
export interface CommitInput extends SendingRun {
  withdrawalId: string;
  providerId: string;
  /** Nothing is written after this time, ms since 1970. */
  notAfter: number;
}

/** A commit begins; from here on, without an answer, its outcome is unknown. */
export function commitStarted({ commit }: WithdrawalState): void {
  if (commit !== undefined) commit.state = 'unknown';
}

/** The provider took the commit, and answered with its record. */
export function commitSucceeded(state: WithdrawalState, { record }: Accepted, now: number): void {
  if (state.commit !== undefined) state.commit.state = 'done';
  receive(state, record, 'response', now);
}

/** Only a commit of which no byte left is none; any other is settled by reading. */
export function commitFailed(state: WithdrawalState, { failure, run, isOver }: FailedCall, now: number): void {
  note(state, 'commitFailed', now, { failure: failure.type });
  if (failure.type === 'ResetRun') return takeRun(state, run, now);
  const { commit, status } = state;
  if (commit !== undefined && isOver) commit.endedAt = now;
  // A callback may have come first: then the provider is beyond its commit, whatever became of this one.
  if (status !== 'awaiting_commit') return;
  if (kindOf(failure.type).certainty === 'not-sent') return commitForgone(state, 'CommitWindowMissed', now);
  restartLookUps(state, now);
}

/** Was it left to expire, and has not ended yet? Then why it was stays its error. */
export function isForgone({ commit, status }: WithdrawalState): boolean {
  return status === 'awaiting_commit' && commit?.state === 'forgone';
}

/** Is it still not known, after the window, whether a commit took effect? */
export function isCommitUnsettled({ commit, status }: WithdrawalState, now: number): boolean {
  return status === 'awaiting_commit' && commit !== undefined && now >= commit.closedFrom;
}

/** May this record be of a withdrawal whose commit arrived? Whether `pending` is before or after it, the documents disagree. */
export function mayBeCommitted({ commit }: WithdrawalState, record: ProviderRecord): boolean {
  const mayHaveBegun = commit?.state === 'unknown' || commit?.state === 'done';
  return record.meaning === 'awaiting_commit' && record.neverCommitted !== true && mayHaveBegun;
}

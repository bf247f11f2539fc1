import { earlierRunFound } from './earlier-run.js';
import { kindOf } from '../failures.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { Source } from './state.js';
import { isMoreThan } from '../money.js';
import type { ProviderRecord } from '../record.js';
import { eventOf } from '../record.js';
import { durations } from '../timeouts.js';
import type { FailedCall } from './creating.js';
import type { EventName } from './lifecycle.js';
import type { Withdrawal } from './withdrawal.js';

/** "Commit it within 30 seconds, otherwise, your request will expire and no payout will be processed." (Cryptopay) */
const WINDOW_MS = 30_000;
const { lead, closing } = durations.commit;

/** Must a created withdrawal be committed? */
export function isTwoStep({ request }: Withdrawal): boolean {
  return capabilities[request.provider].hasCommit && request.cryptopay?.forceCommit !== true;
}

/** What a record means to this withdrawal, with its commit taken into account. */
export function heardEvent(
  payout: Withdrawal,
  record: ProviderRecord,
  source: Source,
  now: number,
): EventName | undefined {
  const event = eventOf(record);
  // Where no commit is needed, "not committed yet" is no news.
  if (event === 'foundAwaitingCommit' && (!isTwoStep(payout) || isBehindCommit(payout, record)))
    return 'foundProcessing';
  // A callback may have been written while the window was open, however late it comes.
  const isNow = payout.status === 'awaiting_commit' && source === 'look-up';
  return isNow && endsWindow(payout, event, record, now) ? 'windowClosed' : event;
}

/** "Not committed yet" is old news once the commit was answered. */
export function isBehindCommit({ memory: { commit } }: Withdrawal, { meaning }: ProviderRecord): boolean {
  return commit?.state === 'done' && meaning === 'awaiting_commit';
}

/** No byte of a commit was ever sent, and the provider says, after the window, that nothing will come of it. */
function endsWindow(
  { memory: { commit } }: Withdrawal,
  event: EventName | undefined,
  record: ProviderRecord,
  now: number,
): boolean {
  if (commit === undefined || (commit.state !== 'open' && commit.state !== 'left')) return false;
  if (event === 'foundCancelled') return now >= commit.commitBy + lead.ms;
  return event === 'foundAwaitingCommit' && record.neverCommitted === true && now >= commit.closedFrom;
}

/** The window of a withdrawal that the provider has just told us of; once opened, it stays as it is. */
export function windowOpened({ memory }: Withdrawal, source: Source, now: number): void {
  if (memory.commit !== undefined) return;
  // The answer is to the last attempt; a record that was found may be of any that may have arrived.
  const attempts = source === 'answer' ? memory.attempts.slice(-1) : memory.attempts;
  const arrived = attempts.filter(({ outcome }) => outcome !== 'not-sent' && outcome !== 'refused');
  const makers = arrived.length > 0 ? arrived : attempts;
  const began = Math.min(now, ...makers.map(({ writtenAt, startedAt }) => writtenAt ?? startedAt));
  memory.commit = {
    // An earlier run may have committed it: that is settled by reading, never by committing again.
    state: memory.attempts.some(({ isOfEarlierRun }) => isOfEarlierRun) ? 'unknown' : 'open',
    commitBy: began + WINDOW_MS - lead.ms,
    closedFrom: now + WINDOW_MS + closing.ms, // it exists, so its window closes no later
  };
}

/** May it be committed now? Over `maxCharge`, or too late, it is left to expire, and that is said once. */
export function mayCommit(payout: Withdrawal, now: number): boolean {
  const { commit, record } = payout.memory;
  if (commit?.state !== 'open') return false;
  const maxCharge = payout.request.cryptopay?.maxCharge;
  if (maxCharge !== undefined && (record?.charge === undefined || isMoreThan(record.charge, maxCharge))) {
    leaveToExpire(payout, 'OverMaxCharge', now);
    return false;
  }
  if (now >= commit.commitBy) {
    leaveToExpire(payout, 'CommitWindowMissed', now);
    return false;
  }
  return true;
}

/** A commit begins; from here on, without an answer, its outcome is unknown. Answers until when its bytes may be written. */
export function commitStarted({ memory }: Withdrawal): number {
  if (memory.commit === undefined) return 0;
  memory.commit.state = 'unknown';
  return memory.commit.commitBy;
}

/** The provider took the commit: its record follows. */
export function committed({ memory }: Withdrawal): void {
  if (memory.commit !== undefined) memory.commit.state = 'done';
}

/** Only a commit of which no byte left is none; any other is settled by reading. */
export function commitFailed(payout: Withdrawal, { failure, run, isOver }: FailedCall, now: number): void {
  payout.note('commitFailed', now, failure.type);
  const { commit } = payout.memory;
  if (failure.type === 'ResetRun')
    return earlierRunFound(
      payout,
      { why: 'Reset made this run', endedBy: now, ...omitUndefined({ settlingRun: run }) },
      now,
    );
  if (kindOf(failure.type).certainty === 'not-sent') return leaveToExpire(payout, 'CommitWindowMissed', now);
  if (commit !== undefined && isOver) commit.endedAt = now;
  payout.restartLookUps(now);
}

/** Was it left to expire, and has not ended yet? Then why it was stays its error. */
export function isLeftToExpire({ memory: { commit }, status }: Withdrawal): boolean {
  return status === 'awaiting_commit' && commit?.state === 'left';
}

/** Is it still not known, after the window, whether a commit took effect? */
export function isCommitUnsettled({ memory: { commit }, status }: Withdrawal, now: number): boolean {
  return status === 'awaiting_commit' && commit !== undefined && now >= commit.closedFrom;
}

/** May this record be of a withdrawal whose commit arrived? Whether `pending` is before or after it, the documents disagree. */
export function mayBeCommitted({ memory: { commit } }: Withdrawal, record: ProviderRecord): boolean {
  const mayHaveBegun = commit?.state === 'unknown' || commit?.state === 'done';
  return record.meaning === 'awaiting_commit' && record.neverCommitted !== true && mayHaveBegun;
}

function leaveToExpire(payout: Withdrawal, type: 'OverMaxCharge' | 'CommitWindowMissed', now: number): void {
  const { memory } = payout;
  if (memory.commit === undefined) return;
  memory.commit.state = 'left';
  memory.error = { type, certainty: kindOf(type).certainty };
  payout.note('leftToExpire', now, type);
  memory.lookUps = { round: 0, nextAt: Math.max(now, memory.commit.closedFrom) };
}

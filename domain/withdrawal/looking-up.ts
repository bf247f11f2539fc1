import type { Failure } from '../failures.js';
import { isCommitUnsettled } from './committing.js';
import { isLong, mayResend, quietFrom } from './resending.js';
import { hear } from './records.js';
import type { Policy } from './state.js';
import type { ProviderRecord } from '../record.js';
import { durations } from '../timeouts.js';
import { lookUpDelay } from './schedule.js';
import type { Withdrawal } from './withdrawal.js';

export function lookedUp(payout: Withdrawal, record: ProviderRecord, policy: Policy, now: number): void {
  const { memory } = payout;
  memory.policy = policy;
  countLookUp(payout, now);
  hear(payout, record, 'look-up', now);
  answered(payout);
  const { claim } = memory;
  if (!payout.isFinal && claim !== undefined && now - claim.since >= durations.lookUp.unconfirmed.ms) {
    payout.needPerson('final-unconfirmed', now);
  }
  if (isCommitUnsettled(payout, now)) payout.needPerson('commit-unsettled', now);
}

/** A look-up that found nothing. Times in ms since 1970. */
export interface NotFound {
  account: string;
  policy: Policy;
  /** When it was asked. */
  askedAt: number;
}

/** The provider does not know our reference, says the configured answer. That alone ends nothing. */
export function absent(payout: Withdrawal, { account, policy, askedAt }: NotFound, now: number): void {
  const { memory } = payout;
  memory.policy = policy;
  countLookUp(payout, now);
  answered(payout);
  // Asked while an attempt could still be written, it says nothing of that attempt.
  if (askedAt < quietFrom(payout)) return payout.note('absent', now, 'too early to count');
  const before = memory.absence?.account === account ? memory.absence : undefined;
  const absence = { account, count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? now, lastAt: now };
  memory.absence = absence;
  payout.note('absent', now);
  // A refusal that may have left a record behind: it left none, says the account that was refused.
  const isRefusal = payout.status === 'unknown' && memory.refusal?.wasInDoubt === false;
  if (isRefusal && account === memory.attempts.at(-1)?.account) return payout.become('foundNoRecord', now);
  if (payout.isFinal || !isLong(absence) || mayResend(payout, now)) return;
  payout.needPerson(payout.status === 'unknown' ? 'unknown-outcome' : 'record-missing', now);
}

export function lookUpFailed(payout: Withdrawal, failure: Failure, now: number): void {
  if (payout.isFinal) return; // a person settled it meanwhile
  countLookUp(payout, now);
  payout.note('lookUpFailed', now, failure.type);
  payout.needPerson('look-up-fails', now);
  // That look-ups fail must not hide what they are to settle.
  const isOverdue = payout.status === 'unknown' && now - payout.memory.since >= durations.lookUp.unknown.ms;
  if (isOverdue) payout.needPerson('unknown-outcome', now);
}

/** Whatever the provider says: it can be asked again. */
function answered({ memory }: Withdrawal): void {
  if (memory.attention === 'look-up-fails') delete memory.attention;
}

function countLookUp({ memory, lookUpPurpose }: Withdrawal, now: number): void {
  const round = memory.lookUps.round + 1;
  const age = now - (memory.claim?.since ?? memory.since);
  memory.lookUps = { round, nextAt: now + lookUpDelay(lookUpPurpose, round, age) };
}

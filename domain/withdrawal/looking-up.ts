import type { Failure } from '../failures.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { ProviderRecord } from '../record.js';
import type { WithdrawalRequest } from '../request.js';
import { durations } from '../timeouts/durations.js';
import { isCommitUnsettled } from './sending/committing.js';
import { isFinal, reminderOf } from './lifecycle.js';
import { lookUpPurpose, needPerson, note } from './moves.js';
import { receive } from './records.js';
import { lookUpDelay, reminderDelay } from '../timeouts/schedule.js';
import type { NotFound } from './sending/unknown-outcome.js';
import { countAbsence } from './sending/unknown-outcome.js';
import type { Policy, WithdrawalState } from './state.js';
import { providerIdOf } from './state.js';

/** What a look-up needs. */
export interface LookUpInput {
  request: WithdrawalRequest;
  providerId?: string;
}

export function lookUpInput(state: WithdrawalState): LookUpInput {
  return { request: state.request, ...omitUndefined({ providerId: providerIdOf(state) }) };
}

/** When the next look-up is due; undefined where the provider has none. */
export function lookUpAt({ request, lookUps }: WithdrawalState): number | undefined {
  return capabilities[request.provider].hasLookUp ? lookUps.nextAt : undefined;
}

/** The provider has a record of it. */
export function lookUpFound(
  state: WithdrawalState,
  { record, policy }: { record: ProviderRecord; policy: Policy },
  now: number,
): void {
  state.policy = policy;
  countLookUp(state, now);
  receive(state, record, 'look-up', now);
  providerAnswers(state);
  const { unconfirmed } = state;
  if (!isFinal(state.status) && unconfirmed !== undefined && now - unconfirmed.since >= durations.lookUp.unconfirmed.ms)
    needPerson(state, 'final-unconfirmed', now);
  if (isCommitUnsettled(state, now)) needPerson(state, 'commit-unsettled', now);
}

/** The provider does not know our reference, says the configured answer. That alone ends nothing. */
export function lookUpAbsent(state: WithdrawalState, notFound: NotFound, now: number): void {
  state.policy = notFound.policy;
  countLookUp(state, now);
  providerAnswers(state);
  countAbsence(state, notFound, now);
}

/** The provider could not be asked: that says nothing of the money. */
export function lookUpFailed(state: WithdrawalState, failure: Failure, now: number): void {
  if (isFinal(state.status)) return; // a callback ended it meanwhile
  countLookUp(state, now);
  note(state, 'lookUpFailed', now, { failure: failure.type });
  needPerson(state, 'look-up-fails', now);
  // That look-ups fail must not hide what they are to settle.
  const isOverdue = state.status === 'unknown' && now - state.since >= durations.lookUp.unknown.ms;
  if (isOverdue) needPerson(state, 'unknown-outcome', now);
}

/** Whatever the provider says: it can be asked again. */
function providerAnswers(state: WithdrawalState): void {
  if (state.attention === 'look-up-fails') delete state.attention;
}

function countLookUp(state: WithdrawalState, now: number): void {
  const round = state.lookUps.round + 1;
  const age = now - (state.unconfirmed?.since ?? state.since);
  state.lookUps = { round, nextAt: now + lookUpDelay(lookUpPurpose(state), round, age) };
}

// --- Reminders -------------------------------------------------------------------------------------------------------

/** When a person is to be reminded that it stands still; undefined where nobody is. */
export function reminderAt({ reminders, status, since }: WithdrawalState): number | undefined {
  const delay = reminderDelay(reminderOf(status), reminders);
  return delay === undefined ? undefined : since + delay;
}

export function reminderDue(state: WithdrawalState, now: number): void {
  const isOfOwner = reminderOf(state.status) === 'approval';
  state.reminders += 1;
  if (isOfOwner && state.reminders === 1) return note(state, 'ownerReminded', now);
  note(state, 'overdue', now);
  needPerson(state, isOfOwner ? 'owner-overdue' : 'provider-overdue', now);
}

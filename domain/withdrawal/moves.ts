import type { Attention } from '../attention.js';
import { severity } from '../attention.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { LookUpPurpose } from '../timeouts/schedule.js';
import { lookUpDelay } from '../timeouts/schedule.js';
import type { LifecycleEvent } from './lifecycle.js';
import { isFinal, isHeld, transition } from './lifecycle.js';
import type { Contradiction, TimelineDetail, TimelineEvent, WithdrawalState } from './state.js';

/** What every subject writes into the state: a move, an entry of the timeline, why a person is needed, when to look up next. */

/** Makes the move that the event brings, if it is possible here; a final state never moves. */
export function move(state: WithdrawalState, event: LifecycleEvent, now: number, detail?: TimelineDetail): void {
  const next = transition(state, event);
  if (next === 'contradicts' || next === 'not possible')
    return note(state, 'ignored', now, { ...detail, ignored: event });
  const hasMoved = next.status !== state.status;
  state.status = next.status;
  state.inDoubt = next.inDoubt;
  if (!hasMoved) return;
  note(state, next.status, now, detail);
  state.since = now;
  state.reminders = 0;
  if (isFinal(next.status)) {
    delete state.attention;
    delete state.unconfirmed;
  } else if (!isStillNeeded(state)) {
    delete state.attention;
  }
  // Accepted where no look-up reports the end: from now on it waits for an operator's resolution.
  if (isHeld(next.status) && !capabilities[state.request.provider].hasLookUp) needPerson(state, 'person-confirms', now);
  restartLookUps(state, now);
}

/** What a person is asked about stands, whatever else it waits for meanwhile. */
function isStillNeeded({ attention, hasContradiction, inDoubt }: WithdrawalState): boolean {
  return hasContradiction || attention === 'not-ours' || (attention === 'earlier-run' && inDoubt);
}

export function lookUpPurpose({ unconfirmed, hasContradiction, status }: WithdrawalState): LookUpPurpose {
  if (unconfirmed !== undefined && !hasContradiction) return 'confirm a callback';
  return status === 'unknown' || status === 'awaiting_commit' ? 'settle an unknown outcome' : 'no callback came';
}

/** What stands now is new: looking it up begins anew, soon first. */
export function restartLookUps(state: WithdrawalState, now: number): void {
  state.lookUps = { round: 0, nextAt: now + lookUpDelay(lookUpPurpose(state), 0, 0) };
}

export function note(state: WithdrawalState, event: TimelineEvent, now: number, detail?: TimelineDetail): void {
  const { timeline } = state;
  timeline.push({ at: new Date(now).toISOString(), event, ...omitUndefined({ detail }) });
  if (timeline.length > TIMELINE_LENGTH) timeline.splice(TIMELINE_START, 1);
}

/** Asks for a person, unless one is already needed for a more severe reason. */
export function needPerson(state: WithdrawalState, attention: Attention, now: number): void {
  const standing = state.attention;
  if (standing !== undefined && (standing === attention || severity(standing) > severity(attention))) return;
  state.attention = attention;
  note(state, 'attention', now, { attention });
}

/** Two statuses that the provider reported can’t both hold: from here on only a person ends it. */
export function recordContradiction(state: WithdrawalState, contradiction: Contradiction, now: number): void {
  if (!state.hasContradiction) note(state, 'contradiction', now, { contradiction });
  state.hasContradiction = true;
  needPerson(state, 'contradiction', now);
}

/** A view stays small: the first entries and the latest ones. */
const TIMELINE_LENGTH = 100;
const TIMELINE_START = 20;

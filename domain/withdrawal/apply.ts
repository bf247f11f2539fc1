import type { Failure } from '../failures.js';
import { failures } from '../failures.js';
import type { NoSlotInTime, Slot } from '../rate-limiter.js';
import type { ProviderRecord } from '../record.js';
import { durations } from '../timeouts/durations.js';
import { isUnreadableReason } from '../validation/unreadable.js';
import type { Forgone } from './sending/committing.js';
import { commitFailed, commitForgone, commitStarted, commitSucceeded } from './sending/committing.js';
import type { Accepted, FailedCall } from './sending/creating.js';
import {
  createFailed,
  createStarted,
  createSucceeded,
  endUnsent,
  slotFailed,
  slotGranted,
  slotTooLate,
} from './sending/creating.js';
import { isFinal } from './lifecycle.js';
import type { NotFound } from './sending/unknown-outcome.js';
import { lookUpAbsent, lookUpFailed, lookUpFound, reminderDue } from './looking-up.js';
import { cancelRequestedInTemporal } from './operator-actions/cancel.js';
import { refuseResolutions, settleResolution } from './operator-actions/resolve.js';
import type { ActionRequested } from './operator-actions/table.js';
import { actionRequested, isTaken, settleActions } from './operator-actions/table.js';
import { receive } from './records.js';
import type { Recovery } from './sending/earlier-run.js';
import { recover, takeEarlierRun, takeRun } from './sending/earlier-run.js';
import type { Callback, Policy, ReceivedCallback, UnreadableInput, WithdrawalState } from './state.js';
import { needPerson, note } from './moves.js';

/** All that can happen to a withdrawal. `run`: the run of the workflow that Temporal made the call for. Times are ms since 1970. */
export type WithdrawalEvent =
  // What became of a step (`step.ts`)
  | { type: 'slotGranted'; slot: Slot }
  | ({ type: 'slotTooLate' } & NoSlotInTime)
  | { type: 'slotFailed'; failure: Failure }
  | { type: 'createStarted'; notAfter: number }
  | ({ type: 'createSucceeded' } & Accepted)
  | ({ type: 'createFailed' } & FailedCall)
  | { type: 'commitStarted' }
  | ({ type: 'commitSucceeded' } & Accepted)
  | ({ type: 'commitFailed' } & FailedCall)
  | { type: 'lookUpFound'; record: ProviderRecord; policy: Policy; run: string; askedAt: number }
  | ({ type: 'lookUpAbsent'; run: string } & NotFound)
  | { type: 'lookUpFailed'; failure: Failure; askedAt: number }
  | { type: 'runChecked'; run: string; hasEarlierRun?: boolean }
  | { type: 'runUnchecked' }
  | { type: 'caseOpened'; of: 'forCases' }
  | { type: 'caseOpened'; of: 'receivedCallbacks'; callback: Callback }
  // What time alone brings
  | { type: 'commitForgone'; why: Forgone }
  | { type: 'reminderDue' }
  | { type: 'createCutOff' }
  // What comes from outside
  | { type: 'callbackReceived'; callback: Callback }
  | ActionRequested
  | { type: 'cancelRequestedInTemporal' }
  | ({ type: 'unreadableReceived' } & UnreadableInput)
  // Its workflow's runs, and faults of ours
  | { type: 'recovered'; recovery: Recovery; callbacks: readonly Callback[] }
  | { type: 'continuedAsNew'; run: string }
  | { type: 'faultOccurred'; fault: string };

/**
 * What an event makes of a withdrawal: the only way to write its state. The state given stays as it is; should it throw, by a fault of
 * ours, nothing has happened.
 */
export function apply(before: WithdrawalState, event: WithdrawalEvent, now: number): WithdrawalState {
  if (event.type === 'actionRequested' && isTaken(before, event)) return before;
  const state = copyOf(before);
  if (event.type !== 'faultOccurred' && event.type !== 'unreadableReceived') delete state.pausedUntil;
  // What came while a create was under way is newer than its answer, and says more than its failure.
  const ready = event.type === 'createFailed' ? takeCallbacks(state, now) : state;
  change(ready, event, now);
  if ('failure' in event) noteUnreadableResult(ready, event.failure, now);
  const after = ready.status === 'sending' ? ready : takeCallbacks(ready, now);
  settleActions(after, now);
  return after;
}

function change(state: WithdrawalState, event: WithdrawalEvent, now: number): void {
  switch (event.type) {
    case 'slotGranted':
      return slotGranted(state, event.slot, now);
    case 'slotTooLate':
      return slotTooLate(state, event);
    case 'slotFailed':
      return slotFailed(state, event.failure, now);
    case 'createStarted':
      return createStarted(state, event, now);
    case 'createSucceeded':
      return createSucceeded(state, event, now);
    case 'createFailed':
      return createFailed(state, event, now);
    case 'createCutOff':
      return createFailed(state, { failure: { type: 'CallInterrupted' }, isOver: false }, now);
    case 'commitStarted':
      return commitStarted(state);
    case 'commitSucceeded':
      return commitSucceeded(state, event, now);
    case 'commitFailed':
      return commitFailed(state, event, now);
    case 'commitForgone':
      return commitForgone(state, event.why, now);
    case 'lookUpFound':
      takeRun(state, event.run, now);
      lookUpFound(state, event, now);
      return settleResolution(state, { lookUp: 'found', record: event.record, askedAt: event.askedAt }, now);
    case 'lookUpAbsent':
      takeRun(state, event.run, now);
      lookUpAbsent(state, event, now);
      return settleResolution(state, { lookUp: 'absent', askedAt: event.askedAt }, now);
    case 'lookUpFailed':
      lookUpFailed(state, event.failure, now);
      return settleResolution(state, { lookUp: 'could not ask', askedAt: event.askedAt }, now);
    case 'runChecked':
      takeRun(state, event.run, now);
      if (event.hasEarlierRun === true) takeEarlierRun(state, now);
      endUnsent(state, now);
      return settleResolution(state, { lookUp: 'no look-up', askedAt: now }, now);
    case 'runUnchecked':
      return pauseUnchecked(state, now);
    case 'caseOpened':
      if (event.of === 'forCases') state.forCases.shift();
      else state.receivedCallbacks = withoutOne(state.receivedCallbacks, event.callback);
      return;
    case 'reminderDue':
      return reminderDue(state, now);
    case 'callbackReceived':
      return void state.receivedCallbacks.push({ callback: event.callback });
    case 'actionRequested':
      return actionRequested(state, event, now);
    case 'cancelRequestedInTemporal':
      return cancelRequestedInTemporal(state, now);
    case 'unreadableReceived':
      return unreadableReceived(state, event, now);
    case 'recovered':
      state.receivedCallbacks.push(...event.callbacks.map((callback) => ({ callback })));
      return recover(state, event.recovery, now);
    case 'continuedAsNew':
      state.originalRun = event.run;
      delete state.settlingRun;
      return;
    case 'faultOccurred':
      return pause(state, event.fault, now);
  }
}

/** Temporal did not say whether there was an earlier run: it is asked again after a while. */
function pauseUnchecked(state: WithdrawalState, now: number): void {
  refuseResolutions(state, 'Temporal did not say whether it had an earlier run', now);
  state.pausedUntil = now + durations.retry.afterFault.ms;
  needPerson(state, failures.RunUnchecked.attention, now);
}

/** A fault of our own never ends a withdrawal: it asks for a person, and goes on after a while. */
function pause(state: WithdrawalState, fault: string, now: number): void {
  noteFault(state, fault, now);
  refuseResolutions(state, `the provider was not asked, by ${OWN_FAULT}`, now);
  state.pausedUntil = now + durations.retry.afterFault.ms;
}

/** Each kind is noted once: a fault that comes again and again must not push all else out of the timeline. */
function noteFault(state: WithdrawalState, fault: string, now: number): void {
  if (!state.timeline.some(({ detail }) => detail?.fault === fault)) note(state, 'fault', now, { fault });
  if (!isFinal(state.status)) needPerson(state, 'internal-fault', now);
}

/**
 * What can't be believed changes nothing but that a person is asked, unless one is already: it must hide no other reason. A thousand of them are
 * one line of the timeline. A callback may have been a real one, which was damaged: once, it brings the next look-up forward.
 */
function unreadableReceived(state: WithdrawalState, { what, reason }: UnreadableInput, now: number): void {
  const noted = state.timeline.find(({ event }) => event === 'unreadable');
  const count = (noted?.detail?.unreadable?.count ?? 0) + 1;
  const detail = { unreadable: { what, reason, count } };
  if (noted === undefined) note(state, 'unreadable', now, detail);
  else noted.detail = detail;
  if (isFinal(state.status)) return;
  if (state.attention === undefined) needPerson(state, 'unreadable-input', now);
  if (what === 'callback' && noted === undefined) state.lookUps.nextAt = Math.min(state.lookUps.nextAt, now);
}

/** In place of a call's result or failure came something that can't be believed; its code says why. */
function noteUnreadableResult(state: WithdrawalState, { type, code }: Failure, now: number): void {
  if (type === 'UnreadableResult' && isUnreadableReason(code))
    unreadableReceived(state, { what: 'result', reason: code }, now);
}

/** Takes in the callbacks that have come. One that a fault of ours breaks stays, and is tried again with the next event. */
function takeCallbacks(state: WithdrawalState, now: number): WithdrawalState {
  if (state.receivedCallbacks.length === 0) return state;
  let taken: WithdrawalState = { ...state, receivedCallbacks: [] };
  const broken: ReceivedCallback[] = [];
  for (const { callback } of state.receivedCallbacks) {
    const next = copyOf(taken);
    try {
      receive(next, callback.record, 'callback', now);
      taken = next;
    } catch (fault) {
      broken.push({ callback, fault: nameOf(fault) });
      noteFault(taken, nameOf(fault), now);
    }
  }
  taken.receivedCallbacks = broken;
  return taken;
}

/** One that was taken in after all, while its case was being opened, is there no more. */
function withoutOne(receivedCallbacks: readonly ReceivedCallback[], taken: Callback): ReceivedCallback[] {
  const content = JSON.stringify(taken);
  const place = receivedCallbacks.findIndex(({ callback }) => JSON.stringify(callback) === content);
  return receivedCallbacks.filter((_, index) => index !== place);
}

/** What is said of a fault of ours where only its kind may be known. */
export const OWN_FAULT = 'a fault of Outflow’s own: the worker’s log names it';

/** The faults that keep callbacks from being taken in, and didn't before. */
export function newFaults(before: WithdrawalState, { receivedCallbacks }: WithdrawalState): string[] {
  const known = new Set(
    before.receivedCallbacks.filter(({ fault }) => fault !== undefined).map(({ callback }) => JSON.stringify(callback)),
  );
  return receivedCallbacks.flatMap(({ callback, fault }) => (known.has(JSON.stringify(callback)) ? [] : (fault ?? [])));
}

/** The kind of a fault: its message may hold values. */
export function nameOf(fault: unknown): string {
  return fault instanceof Error ? fault.name : typeof fault;
}

/** Plain JSON, so that copying it is this. */
function copyOf(state: WithdrawalState): WithdrawalState {
  return JSON.parse(JSON.stringify(state)) as WithdrawalState;
}

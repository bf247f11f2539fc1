import type { Callback, RecordForCase, WithdrawalState } from './state.js';
import type { WithdrawalEvent } from './apply.js';
import type { CommitInput } from './sending/committing.js';
import { forgoneFor } from './sending/committing.js';
import type { AcquireSlotInput, CreateInput } from './sending/creating.js';
import { acquireSlotInput, createInput, isEndDue, needsSlot } from './sending/creating.js';
import { isFinal, isHeld } from './lifecycle.js';
import type { LookUpInput } from './looking-up.js';
import { lookUpAt, lookUpInput, reminderAt } from './looking-up.js';
import { mayResend, resendAt } from './sending/unknown-outcome.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import { providerIdOf, sendByOf } from './state.js';

/** What is to be done now. The calls carry their activity's input. Times are ms since 1970. */
export type Step =
  /** Ask the provider's rate limiter when it may be sent. */
  | { do: 'acquireSlot'; input: AcquireSlotInput }
  /** One attempt to create it at the provider. */
  | { do: 'create'; input: CreateInput }
  /** Confirm what was created, within the provider's window. */
  | { do: 'commit'; input: CommitInput }
  /** Ask the provider what it knows of it. `forPerson`: somebody waits for the answer. */
  | { do: 'lookUp'; input: LookUpInput; forPerson: boolean }
  /** Make sure that this is the run its history was written for, before an end that rests on nothing having been sent. */
  | { do: 'checkRun' }
  /** Give a callback that no open withdrawal can take to a person. */
  | { do: 'openCase'; of: 'forCases'; case: RecordForCase }
  | { do: 'openCase'; of: 'receivedCallbacks'; case: Callback }
  /** Time alone has brought this about. */
  | { do: 'apply'; event: WithdrawalEvent }
  /** Nothing until then, unless something comes from outside. Without a time, only that ends it. */
  | { do: 'wait'; until?: number }
  /** The money's fate is final. */
  | { do: 'end' };

/** The story of a withdrawal: what is next. */
export function nextStep(state: WithdrawalState, now: number): Step {
  if (state.pausedUntil !== undefined && now < state.pausedUntil) return { do: 'wait', until: state.pausedUntil };
  const step = stepOfPayout(state, now);
  const [forCase] = state.forCases;
  // A case holds nothing up: a commit has its window, and what keeps one from being opened may last.
  const isFree = step.do === 'wait' || step.do === 'end';
  return forCase !== undefined && isFree ? { do: 'openCase', of: 'forCases', case: forCase } : step;
}

/** The same, but for the records that are to become cases. */
function stepOfPayout(state: WithdrawalState, now: number): Step {
  const commits = state.status === 'awaiting_commit' ? commit(state, now) : undefined;
  // A person can wait for their answer, its window can't.
  if (state.resolving.length > 0 && !isFinal(state.status) && commits?.do !== 'commit') return askForPerson(state);

  const { status } = state;
  if (isFinal(status)) return end(state);
  if (isHeld(status)) return commits ?? listen(state, now);
  switch (status) {
    case 'received':
    case 'waiting':
      return send(state, now);
    case 'sending': // a fault of ours broke the attempt off
      return { do: 'apply', event: { type: 'createCutOff' } };
    case 'unknown':
      return mayResend(state, now) ? create(state, now) : listen(state, now);
  }
}

/** Nothing of it is at the provider yet: it waits for funds, credentials, a connection or its slot, and is sent until `sendBy`. */
function send(state: WithdrawalState, now: number): Step {
  if (isEndDue(state, now)) return { do: 'checkRun' };
  const { nextAt } = state.tries;
  if (state.status === 'waiting' && now < nextAt) return { do: 'wait', until: Math.min(nextAt, sendByOf(state)) };
  return needsSlot(state) ? { do: 'acquireSlot', input: acquireSlotInput(state) } : create(state, now);
}

function create(state: WithdrawalState, now: number): Step {
  return { do: 'create', input: createInput(state, now) };
}

/** A created withdrawal is committed, or left to expire: over `maxCharge`, or too late. A lost answer is settled by reading, never by committing again. */
function commit(state: WithdrawalState, now: number): Step | undefined {
  const providerId = providerIdOf(state);
  if (state.commit?.state !== 'open' || providerId === undefined) return undefined;
  const why = forgoneFor(state, now);
  if (why !== undefined) return { do: 'apply', event: { type: 'commitForgone', why } };
  const { request, originalRun, settlingRun } = state;
  const { withdrawalId } = request;
  const input = { withdrawalId, providerId, notAfter: state.commit.commitBy, originalRun };
  return { do: 'commit', input: { ...input, ...omitUndefined({ settlingRun }) } };
}

/** Callbacks and look-ups bring the same record; reminders call for a person when neither brings any. */
function listen(state: WithdrawalState, now: number): Step {
  const [lookUp, reminder, resend] = [lookUpAt(state), reminderAt(state), resendAt(state)];
  if (lookUp !== undefined && now >= lookUp) return { do: 'lookUp', input: lookUpInput(state), forPerson: false };
  if (reminder !== undefined && now >= reminder) return { do: 'apply', event: { type: 'reminderDue' } };
  const times = [lookUp, reminder, resend].filter((time) => time !== undefined).filter((time) => time > now);
  return times.length === 0 ? { do: 'wait' } : { do: 'wait', until: Math.min(...times) };
}

/** Before an operator's resolution is taken, the provider is asked once more; where it can't be, that this is the run which may end it. */
function askForPerson(state: WithdrawalState): Step {
  const { hasLookUp } = capabilities[state.request.provider];
  return hasLookUp ? { do: 'lookUp', input: lookUpInput(state), forPerson: true } : { do: 'checkRun' };
}

/** A callback that a fault of ours kept from being taken in is for a person, too. */
function end({ receivedCallbacks: [broken] }: WithdrawalState): Step {
  return broken === undefined ? { do: 'end' } : { do: 'openCase', of: 'receivedCallbacks', case: broken.callback };
}

/**
 * May its workflow go on in a new run, with a fresh history? Not with a send under way, nor while a person waits for an answer, nor right
 * after a fault, which may have come of trying to.
 */
export function mayContinueAsNew({ status, resolving, pausedUntil }: WithdrawalState): boolean {
  return !isFinal(status) && status !== 'sending' && resolving.length === 0 && pausedUntil === undefined;
}

/**
 * Has something come meanwhile that makes another step the next one? A wait, and waiting for a slot, end by whatever changes what is next;
 * a look-up only for a commit or a person, who can't wait for it; a create or a commit never. It is judged by when the step was decided:
 * time alone overtakes nothing, for the moment of an update that is refused stands in no history, and a replay would not do what was
 * begun in it.
 */
export function isOvertaken(step: Step, state: WithdrawalState, decidedAt: number): boolean {
  if (step.do !== 'wait' && step.do !== 'acquireSlot' && step.do !== 'lookUp') return false;
  const next = stepOrFault(state, decidedAt);
  if (next === 'fault') return true;
  if (step.do === 'wait') return next.do !== 'wait' || next.until !== step.until;
  if (step.do === 'acquireSlot') return next.do !== 'acquireSlot';
  return next.do === 'commit' || (next.do === 'lookUp' && next.forPerson && !step.forPerson);
}

/** A fault of ours in deciding it is met where steps are decided: thrown while a workflow waits, it would block it. */
function stepOrFault(state: WithdrawalState, now: number): Step | 'fault' {
  try {
    return nextStep(state, now);
  } catch {
    return 'fault';
  }
}

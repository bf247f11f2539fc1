import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import type { ProviderRecord } from '../record.js';
import { contradictsItself, isFinalWord } from '../record.js';
import { reminderDelay } from '../timeouts/schedule.js';
import { fieldsOf } from '../validation/fields.js';
import { isCommitUnsettled, mayBeCommitted } from './committing.js';
import type { Status } from './lifecycle.js';
import { isFinal, isReadyToSend, reminderOf, transition } from './lifecycle.js';
import { move, needPerson, note } from './moves.js';
import { quietFrom } from './resending.js';
import type { PendingResolution, WithdrawalState } from './state.js';

/** Who acts, and why: kept in the timeline, so no personal data but the names of who acted. */
export interface ActionRequest {
  /** The person's name, or a name that stands for them. */
  by: string;
  /** For whom they act, where it is somebody else. */
  onBehalfOf?: string;
  reason: string;
}

export interface OperatorAction extends ActionRequest {
  /** Chosen by who sends it: the same action sent again is not taken twice. */
  id: string;
}

/** What a person found out about the money, and what shows it. */
export type ResolutionRequest = ActionRequest & {
  /** What shows it: a support ticket, a line of the provider's dashboard, a block explorer's page. */
  evidence: string;
} & ({ outcome: 'confirmed'; txid: string } | { outcome: 'notPaid' });

export type Resolution = OperatorAction & ResolutionRequest;

/** An action as the timeline keeps it. */
export type ActionNote = OperatorAction & {
  type: 'cancel' | 'retryNow' | 'resolve' | 'recover';
  outcome?: Resolution['outcome'];
  evidence?: string;
};

/** What a look-up came to: a record, that there is none, that the provider could not be asked, or that it has no look-up. */
export type LookUpOutcome = 'found' | 'absent' | 'could not ask' | 'no look-up';

/** What an action came to. `refused`: why it was not taken. */
export interface ActionAnswer {
  id: string;
  status: Status;
  refused?: string;
  /** For a resolution: what the provider was found to say before it. */
  lookUp?: LookUpOutcome;
}

/** What an action with this id came to; undefined while that is not decided. */
export function answerTo({ answers }: WithdrawalState, id: string): ActionAnswer | undefined {
  return answers.find((answer) => answer.id === id);
}

/** Was an action with this id taken already, whether or not it is decided what it came to? */
export function isTaken(state: WithdrawalState, id: string): boolean {
  const { cancel, resolving } = state;
  const isWanted = cancel?.by === 'operator' && cancel.actions.some((action) => action.id === id);
  return isWanted || resolving.some(({ action }) => action.id === id) || answerTo(state, id) !== undefined;
}

function answer(state: WithdrawalState, id: string, rest: Omit<ActionAnswer, 'id' | 'status'> = {}): void {
  state.answers = [...state.answers.slice(1 - ANSWERS_KEPT), { id, status: state.status, ...rest }];
}

const ANSWERS_KEPT = 50;

// --- Their form ------------------------------------------------------------------------------------------------------

/** The longest text of an action. */
const LONGEST_TEXT = 500;
const ACTION_TEXTS = ['id', 'by', 'reason'] as const;

/** What is wrong with the form of an action; nothing if all is there. */
export function actionFormProblem(action: unknown): string | undefined {
  return textProblem(action, ACTION_TEXTS);
}

/** The same of a resolution. */
export function resolutionFormProblem(action: unknown): string | undefined {
  const problem = textProblem(action, [...ACTION_TEXTS, 'evidence']);
  if (problem !== undefined) return problem;
  const { outcome, txid } = fieldsOf(action) ?? {};
  if (outcome === 'notPaid') return undefined;
  if (outcome !== 'confirmed') return 'outcome: must be confirmed or notPaid.';
  // Of every chain: hexadecimal, base58 or base64, and never with a blank in it.
  const isTxid = typeof txid === 'string' && /^[\w+/=:-]{10,128}$/.test(txid);
  return isTxid ? undefined : 'txid: must be the transaction’s id on its chain, 10 to 128 characters without blanks.';
}

function textProblem(action: unknown, texts: readonly string[]): string | undefined {
  const fields = fieldsOf(action) ?? {};
  const optional = fields['onBehalfOf'] === undefined ? [] : ['onBehalfOf'];
  const wrong = [...texts, ...optional].filter((name) => !isText(fields[name]));
  return wrong.length > 0 ? `${wrong.join(', ')}: must be 1 to ${LONGEST_TEXT} characters, not blank.` : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
}

/** An action without what else was sent with it. */
export function noteOf({ id, by, onBehalfOf, reason }: OperatorAction): OperatorAction {
  return { id, by, reason, ...omitUndefined({ onBehalfOf }) };
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

// --- Cancel ----------------------------------------------------------------------------------------------------------

/** Why it can't be cancelled now; nothing if it can: every attempt is proven unsent or refused, and none is under way. */
export function cancelProblem(state: WithdrawalState): string | undefined {
  if (!isFinal(state.status) && transition(state, 'cancelRequested') !== 'not possible') return undefined;
  const when = 'only before it is sent, or while it waits to be sent again, with no earlier attempt in doubt';
  return `it can't be cancelled while ${state.status}: ${when}`;
}

/** From here on nothing is sent; it ends once it is sure that nothing was. */
export function cancelRequested(state: WithdrawalState, action: OperatorAction, now: number): void {
  const refused = cancelProblem(state);
  if (refused !== undefined) return answer(state, action.id, { refused });
  // Another operator may want the same, and is answered, too.
  const others = state.cancel?.by === 'operator' ? state.cancel.actions : [];
  state.cancel = { by: 'operator', actions: [...others, action] };
  note(state, 'cancelRequested', now, { action: { ...noteOf(action), type: 'cancel' } });
}

/** Temporal's own cancel request: nothing is sent any more, if nothing that was sent stands against it. */
export function cancelRequestedInTemporal(state: WithdrawalState, now: number): void {
  if (state.cancel !== undefined) return;
  state.cancel = { by: 'temporal' };
  note(state, 'cancelRequested', now);
}

export function cancelIfWanted(state: WithdrawalState, now: number): void {
  const { cancel } = state;
  if (cancel === undefined || cancelProblem(state) !== undefined) return;
  const [first] = cancel.by === 'operator' ? cancel.actions : [];
  const message = first === undefined ? 'Temporal’s cancel request' : `${first.by}: ${first.reason}`;
  // Why it ended: no longer what it waited for.
  state.error = { type: 'Cancelled', certainty: 'not-sent', message };
  move(state, 'cancelRequested', now);
}

/** An operator's cancel is answered as soon as it is decided; what turned out to be impossible is wanted no more. */
export function settleCancel(state: WithdrawalState, now: number): void {
  const { cancel } = state;
  if (cancel?.by !== 'operator') return;
  const refused = state.status === 'cancelled' ? undefined : cancelProblem(state);
  if (state.status !== 'cancelled' && refused === undefined) return;
  if (refused !== undefined) delete state.cancel;
  for (const action of cancel.actions.filter(({ id }) => answerTo(state, id) === undefined)) {
    if (refused !== undefined) note(state, 'cancelRefused', now, { action: { ...noteOf(action), type: 'cancel' } });
    answer(state, action.id, omitUndefined({ refused }));
  }
}

// --- Retry now -------------------------------------------------------------------------------------------------------

/** Why no wait can be ended now; nothing if one can. */
export function retryNowProblem({ status, slot, request }: WithdrawalState): string | undefined {
  const nothing = 'there is nothing to retry';
  if (isFinal(status)) return `${nothing}: it has ended (${status})`;
  if (status === 'received' || status === 'sending') return `${nothing}: it is being sent`;
  if (status === 'waiting' && slot !== undefined) return `${nothing}: it has its slot, which can’t come sooner`;
  const { title, hasLookUp } = capabilities[request.provider];
  if (status !== 'waiting' && !hasLookUp)
    return `${nothing}: ${title} documents no look-up, so only a person can ask there`;
  return undefined;
}

/**
 * Ends a wait, or brings the next look-up forward. Past an unknown outcome nothing is sent the sooner by it; but where Outflow sends
 * nothing by itself any more, it lets the next resend go out once the reference is proven absent.
 */
export function retryRequested(state: WithdrawalState, action: OperatorAction, now: number): void {
  const refused = retryNowProblem(state);
  if (refused !== undefined) return answer(state, action.id, { refused });
  note(state, 'retryRequested', now, { action: { ...noteOf(action), type: 'retryNow' } });
  if (state.status === 'waiting') state.tries.nextAt = now;
  else state.lookUps.nextAt = now;
  if (state.status === 'unknown') state.isResendReleased = true;
  answer(state, action.id);
}

// --- Resolve ---------------------------------------------------------------------------------------------------------

/** Why a person can't settle it so now; nothing if they can. */
export function resolveProblem(
  state: WithdrawalState,
  action: Pick<Resolution, 'outcome'>,
  now: number,
): string | undefined {
  const problem = obstacleTo(state, action, now);
  return problem === undefined ? undefined : `it can’t be resolved: ${problem}`;
}

function obstacleTo(state: WithdrawalState, { outcome }: Pick<Resolution, 'outcome'>, now: number): string | undefined {
  const { status, inDoubt } = state;
  if (isFinal(status)) return `it has ended (${status}), and final never changes`;
  if (status === 'sending') return 'it is being sent just now';
  if (status === 'awaiting_commit' && !isCommitUnsettled(state, now))
    return 'its commit window is open: within a minute it is paid, expired or asks for a person';
  if (isReadyToSend(status) && !inDoubt) return 'nothing was sent: cancel it instead';
  const quiet = quietFrom(state);
  if (outcome === 'notPaid' && quiet !== undefined && now < quiet) {
    const until = new Date(quiet).toISOString();
    return `a worker that did not report may still be sending it; from ${until} on that is ruled out: repeat it then`;
  }
  return undefined;
}

/** A person's word waits until the provider has been asked once more. */
export function resolveRequested(state: WithdrawalState, action: Resolution, now: number): void {
  const refused = obstacleTo(state, action, now);
  if (refused !== undefined) answer(state, action.id, { refused });
  else state.resolving.push({ action, since: now });
}

/** What the provider was found to say, for a person's word that waits for it. */
export type ProviderWord = { askedAt: number } & (
  { lookUp: 'found'; record: ProviderRecord } | { lookUp: Exclude<LookUpOutcome, 'found'> }
);

/** The provider has been asked: the person's word is taken, or refused because something contradicts it. */
export function settleResolution(state: WithdrawalState, word: ProviderWord, now: number): void {
  const [pending] = state.resolving;
  // What was asked before the person acted is not the one more look that their word waits for.
  if (pending === undefined || word.askedAt < pending.since) return;
  // The run was checked for another reason: the provider is still to be asked.
  if (word.lookUp === 'no look-up' && capabilities[state.request.provider].hasLookUp) return;
  state.resolving.shift();
  const { action } = pending;
  // The look-up or a callback may have settled it meanwhile.
  const refused =
    obstacleTo(state, action, now) ?? contradictionWith(state, action, word, now) ?? overtaken(state, pending, word);
  if (refused === undefined) resolve(state, action, now);
  answer(state, action.id, { lookUp: word.lookUp, ...omitUndefined({ refused }) });
}

/** Nobody's word is taken that still waits. */
export function refuseResolutions(state: WithdrawalState, refused: string): void {
  for (const { action } of state.resolving.splice(0)) answer(state, action.id, { refused });
}

/** What speaks against a person's word: a verified callback, what a look-up found, or that the provider could not be asked. */
function contradictionWith(
  state: WithdrawalState,
  { outcome }: Resolution,
  word: ProviderWord,
  now: number,
): string | undefined {
  const { claim, contested } = state;
  const agrees = (record: ProviderRecord) => (record.meaning === 'confirmed') === (outcome === 'confirmed');
  if (claim !== undefined && isFinalWord(claim.record) && !agrees(claim.record) && !contested)
    return `a verified callback says ${claim.record.providerStatus}`;
  if (word.lookUp === 'could not ask')
    return 'the provider could not be asked, and it may have a record that says otherwise: repeat it once its look-up answers';
  if (word.lookUp !== 'found' || contradictsItself(word.record)) return undefined;
  const { record } = word;
  const says = `the provider’s look-up says ${record.providerStatus}`;
  if (isFinalWord(record)) return agrees(record) ? undefined : says;
  const mayStillPay = outcome === 'notPaid' && (!isCommitUnsettled(state, now) || mayBeCommitted(state, record));
  return mayStillPay ? `${says}: it may still pay` : undefined;
}

/** It went on in the moment of the action or after it, so that the person can't have known; a look-up that found nothing says nothing of that. */
function overtaken(
  { status, since }: WithdrawalState,
  pending: PendingResolution,
  { lookUp }: ProviderWord,
): string | undefined {
  if (since < pending.since || lookUp === 'found') return undefined;
  return `it went on while the provider was asked (now ${status}): look at it again, and repeat it`;
}

/** Settles it on a person's word. */
function resolve(state: WithdrawalState, resolution: Resolution, now: number): void {
  const { reason, evidence, outcome } = resolution;
  const action = { ...noteOf(resolution), type: 'resolve', outcome, evidence } as const;
  note(state, 'resolved', now, { action });
  if (outcome === 'confirmed') {
    state.resolvedTxid = resolution.txid;
    delete state.error;
  } else {
    state.error = { type: 'NotPaid', certainty: 'refused', message: reason };
  }
  move(state, outcome === 'confirmed' ? 'personConfirmed' : 'personNotPaid', now, { action });
}

import { capabilities } from '../../providers/index.js';
import type { ProviderRecord } from '../../record.js';
import { contradictsItself, hasFinalMeaning } from '../../record.js';
import { fieldsOf } from '../../validation/fields.js';
import { isCommitUnsettled, mayBeCommitted } from '../sending/committing.js';
import { isFinal, isReadyToSend } from '../lifecycle.js';
import { move, note } from '../moves.js';
import { quietFrom } from '../sending/unknown-outcome.js';
import type { PendingResolution, WithdrawalState } from '../state.js';
import type { ActionRequest, ActionRule, LookUpOutcome, OperatorAction } from './action.js';
import { answer, noteOf, plainAction, refuse, textProblem } from './action.js';

/** What a person found out about the money, and what shows it. */
export type ResolutionRequest = ActionRequest & {
  /** What shows it: a support ticket, a line of the provider's dashboard, a block explorer's page. */
  evidence: string;
} & ({ outcome: 'confirmed'; txid: string } | { outcome: 'notPaid' });

export type Resolution = OperatorAction & ResolutionRequest;

/** A person's resolution waits until the provider has been asked once more. */
export const resolve: ActionRule<Resolution> = {
  formProblem: resolutionFormProblem,
  own: ownResolution,
  problem(state, action, now) {
    const obstacle = obstacleTo(state, action, now);
    return obstacle === undefined ? undefined : `it can’t be resolved: ${obstacle}`;
  },
  take: (state, action, now) => void state.resolving.push({ action, since: now }),
  undecided: ({ resolving }) => resolving.map(({ action }) => action),
  settle(state, now) {
    if (isFinal(state.status)) refuseResolutions(state, hasEnded(state), now);
  },
};

function resolutionFormProblem(action: unknown): string | undefined {
  const problem = textProblem(action, ['evidence']);
  if (problem !== undefined) return problem;
  const { outcome, txid } = fieldsOf(action) ?? {};
  if (outcome === 'notPaid') return undefined;
  if (outcome !== 'confirmed') return 'outcome: must be confirmed or notPaid.';
  // Of every chain: hexadecimal, base58 or base64, and never with a blank in it.
  const isTxid = typeof txid === 'string' && /^[\w+/=:-]{10,128}$/.test(txid);
  return isTxid ? undefined : 'txid: must be the transaction’s id on its chain, 10 to 128 characters without blanks.';
}

function ownResolution(resolution: Resolution): Resolution {
  const { evidence } = resolution;
  const own = { ...plainAction(resolution), evidence };
  return resolution.outcome === 'confirmed'
    ? { ...own, outcome: resolution.outcome, txid: resolution.txid }
    : { ...own, outcome: resolution.outcome };
}

function hasEnded({ status }: WithdrawalState): string {
  return `it has ended (${status}), and final never changes`;
}

/** What stands against settling it by hand now; nothing if nothing does. */
function obstacleTo(state: WithdrawalState, { outcome }: Pick<Resolution, 'outcome'>, now: number): string | undefined {
  const { status, inDoubt } = state;
  if (isFinal(status)) return hasEnded(state);
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

/** What the provider was found to say, for a resolution that waits for it. */
export type ProviderCheck = { askedAt: number } & (
  { lookUp: 'found'; record: ProviderRecord } | { lookUp: Exclude<LookUpOutcome, 'found'> }
);

/** The provider has been asked: the resolution takes effect, or is refused because something contradicts it. */
export function settleResolution(state: WithdrawalState, check: ProviderCheck, now: number): void {
  const [pending] = state.resolving;
  // What was asked before the person acted is not the one more look that it waits for.
  if (pending === undefined || check.askedAt < pending.since) return;
  // The run was checked for another reason: the provider is still to be asked.
  if (check.lookUp === 'no look-up' && capabilities[state.request.provider].hasLookUp) return;
  state.resolving.shift();
  const { action } = pending;
  // The look-up or a callback may have settled it meanwhile.
  const refused =
    obstacleTo(state, action, now) ?? contradictionWith(state, action, check, now) ?? overtaken(state, pending, check);
  const { lookUp } = check;
  if (refused !== undefined) return refuse(state, 'resolve', action, { refused, lookUp }, now);
  takeEffect(state, action, now);
  answer(state, 'resolve', action.id, { lookUp });
}

/** Refuses all that still wait for the provider to be asked. */
export function refuseResolutions(state: WithdrawalState, refused: string, now: number): void {
  for (const { action } of state.resolving.splice(0)) refuse(state, 'resolve', action, { refused }, now);
}

/** What speaks against a resolution: a verified callback, what a look-up found, or that the provider could not be asked. */
function contradictionWith(
  state: WithdrawalState,
  { outcome }: Resolution,
  check: ProviderCheck,
  now: number,
): string | undefined {
  const { unconfirmed, hasContradiction } = state;
  const agrees = (record: ProviderRecord) => (record.meaning === 'confirmed') === (outcome === 'confirmed');
  if (
    unconfirmed !== undefined &&
    hasFinalMeaning(unconfirmed.record) &&
    !agrees(unconfirmed.record) &&
    !hasContradiction
  )
    return `a verified callback says ${unconfirmed.record.providerStatus}`;
  if (check.lookUp === 'could not ask')
    return 'the provider could not be asked, and it may have a record that says otherwise: repeat it once its look-up answers';
  if (check.lookUp !== 'found' || contradictsItself(check.record)) return undefined;
  const { record } = check;
  const says = `the provider’s look-up says ${record.providerStatus}`;
  if (hasFinalMeaning(record)) return agrees(record) ? undefined : says;
  const mayStillPay = outcome === 'notPaid' && (!isCommitUnsettled(state, now) || mayBeCommitted(state, record));
  return mayStillPay ? `${says}: it may still pay` : undefined;
}

/** It went on in the moment of the action or after it, so that the person can't have known; a look-up that found nothing says nothing of that. */
function overtaken(
  { status, since }: WithdrawalState,
  pending: PendingResolution,
  { lookUp }: ProviderCheck,
): string | undefined {
  if (since < pending.since || lookUp === 'found') return undefined;
  return `it went on while the provider was asked (now ${status}): look at it again, and repeat it`;
}

/** Settles it as the person says. */
function takeEffect(state: WithdrawalState, resolution: Resolution, now: number): void {
  const { reason, outcome } = resolution;
  const action = noteOf('resolve', resolution);
  note(state, 'resolved', now, { action });
  if (outcome === 'confirmed') {
    state.resolvedTxid = resolution.txid;
    delete state.error;
  } else {
    state.error = { type: 'NotPaid', certainty: 'refused', message: reason };
  }
  move(state, outcome === 'confirmed' ? 'personConfirmed' : 'personNotPaid', now, { action });
}

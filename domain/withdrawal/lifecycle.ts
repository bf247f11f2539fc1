/** The life of a withdrawal: where the money is, and what each event makes of that. The picture of it is in README.md. */

export const finalStatuses = ['confirmed', 'declined', 'cancelled', 'refused', 'expired'] as const;
export type FinalStatus = (typeof finalStatuses)[number];

/** What a provider's record may say while it is not final. */
export const heldStatuses = ['awaiting_commit', 'processing', 'awaiting_approval', 'on_hold'] as const;
export type HeldStatus = (typeof heldStatuses)[number];

export const statuses = ['received', 'waiting', 'sending', 'unknown', ...heldStatuses, ...finalStatuses] as const;
export type Status = (typeof statuses)[number];

export interface LifecycleState {
  status: Status;
  /**
   * An attempt to create it may have reached the provider, and nothing has settled whether it did. While in doubt, a later
   * refusal or a passed deadline ends nothing: it speaks only for its own attempt.
   */
  inDoubt: boolean;
}

export const lifecycleEvents = [
  /** The request breaks a rule; nothing was sent. */
  'requestInvalid',
  /** It can't be sent yet: its slot comes later, or none could be had. */
  'sendDelayed',
  /** An attempt to create it at the provider begins. */
  'sendStarted',
  /** That attempt is proven unsent, or refused for now. */
  'sendPostponed',
  /** That attempt is refused for good. */
  'sendRefused',
  /** A look-up shows that a refusal has left no record. */
  'foundNoRecord',
  /** That attempt may have reached the provider. */
  'sendLost',
  /** An earlier run of its workflow, forgotten by this one, may have sent it. */
  'earlierRunFound',
  /** `sendBy` has passed. */
  'deadlinePassed',
  /** The app, or Temporal's own cancel request, wants it cancelled. */
  'cancelRequested',
  /** The commit window has closed with no commit ever started, and the provider agrees. */
  'windowClosed',
  /** The provider's record says … */
  'foundAwaitingCommit',
  'foundProcessing',
  'foundAwaitingApproval',
  'foundOnHold',
  'foundConfirmed',
  'foundDeclined',
  'foundCancelled',
  /** A person says, with evidence, … */
  'personConfirmed',
  'personNotPaid',
] as const;
export type LifecycleEvent = (typeof lifecycleEvents)[number];

/** A state, or why there is no new one: the event is not possible here, or it contradicts a final state. */
export type Transition = LifecycleState | 'not possible' | 'contradicts';

export function isFinal(status: Status): status is FinalStatus {
  return (finalStatuses as readonly Status[]).includes(status);
}

/** Nothing of it is on its way, and the provider is not known to have it. */
export function isReadyToSend(status: Status): boolean {
  return status === 'received' || status === 'waiting';
}

/** The provider has it, and has not ended it. */
export function isHeld(status: Status): status is HeldStatus {
  return (heldStatuses as readonly Status[]).includes(status);
}

export function transition(state: LifecycleState, event: LifecycleEvent): Transition {
  if (isFinal(state.status)) return afterTheEnd(state, event);
  const { status, inDoubt } = state;
  const readyToSend = isReadyToSend(status);
  switch (event) {
    case 'requestInvalid':
      return status === 'received' ? settled('refused') : 'not possible';
    case 'sendDelayed':
      return readyToSend ? { status: 'waiting', inDoubt } : 'not possible';
    case 'sendStarted':
      return readyToSend || status === 'unknown' ? { status: 'sending', inDoubt } : 'not possible';
    case 'sendPostponed':
      // While an earlier attempt is in doubt, each further one needs proof anew that nothing is there.
      if (status !== 'sending') return 'not possible';
      return inDoubt ? { status: 'unknown', inDoubt } : { status: 'waiting', inDoubt };
    case 'sendRefused':
      if (status !== 'sending') return 'not possible';
      return inDoubt ? { status: 'unknown', inDoubt } : settled('refused');
    case 'foundNoRecord':
      return status === 'unknown' ? settled('refused') : 'not possible';
    case 'sendLost':
      return status === 'sending' ? { status: 'unknown', inDoubt: true } : 'not possible';
    case 'earlierRunFound':
      return readyToSend || status === 'sending' || status === 'unknown'
        ? { status: 'unknown', inDoubt: true }
        : 'not possible';
    case 'deadlinePassed':
      if (!readyToSend) return 'not possible';
      return inDoubt ? { status: 'unknown', inDoubt } : settled('expired');
    case 'cancelRequested':
      return readyToSend && !inDoubt ? settled('cancelled') : 'not possible';
    case 'windowClosed':
      return status === 'awaiting_commit' ? settled('expired') : 'not possible';
    case 'foundAwaitingCommit':
      return isBeyondCommit(status) ? 'not possible' : settled('awaiting_commit');
    case 'foundProcessing':
      return settled('processing');
    case 'foundAwaitingApproval':
      return settled('awaiting_approval');
    case 'foundOnHold':
      return settled('on_hold');
    case 'foundConfirmed':
    case 'personConfirmed':
      return settled('confirmed');
    case 'foundDeclined':
      return settled('declined');
    case 'foundCancelled':
    case 'personNotPaid':
      return settled('cancelled');
  }
}

function settled(status: Status): LifecycleState {
  return { status, inDoubt: false };
}

/** The provider never takes a committed withdrawal back into its window. */
function isBeyondCommit(status: Status): boolean {
  return status === 'processing' || status === 'awaiting_approval' || status === 'on_hold';
}

/**
 * Final never changes. The same word again is nothing new; nor is `cancelled` or `declined` of what was never paid anyway. Any other
 * final word is a contradiction, and so is one that still works on what we hold for refused or expired.
 */
function afterTheEnd(state: LifecycleState, event: LifecycleEvent): Transition {
  const isUnsent = state.status === 'refused' || state.status === 'expired';
  const said = finalWord(event);
  if (said === undefined) return isUnsent && isAtWork(event) ? 'contradicts' : 'not possible';
  const agrees = said === state.status || (isUnsent && said !== 'confirmed');
  return agrees ? state : 'contradicts';
}

function isAtWork(event: LifecycleEvent): boolean {
  return event === 'foundProcessing' || event === 'foundAwaitingApproval' || event === 'foundOnHold';
}

function finalWord(event: LifecycleEvent): FinalStatus | undefined {
  switch (event) {
    case 'foundConfirmed':
    case 'personConfirmed':
      return 'confirmed';
    case 'foundDeclined':
      return 'declined';
    case 'foundCancelled':
    case 'personNotPaid':
      return 'cancelled';
    default:
      return undefined;
  }
}

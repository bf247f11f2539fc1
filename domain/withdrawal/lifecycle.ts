import type { Reminder } from '../timeouts/schedule.js';

/** The life of a withdrawal: where the money is, and what each event makes of that. The picture of it is in README.md. */

// --- The statuses ----------------------------------------------------------------------------------------------------

/** No record of the provider’s is known. */
interface BeforeRecord {
  stage: 'before record';
  /** Nothing of it is on its way. */
  readyToSend: boolean;
}

/** The provider has it, and has not ended it. */
type Held = {
  stage: 'held';
  /** The event that a record which says so is. */
  found: `found${string}`;
  /** What it waits for, for people; `provider` is its title. */
  waitsFor: (provider: string) => string;
} & Progress;

/**
 * How far the provider has come with it: a callback that says less is old, and of two statuses of stage 2 either may come first. Before its
 * commit (0) its window ends the wait; later a person is asked about one that stands still.
 */
type Progress = { progress: 0; reminder: 'none' } | { progress: 1 | 2; reminder: Exclude<Reminder, 'none'> };

/** The money’s fate is decided. */
type Final = { stage: 'final' } & (
  | { paid: true; found: `found${string}` }
  /** `error`: the type of the error in its view, beside the provider’s reason, and what that means (docs/failures.md). */
  | { paid: false; found: `found${string}`; error: { type: string; meaning: string } }
  /** No record says so: Outflow ends it. */
  | { paid: false; found: undefined }
);

type StatusRow = BeforeRecord | Held | Final;

/**
 * The statuses, one row each; what else tells one from another is worked out from here. A new one that a provider reports is a row, and its
 * words in `providers/<name>/records.ts`.
 */
export const statusRows = {
  received: { stage: 'before record', readyToSend: true },
  waiting: { stage: 'before record', readyToSend: true },
  sending: { stage: 'before record', readyToSend: false },
  unknown: { stage: 'before record', readyToSend: false },
  awaiting_commit: {
    stage: 'held',
    found: 'foundAwaitingCommit',
    waitsFor: () => 'the commit',
    progress: 0,
    reminder: 'none',
  },
  processing: {
    stage: 'held',
    found: 'foundProcessing',
    waitsFor: (provider) => `${provider} to pay it`,
    progress: 1,
    reminder: 'overdue',
  },
  awaiting_approval: {
    stage: 'held',
    found: 'foundAwaitingApproval',
    waitsFor: (provider) => `approval by ${provider}’s Owner`,
    progress: 2,
    reminder: 'approval',
  },
  on_hold: {
    stage: 'held',
    found: 'foundOnHold',
    waitsFor: (provider) => `${provider} to release it`,
    progress: 2,
    reminder: 'overdue',
  },
  confirmed: { stage: 'final', found: 'foundConfirmed', paid: true },
  declined: {
    stage: 'final',
    found: 'foundDeclined',
    paid: false,
    error: {
      type: 'Declined',
      meaning: 'The provider’s Owner said no (`declined`). Nothing was paid. `message` is the provider’s own reason.',
    },
  },
  cancelled: {
    stage: 'final',
    found: 'foundCancelled',
    paid: false,
    error: {
      type: 'Cancelled',
      meaning:
        'The provider ended it without paying (`cancelled`): for lack of money, say. Nothing was paid. `message` is the provider’s own reason. With certainty `not-sent`: it was cancelled before it was sent; `message` is by whom, and why.',
    },
  },
  refused: { stage: 'final', found: undefined, paid: false },
  expired: { stage: 'final', found: undefined, paid: false },
} as const satisfies Record<string, StatusRow>;

export type Status = keyof typeof statusRows;
/** The statuses whose row has these columns. */
type StatusWith<Columns> = { [S in Status]: (typeof statusRows)[S] extends Columns ? S : never }[Status];
type HeldStatus = StatusWith<{ stage: 'held' }>;
export type FinalStatus = StatusWith<{ stage: 'final' }>;
/** What a provider’s record may say. */
export type ReportedStatus = StatusWith<{ found: string }>;

export const statuses = Object.keys(statusRows).filter(isStatus);
export const finalStatuses = statuses.filter(isFinal);
const reportedStatuses = statuses.filter(isReported);

function isStatus(name: string): name is Status {
  return Object.hasOwn(statusRows, name);
}

export function isFinal(status: Status): status is FinalStatus {
  return statusRows[status].stage === 'final';
}

/** The provider has it, and has not ended it. */
export function isHeld(status: Status): status is HeldStatus {
  return statusRows[status].stage === 'held';
}

function isReported(status: Status): status is ReportedStatus {
  const row: StatusRow = statusRows[status];
  return row.stage !== 'before record' && row.found !== undefined;
}

/** Nothing of it is on its way, and the provider is not known to have it. */
export function isReadyToSend(status: Status): status is StatusWith<{ readyToSend: true }> {
  const row: StatusRow = statusRows[status];
  return row.stage === 'before record' && row.readyToSend;
}

export function isPaid(status: Status): boolean {
  const row: StatusRow = statusRows[status];
  return row.stage === 'final' && row.paid;
}

/** Is it a provider’s final status that says that nothing was paid? */
export function isUnpaidWord(status: Status): status is StatusWith<{ error: object }> {
  return 'error' in statusRows[status];
}

/** When a person is asked about it. */
export function reminderOf(status: Status): Reminder {
  return isHeld(status) ? statusRows[status].reminder : 'none';
}

// --- The events ------------------------------------------------------------------------------------------------------

export interface LifecycleState {
  status: Status;
  /**
   * An attempt to create it may have reached the provider, and nothing has settled whether it did. While in doubt, a later
   * refusal or a passed deadline ends nothing: it speaks only for its own attempt.
   */
  inDoubt: boolean;
}

const ourEvents = [
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
] as const;
/** A person says, with evidence, … */
const personEvents = ['personConfirmed', 'personNotPaid'] as const;
/** The provider's record says the status in whose row it stands. */
export type FoundEvent = (typeof statusRows)[ReportedStatus]['found'];

export const lifecycleEvents = [
  ...ourEvents,
  ...reportedStatuses.map((status) => statusRows[status].found),
  ...personEvents,
];
export type LifecycleEvent = (typeof lifecycleEvents)[number];

/** A state, or why there is no new one: the event is not possible here, or it contradicts a final state. */
export type Transition = LifecycleState | 'not possible' | 'contradicts';

export function transition(state: LifecycleState, event: LifecycleEvent): Transition {
  const { status, inDoubt } = state;
  if (isFinal(status)) return afterTheEnd(state, status, event);
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
    case 'personConfirmed':
      return settled('confirmed');
    case 'personNotPaid':
      return settled('cancelled');
    default:
      return afterRecord(status, event); // takes a record’s events only: a new one of ours needs its case
  }
}

function settled(status: Status): LifecycleState {
  return { status, inDoubt: false };
}

/** The provider never takes a committed withdrawal back into its window. */
function afterRecord(status: Status, event: FoundEvent): Transition {
  const said = statusSaidBy(event);
  if (said === undefined || (said === 'awaiting_commit' && isBeyondCommit(status))) return 'not possible';
  return settled(said);
}

function isBeyondCommit(status: Status): boolean {
  return isHeld(status) && statusRows[status].progress > 0;
}

/**
 * Final never changes. The same status again is nothing new; nor is that nothing was paid of what was never paid anyway. Any other
 * final status is a contradiction, and so is one that still works on what no provider ended.
 */
function afterTheEnd(state: LifecycleState, status: FinalStatus, event: LifecycleEvent): Transition {
  const isOurEnd = statusRows[status].found === undefined;
  const said = statusSaidBy(event);
  if (said === undefined) return 'not possible';
  if (isHeld(said)) return isOurEnd && isBeyondCommit(said) ? 'contradicts' : 'not possible';
  const agrees = said === status || (isOurEnd && !statusRows[said].paid);
  return agrees ? state : 'contradicts';
}

/** What the provider or a person says by it; nothing if it is an event of ours. */
function statusSaidBy(event: LifecycleEvent): ReportedStatus | undefined {
  if (event === 'personConfirmed') return 'confirmed';
  if (event === 'personNotPaid') return 'cancelled';
  return reportedStatuses.find((status) => statusRows[status].found === event);
}

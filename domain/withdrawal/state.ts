import type { Certainty, FailureType } from '../failures.js';
import { omitUndefined } from '../omit-undefined.js';
import type { ProviderRecord } from '../record.js';
import type { Slot } from '../rate-limiter.js';
import type { WithdrawalRequest } from '../request.js';
import { latestSend } from '../validation/check-request.js';
import type { Attention } from '../attention.js';
import type { UnreadableReason } from '../validation/unreadable.js';
import type { LifecycleEvent, Status } from './lifecycle.js';
import type { ActionAnswer, ActionNote, OperatorAction } from './operator-actions/action.js';
import type { Resolution } from './operator-actions/resolve.js';
import type { ActionName } from './operator-actions/table.js';
import type { WithdrawalError } from './view.js';

/**
 * All that is known about one withdrawal: plain JSON, written by `apply` alone, and carried from run to run of its workflow. From the first
 * release on, a change of its shape raises the version and reads the one before. Times are ms since 1970.
 */
export interface WithdrawalState {
  version: typeof STATE_VERSION;
  request: WithdrawalRequest;
  /** What is wrong with the request, naming fields: nothing of it is ever sent. */
  problems?: string;
  status: Status;
  /** An attempt to create it may have reached the provider, and nothing has settled whether it did. */
  inDoubt: boolean;
  /** Since when the status stands. */
  since: number;
  policy: Policy;

  // What was sent
  attempts: Attempt[];
  /** How many attempts to create it have begun. */
  sends: number;
  /** While it waits to be sent: the tries so far, and the next one. */
  tries: Tries;
  /** When it may be sent, where the provider's rate is limited; until it is used. */
  slot?: Slot;
  /** No slot is left before `sendBy`: the next one would come at this time. */
  nextSlotAt?: number;
  commit?: Commit;

  // What is known of the provider's record
  /** The provider's latest record that we believe. */
  record?: ProviderRecord;
  /** Callbacks that have come and are not taken in yet: a create is under way, or a fault of ours broke the attempt to. */
  receivedCallbacks: ReceivedCallback[];
  /** `providerId status` of every record that was applied: each applies once. */
  applied: string[];
  /** The same of callbacks that a look-up was asked about: each asks once. */
  confirmationAsked: string[];
  /** A callback's record that waits for a look-up to agree. */
  unconfirmed?: { record: ProviderRecord; since: number };
  /** Two statuses of the provider can't both hold: only a person can end it. */
  hasContradiction: boolean;
  /** Verified callbacks that this withdrawal can't take: each becomes a case. */
  forCases: RecordForCase[];
  lookUps: { round: number; nextAt: number };
  absence?: Absence;
  /** The provider said that our reference is taken, or showed another payout under it: it is never sent again by itself. */
  referenceInUse: boolean;
  /** The provider refused it for good, but may have kept a record: closed after one look-up. */
  refusal?: { wasInDoubt: boolean };

  // Runs of its workflow
  /** The run that this history was first written for (Temporal's `originalExecutionRunId`). */
  originalRun: string;
  /** The run, other than the original one, that may send: its earlier run's fate is being settled. */
  settlingRun?: string;
  /** The provider's id of it, as an earlier run came to know it. */
  earlierProviderId?: string;
  /** A fault of ours happened: until then, only what comes from outside is taken in. */
  pausedUntil?: number;

  // People
  attention?: Attention;
  reminders: number;
  /** It is to be cancelled as soon as nothing that was sent stands against it, and before the next attempt. */
  cancel?: CancelRequest;
  /** A person allowed the next resend, which nothing but its proven absence allows any more. */
  isResendReleased: boolean;
  /** Resolutions that wait for the provider to be asked. */
  resolving: PendingResolution[];
  /** What the latest operator actions came to. */
  answers: ActionAnswer[];
  /** The transaction that a person gave. */
  resolvedTxid?: string;

  error?: WithdrawalError;
  timeline: TimelineEntry[];
}

const STATE_VERSION = 1;

/** How we came to know a record: the response to our own call, a verified callback, or a look-up. */
export type Source = 'response' | 'callback' | 'look-up';

/** What this deployment allows: the worker's settings, which each call's result brings to the workflow. */
export interface Policy {
  /** A callback's final status ends nothing until a look-up agrees. */
  confirmFinal: boolean;
  /** The same reference may be sent again once the provider is seen not to know it. */
  resend: boolean;
}

/** One create call. */
export interface Attempt {
  startedAt: number;
  /** Nothing of it is written after this time, by the writer's clock. */
  notAfter: number;
  /** When it reported its own end. One that never did may still be written until `notAfter`, by a worker that was only paused. */
  endedAt?: number;
  /** When its bytes were written; known of one that was answered. */
  writtenAt?: number;
  /** Fingerprint of the host and key that it used; unknown for one that was killed. */
  account?: string;
  outcome: 'under way' | 'accepted' | Certainty;
  /** It stands for all that an earlier run may have sent of which this one knows nothing. */
  isOfEarlierRun?: true;
}

export interface Tries {
  round: number;
  nextAt: number;
  /** Since when it waits. */
  since?: number;
  /** Since when the provider has asked for fewer requests, and said nothing else. */
  limitedSince?: number;
}

/** Look-ups in a row, of one account, that found nothing. */
export interface Absence {
  /** Absence under another account than the one that sent is no evidence. */
  account: string;
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Cryptopay's commit. */
export interface Commit {
  /** `open`: not begun. `forgone`: never to be begun. `unknown`: begun, and not known to have arrived. `done`: answered. */
  state: 'open' | 'forgone' | 'unknown' | 'done';
  /** When an attempt to commit reported its own end. */
  endedAt?: number;
  /** No commit is written after this time. */
  commitBy: number;
  /** From this time on, a look-up speaks for the closed window. */
  closedFrom: number;
}

/** A verified callback, read. */
export interface Callback {
  record: ProviderRecord;
}

export interface ReceivedCallback {
  callback: Callback;
  /** The fault of ours that kept it from being taken in, by its name. */
  fault?: string;
}

/** A verified callback for a person, and why it is. */
export interface RecordForCase {
  reason: 'differs from the recorded end' | 'is not about this withdrawal';
  record: ProviderRecord;
}

/** Who wants it cancelled: operators, each of whom waits for an answer, or somebody by Temporal's own cancel request. */
export type CancelRequest = { by: 'operator'; actions: OperatorAction[] } | { by: 'temporal' };

export interface PendingResolution {
  action: Resolution;
  /** When the person acted, by the server's time. */
  since: number;
}

// --- The timeline ----------------------------------------------------------------------------------------------------

/** What happened to it. A status's name: it moved there. */
export type TimelineEvent =
  | Status
  | `${ActionName}${'Requested' | 'Refused'}`
  | 'absent'
  | 'attention'
  | 'callbackUnconfirmed'
  | 'commitFailed'
  | 'commitForgone'
  | 'contradiction'
  | 'earlierRunFound'
  | 'fault'
  | 'ignored'
  | 'lookUpFailed'
  | 'notOurs'
  | 'overdue'
  | 'ownerReminded'
  | 'resolved'
  | 'unreadable'
  | 'unrecognised';

/** What is recorded of an event; each field only where it is known. No personal data but the name of who acted. */
export interface TimelineDetail {
  source?: Source;
  /** The provider's own status. */
  providerStatus?: string;
  failure?: FailureType;
  attention?: Attention;
  /** The operator's action that brought it about. */
  action?: ActionNote;
  /** The slot that was granted, and its place in the queue; times are ISO 8601. */
  slot?: { at: string; place: number };
  /** When the next slot would have come, too late; ISO 8601. */
  nextSlotAt?: string;
  /** In which fields a record differs from what was asked. */
  fields?: string[];
  /** What can't both hold. */
  contradiction?: Contradiction;
  earlierRun?: EarlierRunCause;
  /** What the event would have meant, had it been possible. */
  ignored?: LifecycleEvent | FailureType;
  /** What is wrong with the request. */
  problems?: string;
  /** It was asked too early to count: an attempt could still be written. */
  isTooEarly?: true;
  /** The name of a fault of ours. */
  fault?: string;
  /** What came through Temporal and can't be believed: the latest, and how many by now. */
  unreadable?: UnreadableInput & { count: number };
}

/** Something that came through Temporal, wrote nobody knows who, and had no effect. */
export interface UnreadableInput {
  what: 'callback' | 'action' | 'result';
  reason: UnreadableReason;
}

/** `unpaid with a transaction`: one record says both. Else two final statuses, by who said them. */
export type Contradiction =
  | { kind: 'unpaid with a transaction'; source: Source; providerStatus: string }
  | { kind: 'two final statuses'; first: string; second: string; source: Source }
  | { kind: 'after the end'; source: Source; providerStatus: string };

export type EarlierRunCause = 'reset' | 'recovered' | 'started again';

export interface TimelineEntry {
  /** ISO 8601. */
  at: string;
  event: TimelineEvent;
  detail?: TimelineDetail;
}

// --- Its beginning, and what every module writes ---------------------------------------------------------------------

/** A withdrawal of which nothing has been sent. `problems`: what is wrong with the request. */
export function receivedState(
  request: WithdrawalRequest,
  { originalRun, problems }: { originalRun: string; problems?: string | undefined },
  now: number,
): WithdrawalState {
  return {
    version: STATE_VERSION,
    request,
    ...omitUndefined({ problems }),
    status: 'received',
    inDoubt: false,
    since: now,
    policy: { confirmFinal: true, resend: false },
    attempts: [],
    sends: 0,
    tries: { round: 0, nextAt: now },
    receivedCallbacks: [],
    applied: [],
    confirmationAsked: [],
    hasContradiction: false,
    forCases: [],
    lookUps: { round: 0, nextAt: now },
    referenceInUse: false,
    originalRun,
    reminders: 0,
    isResendReleased: false,
    resolving: [],
    answers: [],
    timeline: [{ at: new Date(now).toISOString(), event: 'received' }],
  };
}

/** State that an earlier run wrote. Throws where this release can't read it: its workflow then stands still until one that can is deployed. */
export function checkedState(state: WithdrawalState): WithdrawalState {
  const version: unknown = state.version;
  if (version !== STATE_VERSION)
    throw new TypeError(`state of version ${String(version)}; this release reads ${STATE_VERSION}`);
  return state;
}

/** The provider's id of it, once it is known. */
export function providerIdOf({ record, unconfirmed, earlierProviderId }: WithdrawalState): string | undefined {
  return (record ?? unconfirmed?.record)?.providerId ?? earlierProviderId;
}

/** Nothing is sent at this time or later. */
export function sendByOf({ request }: WithdrawalState): number {
  return Date.parse(latestSend(request));
}

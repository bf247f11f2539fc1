import type { Attention } from './attention.js';
import type { Certainty } from '../failures.js';
import type { Slot } from '../rate-limiter.js';
import type { ProviderRecord } from '../record.js';
import type { WithdrawalRequest } from '../request.js';
import type { LifecycleState } from './lifecycle.js';
import type { TimelineEntry, WithdrawalError } from './view.js';

/** How we came to know a record: the answer to our own call, a verified callback, or a look-up. */
export type Source = 'answer' | 'callback' | 'look-up';

/** What this deployment allows; the worker's settings, told to the workflow by each call's result. */
export interface Policy {
  /** A callback's final word ends nothing until a look-up agrees. */
  confirmFinal: boolean;
  /** The same reference may be sent again once the provider is seen not to know it. */
  resend: boolean;
}

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
  /** `open`: not begun. `left`: never to be begun. `unknown`: begun, and not known to have arrived. `done`: answered. */
  state: 'open' | 'left' | 'unknown' | 'done';
  /** When an attempt to commit reported its own end. */
  endedAt?: number;
  /** No commit is written after this time. */
  commitBy: number;
  /** From this time on, a look-up speaks for the closed window. */
  closedFrom: number;
}

/** Verified news for a person, and why it is. */
export interface SetAside {
  reason: 'differs from the recorded end' | 'is not about this withdrawal';
  record: ProviderRecord;
}

/** All that is known about one withdrawal: plain JSON, carried from run to run of its workflow. Times in ms since 1970. */
export interface WithdrawalState {
  request: WithdrawalRequest;
  state: LifecycleState;
  /** Since when the status stands. */
  since: number;
  policy: Policy;
  attempts: Attempt[];
  /** The provider's latest word that we believe. */
  record?: ProviderRecord;
  /** `providerId status` of every record that was applied: each applies once. */
  applied: string[];
  /** Words of callbacks that a look-up was asked about: each asks once. */
  doubted: string[];
  /** Verified news that this withdrawal can't take: each becomes a case. */
  setAside: SetAside[];
  /** A callback's word that waits for a look-up to agree. */
  claim?: { record: ProviderRecord; since: number };
  /** The provider said that our reference is taken, or answered with another withdrawal: sending it again can't help. */
  referenceInUse: boolean;
  /** The provider’s words can’t both hold: only a person can end it. */
  contested: boolean;
  absence?: Absence;
  commit?: Commit;
  /** Its turn at the gate, until it is used. */
  turn?: Slot;
  /** The provider refused it for good, but may have kept a record: closed after one look-up. */
  refusal?: { wasInDoubt: boolean };
  /** The transaction that a person gave. */
  resolvedTxid?: string;
  lookUps: { round: number; nextAt: number };
  /** While waiting to send: the tries so far, and the next one. */
  tries: {
    round: number;
    nextAt: number;
    /** Since when it waits. */
    since?: number;
    /** Since when the provider has asked for fewer requests, and said nothing else. */
    limitedSince?: number;
  };
  /** How many attempts to create it have begun. */
  sends: number;
  /** A person allowed the next resend, which nothing but its proven absence allows any more. */
  isResendReleased: boolean;
  /** The run, other than the one that Temporal first gave this history to, that may send: its earlier run's fate is being settled. */
  settlingRun?: string;
  /** The provider's id of it, as an earlier run came to know it. */
  earlierProviderId?: string;
  reminders: number;
  cancelWanted: boolean;
  /** Who wants it cancelled, and why. */
  cancelBy?: string;
  error?: WithdrawalError;
  attention?: Attention;
  timeline: TimelineEntry[];
}

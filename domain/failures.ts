import { durations } from './timeouts/durations.js';
import type { Attention } from './attention.js';

/**
 * What is proven about the money when a call to a provider fails.
 * `not-sent`: no byte of the request left. `refused`: the provider said no, in its own documented words.
 * `unknown`: it may have been accepted; only evidence settles it.
 */
export type Certainty = 'not-sent' | 'refused' | 'unknown';

/**
 * Who makes the same attempt again, and when. `soon` and `after` (a time the provider gave): Temporal repeats it within its time, then the
 * workflow. The others are the workflow's alone, until `sendBy`: `next-attempt` (a new one, with a time of its own), `when-funded`,
 * `when-configured`. `never`: it ends or settles the withdrawal.
 */
export type Retry = 'never' | 'next-attempt' | 'soon' | 'after' | 'when-funded' | 'when-configured';

interface Proof {
  certainty: Certainty;
  /** The provider may keep a record of what it refused: closed only after one look-up. */
  mayKeepRecord?: true;
  /** What happened, in words for a person. */
  meaning: string;
  /** What a person should do. */
  advice: string;
}

/** What a withdrawal that waits to be sent again shows. */
interface WaitRow {
  /** What it waits for, as the view and the UI say it: “waits for …”. */
  waitsFor: string;
  /** For what a person is asked. */
  attention: Attention;
  /** How often, or how long, it may happen in a row before a person is asked; absent: at once. */
  attentionAfter?: { tries: number } | { ms: number };
}

type FailureKind = Proof & ({ retry: 'never' } | ({ retry: Exclude<Retry, 'never'> } & WaitRow));

/** Every way in which a call can fail. A provider's error codes map onto these, one table a provider. */
export const failures = {
  NotConnected: {
    certainty: 'not-sent',
    retry: 'soon',
    waitsFor: 'a connection to the provider',
    attention: 'waiting-for-connection',
    meaning: 'No connection to the provider could be made.',
    advice: 'Nothing left. Outflow tries again automatically; check the network and *_BASE_URL if it lasts.',
  },
  NoWorker: {
    certainty: 'not-sent',
    retry: 'soon',
    waitsFor: 'a worker that serves the provider',
    attention: 'waiting-for-worker',
    meaning: 'No worker took the call.',
    advice: 'Nothing left. Start a worker that has this provider’s settings; `outflow worker` names those it serves.',
  },
  NoSlot: {
    certainty: 'not-sent',
    retry: 'soon',
    waitsFor: 'a slot at the provider',
    attention: 'no-slot',
    meaning: 'No slot to send it could be had, or none in time.',
    advice:
      'Nothing left. Outflow asks for a slot again automatically. One whose slot would come after sendBy expires at once: submit it with a later sendBy under a new withdrawalId.',
  },
  TooLateToSend: {
    certainty: 'not-sent',
    retry: 'next-attempt',
    waitsFor: 'its next attempt',
    attention: 'missed-slots',
    attentionAfter: { tries: 3 },
    meaning: 'The attempt came too late and was not sent.',
    advice: 'Nothing left. Outflow makes another attempt automatically, until sendBy.',
  },
  ClockBehind: {
    certainty: 'not-sent',
    retry: 'soon',
    waitsFor: 'a worker whose clock is right',
    attention: 'worker-clock',
    meaning: 'The worker’s clock is behind Temporal’s, so that it could send what counts as never sent.',
    advice: 'Nothing left. Put the worker’s clock right (NTP); sending continues automatically.',
  },
  ResetRun: {
    certainty: 'not-sent',
    retry: 'never',
    meaning: 'This run of the workflow was made by Temporal’s Reset, and the run before it may have sent.',
    advice:
      'Nothing that this run sent was accepted. Outflow looks the withdrawal up; a person decides whether it may be sent again.',
  },
  EarlierRun: {
    certainty: 'not-sent',
    retry: 'never',
    meaning: 'Its workflow was started a second time, and the run before may have sent.',
    advice: 'This run sent nothing. Outflow looks the withdrawal up; a person decides whether it may be sent again.',
  },
  RunUnchecked: {
    certainty: 'not-sent',
    retry: 'soon',
    waitsFor: 'proof that it had no earlier run',
    attention: 'waiting-for-temporal',
    attentionAfter: { tries: 3 },
    meaning: 'Temporal did not say whether its workflow had an earlier run, which may have sent.',
    advice: 'Nothing left. Outflow asks again automatically; check Temporal’s visibility store if it lasts.',
  },
  KeyMissing: {
    certainty: 'not-sent',
    retry: 'when-configured',
    waitsFor: 'a worker that has the key',
    attention: 'waiting-for-key',
    attentionAfter: { tries: 3 },
    meaning: 'The worker that took the call lacks the key that it is encrypted with.',
    advice: 'Nothing left. Give that worker all keys (OUTFLOW_ENCRYPTION_KEYS); sending continues automatically.',
  },
  UnreadableInput: {
    certainty: 'not-sent',
    retry: 'when-configured',
    waitsFor: 'a worker that can read the call',
    attention: 'waiting-for-key',
    meaning: 'The worker that took the call can’t believe it: it is not encrypted, was changed, or is another call’s.',
    advice:
      'Nothing left. Give all workers the same keys (OUTFLOW_ENCRYPTION_KEYS) and version; sending continues automatically.',
  },
  OtherAccount: {
    certainty: 'not-sent',
    retry: 'when-configured',
    waitsFor: 'credentials that the provider accepts',
    attention: 'waiting-for-credentials',
    meaning:
      'The key or address was changed while an earlier attempt is in doubt: references are unique within one account only.',
    advice:
      'Nothing left. Put the earlier key and address back, or settle the withdrawal with evidence from the provider.',
  },
  ResendOff: {
    certainty: 'not-sent',
    retry: 'when-configured',
    waitsFor: 'credentials that the provider accepts',
    attention: 'waiting-for-credentials',
    meaning: 'Sending it again (*_RESEND) was switched off while an earlier attempt is in doubt.',
    advice: 'Nothing left. Settle the withdrawal with evidence from the provider, or allow it to be sent again.',
  },
  InvalidRequest: {
    certainty: 'refused',
    retry: 'never',
    meaning: 'The request breaks a rule of its provider.',
    advice: 'Nothing was paid. Correct the named fields and submit it under a new withdrawalId.',
  },
  InvalidAddress: {
    certainty: 'refused',
    retry: 'never',
    meaning: 'The address is refused: by the provider, or by us as a test network’s.',
    advice: 'Nothing was paid. Ask the end user for another address; submit under a new withdrawalId.',
  },
  InvalidAmount: {
    certainty: 'refused',
    retry: 'never',
    meaning: 'The provider refuses the amount.',
    advice: 'Nothing was paid. Check the provider’s limits and precision; submit under a new withdrawalId.',
  },
  InvalidCurrency: {
    certainty: 'refused',
    retry: 'never',
    meaning: 'The provider refuses the currency or the conversion.',
    advice: 'Nothing was paid. Check which currencies your account has; submit under a new withdrawalId.',
  },
  HighRiskAddress: {
    certainty: 'refused',
    retry: 'never',
    mayKeepRecord: true,
    meaning: 'The provider’s screening refuses the address.',
    advice: 'Nothing was paid. Treat it as your compliance rules say.',
  },
  OverMaxCharge: {
    certainty: 'not-sent',
    retry: 'never',
    meaning: 'The quoted charge is over the request’s maxCharge, so it was never committed.',
    advice: 'Nothing was paid. Submit it with a higher maxCharge, or later, under a new withdrawalId.',
  },
  CommitWindowMissed: {
    certainty: 'not-sent',
    retry: 'never',
    meaning: 'No commit was sent within the provider’s window.',
    advice: 'Nothing was paid. Check why the worker or the network was slow; submit it under a new withdrawalId.',
  },
  NotEnoughFunds: {
    certainty: 'refused',
    retry: 'when-funded',
    waitsFor: 'funds at the provider',
    attention: 'waiting-for-funds',
    meaning: 'The account at the provider holds too little.',
    advice: 'Fund the account. Outflow tries again automatically until sendBy.',
  },
  BadCredentials: {
    certainty: 'refused',
    retry: 'when-configured',
    waitsFor: 'credentials that the provider accepts',
    attention: 'waiting-for-credentials',
    meaning: 'The provider refuses our key, signature, permission or address.',
    advice:
      'Check the provider’s key, secret, permissions, IP allow-list and the clock. Outflow tries again until sendBy.',
  },
  RateLimited: {
    certainty: 'refused',
    retry: 'after',
    waitsFor: 'the provider’s rate limit',
    attention: 'rate-limited',
    attentionAfter: { ms: durations.retry.rateLimited.ms },
    meaning: 'The provider asks for fewer requests.',
    advice:
      'Outflow waits as long as the provider asks. If it lasts, ask the provider for a higher limit, or see who else uses the key.',
  },
  ReferenceInUse: {
    certainty: 'unknown',
    retry: 'never',
    meaning: 'The provider says that our reference is in use: an earlier attempt may have arrived.',
    advice: 'Outflow looks the withdrawal up by its reference.',
  },
  NoAnswer: {
    certainty: 'unknown',
    retry: 'never',
    meaning: 'The request may have reached the provider, and no response came.',
    advice: 'Money may have moved. Outflow looks it up; never pay it by hand before it is settled.',
  },
  ProviderFault: {
    certainty: 'unknown',
    retry: 'never',
    meaning: 'The provider failed while it had the request.',
    advice: 'Money may have moved. Outflow looks it up; never pay it by hand before it is settled.',
  },
  UnreadableAnswer: {
    certainty: 'unknown',
    retry: 'never',
    meaning: 'The response is not in the provider’s documented shape.',
    advice: 'Money may have moved. Outflow looks it up; never pay it by hand before it is settled.',
  },
  UndocumentedError: {
    certainty: 'unknown',
    retry: 'never',
    meaning: 'The provider answered with an error that is in no table of ours.',
    advice: 'Money may have moved. Outflow looks it up; report the code, so that the table can learn it.',
  },
  UnreadableResult: {
    certainty: 'unknown',
    retry: 'never',
    meaning:
      'The call’s result can’t be believed: somebody who has no key wrote it to Temporal, in the worker’s place.',
    advice: 'Money may have moved. Outflow looks it up; find out who reaches Temporal, and close it to them.',
  },
  CallInterrupted: {
    certainty: 'unknown',
    retry: 'never',
    meaning: 'The worker stopped, or ran out of time, in the middle of the call.',
    advice: 'Money may have moved. Outflow looks it up; never pay it by hand before it is settled.',
  },
} as const satisfies Record<string, FailureKind>;

export type FailureType = keyof typeof failures;

export function isFailureType(type: unknown): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(failures, type);
}

export function kindOf(type: FailureType): FailureKind {
  return failures[type];
}

/** What a withdrawal waits for that is sent again after this failure; undefined where it isn't. */
export function waitsFor(type: FailureType): string | undefined {
  const kind = kindOf(type);
  return kind.retry === 'never' ? undefined : kind.waitsFor;
}

/**
 * For what a person is asked while a withdrawal waits to be sent again after this failure. `tries`: how often it has been postponed;
 * `limitedMs`: from the first of these failures to the next try.
 */
export function attentionFor(
  type: FailureType,
  { tries, limitedMs }: { tries: number; limitedMs: number },
): Attention | undefined {
  const kind = kindOf(type);
  if (kind.retry === 'never') return undefined;
  const { attention, attentionAfter: limit } = kind;
  if (limit === undefined) return attention;
  const isOver = 'tries' in limit ? tries >= limit.tries : limitedMs > limit.ms;
  return isOver ? attention : undefined;
}

/** One failed call, as recorded. `message` is the provider's own text: it may echo input, so it stays out of logs. */
export interface Failure {
  type: FailureType;
  /** The provider's code, or the network's: `bad_header_key`, `ECONNREFUSED`. */
  code?: string;
  /** The request's field that the provider complained of, in the provider's words. */
  field?: string;
  message?: string;
  httpStatus?: number;
  /** The provider's id of the request, for its support. */
  requestId?: string;
  /** How long the provider asked us to wait, in ms. */
  retryAfterMs?: number;
}

/** Is it a failure in the form in which it is recorded? */
export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'type' in value && isFailureType(value.type);
}

const leastCertainFirst: readonly Certainty[] = ['unknown', 'refused', 'not-sent'];
const mostPermanentFirst: readonly Retry[] = [
  'never',
  'when-configured',
  'when-funded',
  'next-attempt',
  'after',
  'soon',
];

/** Of several complaints in one response: the least certain wins; among equals the most permanent. */
export function mostSevere(several: readonly [Failure, ...Failure[]]): Failure {
  const rank = ({ type }: Failure) => {
    const { certainty, retry } = kindOf(type);
    return leastCertainFirst.indexOf(certainty) * mostPermanentFirst.length + mostPermanentFirst.indexOf(retry);
  };
  return several.reduce((worst, failure) => (rank(failure) < rank(worst) ? failure : worst));
}

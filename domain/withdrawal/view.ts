import type { Certainty } from '../failures.js';
import { isFailureType, kindOf, waitsFor } from '../failures.js';
import type { Amount, Money } from '../money.js';
import { omitUndefined } from '../omit-undefined.js';
import type { ProviderName } from '../providers/index.js';
import { capabilities } from '../providers/index.js';
import type { CurrencyExchange, Fee, Risk } from '../record.js';
import type { WithdrawalRequest } from '../request.js';
import type { Attention } from '../attention.js';
import { attentions, attentionText } from '../attention.js';
import type { UnreadableReason } from '../validation/unreadable.js';
import { unreadableReasons } from '../validation/unreadable.js';
import { isForgone } from './sending/committing.js';
import { isToBeRefused } from './sending/creating.js';
import type { Status } from './lifecycle.js';
import { isFinal, isHeld, isPaid, isReadyToSend, statusRows } from './lifecycle.js';
import { lookUpAt } from './looking-up.js';
import { resendAt } from './sending/unknown-outcome.js';
import type { TimelineEntry, WithdrawalState } from './state.js';
import { sendByOf } from './state.js';

/** What a withdrawal waits for. */
export interface Waiting {
  for: string;
  /** ISO 8601. */
  since: string;
  /** When this wait ends at the latest, ISO 8601; absent while only the provider or a person can end it. */
  until?: string;
  /** What happens next, and when. */
  next: string;
}

/** Why it did not succeed. */
export interface WithdrawalError {
  /**
   * A failure type of `failures.ts`, `Declined` or `Cancelled` for the provider's own final status (`Cancelled` with certainty `not-sent`: by
   * the app or a person, before it was sent), or `NotPaid` for a person's.
   */
  type: string;
  /** The provider's code. */
  code?: string;
  message?: string;
  certainty: Certainty;
  /** The provider's id of the request, for its support. */
  requestId?: string;
}

/** What `get`, `wait` and the workflow's result show of a withdrawal. What isn't known is absent. Times are ISO 8601. */
export interface WithdrawalView {
  withdrawalId: string;
  provider: ProviderName;
  status: Status;
  /** True: the money's fate is decided and never changes. */
  final: boolean;
  providerId?: string;
  /** The provider's own status. */
  providerStatus?: string;
  txid?: string;
  requestedAt: string;
  finalAt?: string;
  currency: string;
  amount?: Amount;
  convertTo?: string;
  amountTo?: Amount;
  address: string;
  tag?: string;
  endUserReference?: string;
  sent?: Money;
  received?: Money;
  fees?: Fee[];
  exchange?: CurrencyExchange;
  risk?: Risk;
  error?: WithdrawalError;
  /** Why a person is needed: a key of `attention.ts`. */
  attention?: Attention;
  waiting?: Waiting;
  timeline: TimelineEntry[];
}

/** What was asked for, as far as a view repeats it: no sender, no receiver. */
export function askedOf(request: WithdrawalRequest) {
  const { withdrawalId, provider, requestedAt, currency, address } = request;
  const { amount, convertTo, amountTo, tag, endUserReference } = request;
  const optional = omitUndefined({ amount, convertTo, amountTo, tag, endUserReference });
  return { withdrawalId, provider, requestedAt, currency, address, ...optional };
}

/** What is known of a withdrawal, for all who ask. */
export function viewOf(state: WithdrawalState): WithdrawalView {
  const { status, record, earlierProviderId, resolvedTxid, since, error, attention, timeline } = state;
  const final = isFinal(status);
  return {
    ...askedOf(state.request),
    status,
    final,
    ...omitUndefined({
      providerId: record?.providerId ?? earlierProviderId,
      providerStatus: record?.providerStatus,
      txid: resolvedTxid ?? record?.txid,
      finalAt: final ? iso(since) : undefined,
      // Until it is paid, these are the provider's plans.
      ...(isPaid(status) && { sent: record?.sent, received: record?.received, fees: record?.fees }),
      exchange: record?.exchange,
      risk: record?.risk,
      error,
      attention,
      waiting: waitingOf(state),
    }),
    timeline,
  };
}

/** What is shown of a withdrawal of which nothing can be believed but that its workflow is there. */
export function viewOfUnreadable(
  { withdrawalId, attention, reason }: { withdrawalId: string; attention: UnreadableRun; reason: UnreadableReason },
  now: number,
): WithdrawalView {
  const since = iso(now);
  const waiting = {
    for: `a person: what it was started with can’t be believed: ${unreadableReasons[reason]}`,
    since,
    next: attentions[attention].advice,
  };
  const status = attention === 'unreadable-start' ? 'received' : 'unknown';
  return {
    ...askedOf({ withdrawalId } as unknown as WithdrawalRequest), // all else is not known
    ...{ status, final: false, attention, waiting },
    timeline: [{ at: since, event: 'attention', detail: { attention } }],
  };
}

type UnreadableRun = Extract<Attention, 'unreadable-start' | 'unreadable-state'>;

/** What it waits for, since when, until when, and what happens next. */
function waitingOf(state: WithdrawalState): Waiting | undefined {
  const { status, request, unconfirmed, slot, error, tries } = state;
  // Before anything is worked out from the request: one that was refused may lack every field.
  if (isFinal(status) || isToBeRefused(state)) return undefined;
  const { title, hasRateLimit } = capabilities[request.provider];
  const since = iso(state.since);
  const until = iso(sendByOf(state));
  const nextLookUp = lookUpAt(state);
  const looksUp =
    nextLookUp === undefined ? `A person asks ${title}.` : `Outflow looks it up at ${title} at ${iso(nextLookUp)}.`;
  if (state.hasContradiction)
    return { for: 'a person: the provider contradicts itself', since, next: `A person asks ${title}.` };
  if (unconfirmed !== undefined)
    return { for: `a look-up to confirm the callback (${unconfirmed.record.meaning})`, since, next: looksUp };
  if (isHeld(status)) {
    const waitsFor = isForgone(state) ? 'its commit window to close' : statusRows[status].waitsFor(title);
    return { for: waitsFor, since, next: looksUp };
  }
  switch (status) {
    case 'received':
      if (hasRateLimit)
        return { for: `a slot at ${title}`, since, until, next: 'It is queued as soon as a worker takes it.' };
      return { for: 'a worker', since, until, next: 'It is sent as soon as a worker takes it.' };
    case 'sending':
      return { for: `${title}’s response`, since, until, next: 'The response, or its absence, decides.' };
    case 'waiting':
      if (slot !== undefined) {
        const next = `It is sent at ${iso(slot.at)}.`;
        return { for: `its slot at ${title} (place ${slot.place} when it asked)`, since, until, next };
      }
      return {
        for: waitReason(error),
        since: iso(tries.since ?? state.since),
        until,
        next: `Outflow tries again at ${iso(tries.nextAt)}.`,
      };
    case 'unknown': {
      const again = resendAt(state);
      const resends =
        again === undefined ? '' : ` It sends the same reference again at ${iso(again)}, unless it is found.`;
      return { for: 'proof of what became of the request', since, next: `${looksUp}${resends}` };
    }
  }
}

function waitReason(error: WithdrawalError | undefined): string {
  return (isFailureType(error?.type) ? waitsFor(error.type) : undefined) ?? 'the next attempt';
}

/**
 * For Temporal's UI, in its Markdown: warnings and what to do first, since the UI cuts off what comes last. Names no person, address or
 * amount: it is read without the key.
 */
export function detailsOf(state: WithdrawalState): string {
  const { status, attention, error } = state;
  const waiting = waitingOf(state);
  const lines: string[] = [];
  const cancel = cancelNotice(state);
  if (cancel !== undefined) lines.push(cancel);
  if (attention !== undefined) lines.push(`**A person is needed (${attention}):** ${attentionText(attention)}`);
  lines.push(`**${status}** since ${iso(state.since)}`);
  const advice = adviceOf(error, isFinal(status));
  if (error !== undefined && advice !== undefined) lines.push(`Last failure: ${error.type}. ${advice}`);
  if (waiting !== undefined) {
    const until = waiting.until === undefined ? '' : `, until ${waiting.until} at the latest`;
    lines.push(`Waits for ${waiting.for}${until}. ${waiting.next}`);
  }
  return lines.join('\n\n');
}

/** What came of a cancel that did not end it: Temporal's UI says “Workflow canceled.”, whatever became of it. */
function cancelNotice({ cancel, status, request }: WithdrawalState): string | undefined {
  if (cancel === undefined || status === 'cancelled') return undefined;
  const noEffect = '**The cancel had no effect';
  if (isFinal(status)) return `${noEffect}:** it ended ${status}.`;
  if (isReadyToSend(status)) return '**The cancel takes effect before the next attempt.**';
  const { title } = capabilities[request.provider];
  if (isHeld(status)) return `${noEffect}:** ${title} has it. Only ${title} can stop it; ask there.`;
  switch (status) {
    case 'sending':
      return `${noEffect} yet:** an attempt is under way. If that is proven unsent, it does.`;
    case 'unknown':
      return `${noEffect} yet:** a request may have reached ${title}. It is not sent again, and ends as ${title} says.`;
  }
}

/** What a person should do about a failure: never to submit it anew while this one may still be paid. */
export function adviceOf(error: WithdrawalError | undefined, final: boolean): string | undefined {
  if (!isFailureType(error?.type)) return undefined;
  const { retry, certainty, advice } = kindOf(error.type);
  if (final || retry !== 'never' || certainty === 'unknown') return advice;
  return 'Its end is not final yet: don’t submit it anew before it is.';
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

import { attentionText } from './attention.js';
import { isLeftToExpire } from './committing.js';
import { failures, isFailureType, kindOf, waitsFor } from '../failures.js';
import { omitUndefined } from '../omit-undefined.js';
import { capabilities } from '../providers/index.js';
import { isFinal } from './lifecycle.js';
import type { WithdrawalRequest } from '../request.js';
import type { Waiting, WithdrawalError, WithdrawalView } from './view.js';
import type { Withdrawal } from './withdrawal.js';

/** What was asked for, as far as a view repeats it: no sender, no receiver. */
export function askedOf(request: WithdrawalRequest) {
  const { withdrawalId, provider, requestedAt, currency, address } = request;
  const { amount, convertTo, amountTo, tag, endUserReference } = request;
  const optional = omitUndefined({ amount, convertTo, amountTo, tag, endUserReference });
  return { withdrawalId, provider, requestedAt, currency, address, ...optional };
}

/** What is known of a withdrawal, for whoever asks. */
export function viewOf(withdrawal: Withdrawal): WithdrawalView {
  const { memory, status, isFinal } = withdrawal;
  const { record } = memory;
  return {
    ...askedOf(withdrawal.request),
    status,
    final: isFinal,
    ...omitUndefined({
      providerId: record?.providerId ?? memory.earlierProviderId,
      providerStatus: record?.providerStatus,
      txid: memory.resolvedTxid ?? record?.txid,
      finalAt: isFinal ? iso(memory.since) : undefined,
      // Until it is paid, these are the provider's plans.
      ...(status === 'confirmed' && { sent: record?.sent, received: record?.received, fees: record?.fees }),
      exchange: record?.exchange,
      risk: record?.risk,
      error: memory.error,
      attention: memory.attention,
      waiting: waitingOf(withdrawal),
    }),
    timeline: memory.timeline,
  };
}

/** What it waits for, since when, until when, and what happens next. */
function waitingOf(withdrawal: Withdrawal): Waiting | undefined {
  const { memory, status, request } = withdrawal;
  // Before anything is worked out from the request: one that was refused may lack every field.
  if (isFinal(status)) return undefined;
  const { sendBy, lookUpAt } = withdrawal;
  const { title, hasRateLimit: hasGate } = capabilities[request.provider];
  const since = iso(memory.since);
  const until = iso(sendBy);
  const looksUp =
    lookUpAt === Number.POSITIVE_INFINITY
      ? `A person asks ${title}.`
      : `Outflow looks it up at ${title} at ${iso(lookUpAt)}.`;
  if (memory.contested)
    return { for: 'a person: the provider contradicts itself', since, next: `A person asks ${title}.` };
  if (memory.claim !== undefined)
    return { for: `a look-up to confirm the callback (${memory.claim.record.providerStatus})`, since, next: looksUp };
  switch (status) {
    case 'received':
      if (hasGate)
        return { for: `a turn at ${title}`, since, until, next: 'It is put in line as soon as a worker takes it.' };
      return { for: 'a worker', since, until, next: 'It is sent as soon as a worker takes it.' };
    case 'sending':
      return { for: `${title}’s answer`, since, until, next: 'The answer, or its absence, decides.' };
    case 'waiting':
      if (memory.turn !== undefined) {
        const next = `It is sent at ${iso(memory.turn.at)}.`;
        return { for: `its turn at ${title} (place ${memory.turn.place} when it asked)`, since, until, next };
      }
      return {
        for: waitReason(memory.error),
        since: iso(memory.tries.since ?? memory.since),
        until,
        next: `Outflow tries again at ${iso(memory.tries.nextAt)}.`,
      };
    case 'unknown':
      return { for: 'proof of what became of the request', since, next: looksUp };
    case 'awaiting_commit':
      return { for: isLeftToExpire(withdrawal) ? 'its commit window to close' : 'the commit', since, next: looksUp };
    case 'processing':
      return { for: `${title} to pay it`, since, next: looksUp };
    case 'awaiting_approval':
      return { for: `approval by ${title}’s Owner`, since, next: looksUp };
    case 'on_hold':
      return { for: `${title} to release it`, since, next: looksUp };
  }
}

function waitReason(error: WithdrawalError | undefined): string {
  const reason = isFailureType(error?.type) ? waitsFor(error.type) : undefined;
  return reason ?? failures.NotConnected.waitsFor;
}

/**
 * For Temporal's UI, in its Markdown: warnings and what to do first, since the UI cuts off what comes last. Names no person, address or
 * amount: it is read without the key.
 */
export function detailsOf(withdrawal: Withdrawal): string {
  const { memory, status } = withdrawal;
  const waiting = waitingOf(withdrawal);
  const lines: string[] = [];
  const cancel = cancelNotice(withdrawal);
  if (cancel !== undefined) lines.push(cancel);
  if (memory.attention !== undefined)
    lines.push(`**A person is needed (${memory.attention}):** ${attentionText(memory.attention)}`);
  lines.push(`**${status}** since ${iso(memory.since)}`);
  const advice = adviceOf(memory.error, withdrawal.isFinal);
  if (advice !== undefined) lines.push(`Last failure: ${memory.error?.type ?? ''}. ${advice}`);
  if (waiting !== undefined)
    lines.push(
      `Waits for ${waiting.for}${waiting.until === undefined ? '' : `, until ${waiting.until} at the latest`}. ${waiting.next}`,
    );
  return lines.join('\n\n');
}

/** What came of a cancel that did not end it: Temporal's UI says “Workflow canceled.”, whatever became of it. */
function cancelNotice({ memory, status, request }: Withdrawal): string | undefined {
  if (!memory.cancelWanted || status === 'cancelled') return undefined;
  const noEffect = '**The cancel had no effect';
  if (isFinal(status)) return `${noEffect}:** it ended ${status}.`;
  const { title } = capabilities[request.provider];
  if (status === 'received' || status === 'waiting') return '**The cancel takes effect before the next attempt.**';
  if (status === 'sending') return `${noEffect} yet:** an attempt is under way. If that is proven unsent, it does.`;
  if (status === 'unknown')
    return `${noEffect} yet:** a request may have reached ${title}. It is not sent again, and ends as ${title} says.`;
  return `${noEffect}:** ${title} has it. Only ${title} can stop it; ask there.`;
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

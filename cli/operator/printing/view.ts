import type {
  ClosedByForce,
  CurrentView,
  LookUpOutcome,
  ResolveResult,
  WithdrawalView,
} from '../../../client/index.js';
import { workerLacks } from '../../../client/keys/missing-keys.js';
import { attentionText } from '../../../domain/attention.js';
import { isFailureType, kindOf } from '../../../domain/failures.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { capabilities } from '../../../domain/providers/index.js';
import { adviceOf } from '../../../domain/withdrawal/view.js';
import { showCaseCommandLine } from '../actions/command-line.js';
import type { Outcome } from '../outcome.js';
import { suggestionLines, suggestionsFor, suggestionsOn } from '../actions/suggested.js';
import { timelineText } from './timeline.js';
import { askedOf, feesOf, linesOf, moneyOf } from '../../output/text.js';

/** Why it may not be up to date; undefined where a worker answered. */
function noteOn({ withdrawalId, fromIndex, missingKeys }: CurrentView): string | undefined {
  if (fromIndex !== true) return undefined;
  return missingKeys === undefined
    ? 'No worker answers: this is what Temporal’s index holds.'
    : `${workerLacks(withdrawalId, missingKeys)} This is what Temporal’s index holds.`;
}

/** `openCases`: the ids of the open cases about it, where they were looked for. */
export function viewOutcome(view: CurrentView, openCases: readonly string[] = []): Outcome {
  const note = noteOn(view);
  return {
    text: viewLines(view, openCases),
    json: { ...view, ...(openCases.length > 0 && { openCases }) },
    ...(note !== undefined && { note }),
  };
}

/** A withdrawal in plain words: what it is, where the money is, what happens next. */
export function viewLines(view: CurrentView, openCases: readonly string[] = []): string[] {
  const note = noteOn(view);
  return [
    ...(note === undefined ? [] : [note]),
    ...linesOf([
      ['withdrawal', view.withdrawalId],
      ['provider', [view.provider, view.providerId].filter((part) => part !== undefined).join(' ')],
      ['asked', askedOf(view)],
      ['to', view.tag === undefined ? view.address : `${view.address}, tag ${view.tag}`],
      ['status', view.final ? `${view.status}, final since ${view.finalAt ?? 'unknown'}` : view.status],
      ['sent', moneyOf(view.sent)],
      ['received', moneyOf(view.received)],
      ['fees', feesOf(view)],
      ['transaction', view.txid],
      ['why', whyOf(view)],
      ['advice', adviceOn(view)],
      [
        'waits for',
        view.waiting && `${view.waiting.for}, since ${view.waiting.since}${untilOf(view)}. ${view.waiting.next}`,
      ],
      ['a person', view.attention && `is needed (${view.attention}): ${attentionText(view.attention)}`],
      ['open case', openCases.map(showCaseCommandLine).join('\n')],
      ['what to do', view.final ? undefined : suggestionLines(suggestionsOn(view)).join('\n')],
    ]),
    ...view.timeline.map((entry) => `  ${entry.at}  ${timelineText(entry)}`),
  ];
}

/** What Temporal still holds of a withdrawal whose workflow was closed by force. */
export function closedOutcome(closed: ClosedByForce): Outcome {
  const { withdrawalId, provider, providerId, how, closedAt, status, asked } = closed;
  const item = { kind: 'closed by force', ...closed, why: '', since: closedAt } as const;
  const text = linesOf([
    ['withdrawal', withdrawalId],
    ['provider', [provider, providerId].filter((part) => part !== undefined).join(' ')],
    ['asked', asked && askedOf(asked)],
    ['to', asked && (asked.tag === undefined ? asked.address : `${asked.address}, tag ${asked.tag}`)],
    ['status', `${status} when its workflow was closed by force (${how}), ${closedAt}`],
    ['what to do', suggestionLines(suggestionsFor(item)).join('\n')],
  ]);
  return { text, json: closed };
}

/** An event of the timeline, as a line. */
function untilOf({ waiting }: WithdrawalView): string {
  return waiting?.until === undefined ? '' : `, until ${waiting.until} at the latest`;
}

function whyOf({ error }: WithdrawalView): string | undefined {
  if (error === undefined) return undefined;
  const text = [error.type, error.code, error.message].filter((part) => part !== undefined).join(': ');
  return error.requestId === undefined ? text : `${text} (request ${error.requestId})`;
}

/** Whether money may have moved, and so what to do: never the advice to pay it anew before its end is final. */
function adviceOn({ status, final, error, fromIndex }: CurrentView): string | undefined {
  const kind = isFailureType(error?.type) ? kindOf(error.type) : undefined;
  if (!final) {
    if (kind !== undefined) return adviceOf(error, final);
    const mayHaveMoved = status === 'unknown' || (status === 'sending' && fromIndex === true);
    return mayHaveMoved
      ? 'It may have moved. Outflow looks it up, or asks a person; never pay it by hand before it is settled.'
      : undefined;
  }
  if (status === 'confirmed') return undefined;
  const isRefusedForGood = kind?.retry === 'never' && kind.certainty !== 'unknown';
  return isRefusedForGood ? kind.advice : 'Nothing was paid. If it is still owed, submit it under a new withdrawalId.';
}

/** What became of an operator's resolution, and beside it what the provider answered when it was asked once more. */
export function resolvedLines(id: string, resolved: ResolveResult, provider: ProviderName): string[] {
  if (!resolved.resolved) return [`Not taken: ${resolved.why}. ${id} is ${resolved.status}.`];
  const { title } = capabilities[provider];
  const lookUpLines: Record<LookUpOutcome, string[]> = {
    found: [],
    absent: [`${title}’s look-up said that it doesn’t know it.`],
    'could not ask': [`${title} could not be asked: its look-up failed.`],
    'no look-up': [`${title} documents no look-up, so this rests on your evidence alone.`],
  };
  return [`${id} is ${resolved.status} now.`, ...(resolved.lookUp === undefined ? [] : lookUpLines[resolved.lookUp])];
}

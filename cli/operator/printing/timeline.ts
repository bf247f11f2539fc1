import { unreadableReasons } from '../../../domain/validation/unreadable.js';
import type { TimelineDetail, TimelineEntry } from '../../../client/index.js';

/** An entry of the timeline in words: what happened, and what is known of it. */
export function timelineText({ event, detail = {} }: TimelineEntry): string {
  const known = partsOf(detail).filter((part) => part !== undefined);
  return known.length === 0 ? event : `${event}: ${known.join('; ')}`;
}

function partsOf(detail: TimelineDetail): (string | undefined)[] {
  const { source, providerStatus, failure, attention, slot, nextSlotAt, fields, earlierRun, ignored, problems, fault } =
    detail;
  return [
    source !== undefined && providerStatus !== undefined
      ? `${source} says ${providerStatus}`
      : (providerStatus ?? source),
    fields && `differs in ${fields.join(', ')}`,
    contradictionText(detail.contradiction),
    failure,
    attention,
    slot && `place ${slot.place}, at ${slot.at}`,
    nextSlotAt && `the next slot comes at ${nextSlotAt}, too late to send it`,
    earlierRun && earlierRunTexts[earlierRun],
    ignored && `${ignored} is not possible any more`,
    detail.isTooEarly && 'too early to count',
    problems,
    fault,
    actionText(detail.action),
    unreadableText(detail.unreadable),
  ];
}

const earlierRunTexts = {
  reset: 'Reset made this run',
  recovered: 'its workflow was closed by force',
  'started again': 'its workflow was started a second time',
};

function unreadableText(unreadable: TimelineDetail['unreadable']): string | undefined {
  if (unreadable === undefined) return undefined;
  const { what, reason, count } = unreadable;
  return `${what}: ${unreadableReasons[reason]}; it had no effect${count === 1 ? '' : ` (the latest of ${count})`}`;
}

function actionText(action: TimelineDetail['action']): string | undefined {
  if (action === undefined) return undefined;
  const { by, onBehalfOf, reason, outcome, evidence } = action;
  const who = onBehalfOf === undefined ? by : `${by}, on behalf of ${onBehalfOf}`;
  const said = outcome === undefined ? '' : `${outcome} `;
  return `${said}by ${who}: ${reason}${evidence === undefined ? '' : `; evidence: ${evidence}`}`;
}

function contradictionText(contradiction: TimelineDetail['contradiction']): string | undefined {
  switch (contradiction?.kind) {
    case undefined:
      return undefined;
    case 'unpaid with a transaction':
      return `${contradiction.source} says ${contradiction.providerStatus}, and names a transaction`;
    case 'two final statuses':
      return `first ${contradiction.first}, then ${contradiction.second} by a ${contradiction.source}`;
    case 'after the end':
      return `${contradiction.source} says ${contradiction.providerStatus} after its end`;
  }
}

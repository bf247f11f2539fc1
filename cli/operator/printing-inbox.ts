import type { InboxItem } from '../../client/index.js';
import { attentions, isAttention } from '../../domain/attention.js';
import { matrix } from '../../domain/matrix.js';
import { actionLines, actionsFor } from './actions.js';
import { printJson } from '../printing.js';

export function printInbox(items: readonly InboxItem[], json?: boolean): void {
  if (json === true) for (const item of items) printJson(withAction(item));
  else console.log(inboxLines(items).join('\n'));
}

/** For scripts: an item, and the commands that fit it. */
export function withAction(item: InboxItem) {
  return { ...item, action: actionsFor(item).map(({ command }) => command) };
}

/** No table: its columns would cut or wrap the commands. */
export function inboxLines(items: readonly InboxItem[]): string[] {
  if (items.length === 0) return ['Nothing needs a person.'];
  return items.flatMap((item) => [
    `${item.since}  ${nameOf(item)}`,
    `  ${whyInWords(item)}`,
    ...actionLines(actionsFor(item)).map((line) => `  ${line}`),
    '',
  ]);
}

function nameOf(item: InboxItem): string {
  switch (item.kind) {
    case 'withdrawal': {
      const at = item.provider === undefined ? '' : ` at ${matrix[item.provider].title}`;
      return `withdrawal ${item.withdrawalId}${at}, ${item.status}`;
    }
    case 'case':
      return `case ${item.caseId}${item.provider === undefined ? '' : ` of ${matrix[item.provider].title}`}`;
    case 'stuck workflow':
      return `stuck workflow ${item.workflowId}: put the worker right, never terminate or reset it`;
    case 'unserved queue':
      return `unserved queue ${item.queue}`;
  }
}

function whyInWords({ why }: InboxItem): string {
  return isAttention(why) ? `${why}: ${attentions[why]}` : why;
}

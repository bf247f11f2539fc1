import type { InboxItem } from '../../../client/index.js';
import { attentionText, isAttention } from '../../../domain/attention.js';
import { capabilities } from '../../../domain/providers/index.js';
import type { Suggestion } from '../actions/suggested.js';
import { suggestionForAll, suggestionsFor } from '../actions/suggested.js';
import { groupOf, providerOf } from '../../../client/inbox/index.js';
import { cliName } from '../../processes/outflow-command.js';
import { askedOf, commandLines, printJson, wrapped } from '../../output/text.js';

export function printInbox(items: readonly InboxItem[], json?: boolean): void {
  if (json === true) for (const item of items) printJson(inboxJson(item));
  else console.log(inboxLines(items).join('\n'));
}

/** For scripts: an item, and the commands that fit it. */
export function inboxJson(item: InboxItem) {
  return { ...item, action: suggestionsFor(item).map(({ command }) => command) };
}

/** A group with more than so many, and one command for all of them, shows no commands for each. */
const FEW = 5;

/** By reason and provider, the most severe first, at 80 columns; the commands can be pasted, each whole. */
export function inboxLines(items: readonly InboxItem[]): string[] {
  if (items.length === 0) return ['Nothing needs a person.'];
  const groups = new Map<string, InboxItem[]>();
  for (const item of items) {
    const key = `${groupOf(item)}\n${providerOf(item)}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...wrapped(summaryOf(items), ''), '', ...[...groups.values()].flatMap(groupLines)];
}

function summaryOf(items: readonly InboxItem[]): string {
  const owners = items.filter(({ kind }) => kind === 'awaits Owner').length;
  const others = items.filter(({ kind }) => kind !== 'awaits Owner' && kind !== 'incomplete').length;
  const need =
    others === 1 ? '1 needs a person' : `${others === 0 ? 'Nothing' : others} need${others === 0 ? 's' : ''} a person`;
  return owners === 0 ? `${need}.` : `${need}; ${owners} before a provider’s Owner, who decides in its dashboard.`;
}

function groupLines(group: readonly InboxItem[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const forAll = group.length > 1 ? suggestionForAll(first) : undefined;
  const isShort = first.kind === 'awaits Owner' || (forAll !== undefined && group.length > FEW);
  const rest = `Each of them: ${cliName} get ID`;
  return [
    ...wrapped(`${titleOf(first)} (${group.length})`, ''),
    ...wrapped(`  ${meaningOf(first)}`, '  '),
    ...(forAll === undefined ? [] : suggestionLines(forAll, '  ')),
    ...(isShort ? [`  ${rest}`] : []),
    ...group.flatMap((item) => [
      ...wrapped(`  ${item.since.replace(/\.\d+Z$/, 'Z')} ${nameOf(item)}`, '    '),
      ...detailsOf(item).flatMap((detail) => wrapped(`    ${detail}`, '    ')),
      ...(isShort ? [] : suggestionsFor(item).flatMap((suggestion) => suggestionLines(suggestion, '    '))),
    ]),
    '',
  ];
}

function suggestionLines({ when, command }: Suggestion, indent: string): string[] {
  return [...wrapped(`${indent}${when}:`, indent), ...commandLines(command, `${indent}  `)];
}

/** What the items of a group have in common. */
function titleOf(item: InboxItem): string {
  const provider = 'provider' in item ? `, ${capabilities[item.provider].title}` : '';
  switch (item.kind) {
    case 'withdrawal':
      return `${item.why}${provider}`;
    case 'closed by force':
      return `Closed by force${provider}`;
    case 'stale request':
      return `Started after its sendBy${provider}`;
    case 'awaits Owner':
      return `Before the provider’s Owner${provider}`;
    case 'case':
      return `Cases${provider}`;
    case 'stuck workflow':
      return 'Stuck workflows';
    case 'unserved queue':
      return 'Queues that nobody serves';
    case 'incomplete':
      return 'Not all was looked at';
  }
}

/** What it means and what to do, once for all of a group. */
function meaningOf({ kind, why }: InboxItem): string {
  switch (kind) {
    case 'withdrawal':
      return isAttention(why) ? attentionText(why) : why;
    case 'closed by force':
      return 'Its workflow was terminated or failed, so nobody follows its money, which may have moved. Never submit it under another id.';
    case 'stale request':
      return (
        'This run sent nothing; an earlier one may have paid. Look for it at the provider by its reference. If it was not paid, make a new ' +
        'record, with a new withdrawalId (docs/requests.md).'
      );
    case 'awaits Owner':
      return 'The Owner of the account at the provider approves or declines it in the provider’s dashboard.';
    case 'case':
    case 'incomplete':
      return why;
    case 'stuck workflow':
      return 'Put the worker right; never terminate or reset it.';
    case 'unserved queue':
      return 'Withdrawals wait, and no worker asks for their work.';
  }
}

function nameOf(item: InboxItem): string {
  switch (item.kind) {
    case 'withdrawal':
    case 'awaits Owner':
      return `${item.withdrawalId}, ${item.status}`;
    case 'closed by force':
      return `${item.withdrawalId}, ${item.how} while ${item.status}`;
    case 'stale request':
      return item.withdrawalId;
    case 'case':
      return item.caseId;
    case 'stuck workflow':
      return item.workflowId;
    case 'unserved queue':
      return item.queue;
    case 'incomplete':
      return 'failing workflows';
  }
}

/** What is known of one, beside its name. */
function detailsOf(item: InboxItem): string[] {
  const id = 'providerId' in item ? [`its id at the provider: ${item.providerId}`] : [];
  switch (item.kind) {
    case 'closed by force':
      return [...(item.asked === undefined ? [] : [askedOf(item.asked)]), ...id];
    case 'stuck workflow':
    case 'unserved queue':
      return [item.why];
    default:
      return id;
  }
}

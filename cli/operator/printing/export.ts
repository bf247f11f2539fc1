import type { CurrentView } from '../../../client/index.js';
import { isNotRead } from '../../../client/stored/contents.js';
import type { WithdrawalExport } from '../../../client/stored/export.js';
import type { HeldEvent, HeldRun } from '../../../client/stored/held.js';
import type { Outcome } from '../outcome.js';
import { viewLines } from './view.js';

/** What is held elsewhere of it, or was: no command of ours reaches it. */
export const notExported = {
  'the provider': 'what it was sent, and what it made of that',
  'your own systems': 'the app’s records, and your logs of these processes, in which its id stands',
  'Temporal’s backups and archive': 'what they held when they were made',
  'what Temporal has deleted': 'runs and cases that ended longer ago than its retention',
  'the provider’s rate limiter': 'at CryptoCloud: its id, and when it asked for a time to send',
} as const;

/** Words for the events that hold most; others are called by Temporal’s own name. */
const words: Readonly<Record<string, string>> = {
  workflowExecutionStarted: 'started with',
  workflowExecutionSignaled: 'received',
  workflowExecutionUpdateAccepted: 'asked by an operator',
  workflowExecutionUpdateCompleted: 'answered to the operator',
  activityTaskScheduled: 'call',
  activityTaskCompleted: 'result of the call',
  activityTaskFailed: 'failure of the call',
  workflowExecutionCompleted: 'ended with',
  workflowExecutionContinuedAsNew: 'handed on to the next run',
};

/** What is held of a withdrawal, where it stands now beside it, as far as anybody can say. */
export function exportOutcome(held: WithdrawalExport, view: CurrentView | undefined): Outcome {
  const { withdrawalId, runs, cases, unread } = held;
  const notCovered = Object.entries(notExported).map(([where, what]) => `${where}: ${what}`);
  return {
    json: { ...held, ...(view && { view }), notCovered },
    text: [
      `All that Temporal holds of withdrawal ${withdrawalId}, personal data included. --json shows what everybody reads there, too.`,
      '',
      ...(view === undefined ? [] : [...viewLines(view), '']),
      ...[...runs, ...cases].flatMap((run) => [...runLines(run), '']),
      ...(unread.length === 0 ? [] : ['What could not be read:', ...unread.map((one) => `  ${one}`), '']),
      'Not here:',
      ...notCovered.map((one) => `  ${one}`),
    ],
    ...(unread.length > 0 && { exit: 'someFailed' as const }),
  };
}

function runLines({ workflowId, runId, startedAt, closedAt, status, events, description }: HeldRun): string[] {
  const ended = closedAt === undefined ? 'and open' : `to ${closedAt}, ${status}`;
  const beside = contentLines('beside its history', description.encrypted);
  return [`${workflowId}, run ${runId}, from ${startedAt} ${ended}`, ...events.flatMap(eventLines), ...beside];
}

function eventLines({ at, event, name, encrypted, inClear }: HeldEvent): string[] {
  const what = words[event] ?? event.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  // What a person typed into Temporal's own tools isn't encrypted, and is shown all the same.
  const typed = Object.fromEntries(['reason', 'cause'].flatMap((field) => fieldIn(inClear, field)));
  return contentLines(`${at}  ${name === undefined ? what : `${what} (${name})`}`, { ...encrypted, ...typed });
}

function fieldIn(fields: Readonly<Record<string, unknown>>, field: string): [string, unknown][] {
  return typeof fields[field] === 'string' ? [[field, fields[field]]] : [];
}

/** Nothing where there is nothing. */
function contentLines(title: string, content: Readonly<Record<string, unknown>>): string[] {
  const leaves = Object.entries(content).flatMap(([place, value]) => leavesOf(value, place));
  const width = Math.max(0, ...leaves.map(([path]) => path.length));
  if (leaves.length === 0) return [];
  return [`  ${title}`, ...leaves.map(([path, text]) => `    ${path.padEnd(width)}  ${text}`)];
}

/** Each value by the fields that lead to it. */
function leavesOf(value: unknown, path: string): [path: string, text: string][] {
  if (isNotRead(value)) return [[path, `(can’t be read: ${value.notRead})`]];
  if (typeof value !== 'object' || value === null)
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([field, one]) => leavesOf(one, `${path}.${field}`));
}

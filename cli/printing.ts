import Table from 'cli-table3';
import type { CaseView, InboxItem, ListedWithdrawal, Money, WithdrawalView } from '../client/index.js';
import { attentions, isAttention } from '../domain/attention.js';
import { failures, isFailureType } from '../domain/failures.js';

/** For scripts: one JSON object per line on stdout. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value));
}

/** A table without colours where the output is no terminal. */
export function tableOf(head: string[], rows: string[][], widths: (number | null)[] = []): string {
  const style = process.stdout.isTTY ? {} : { head: [], border: [] };
  // No lines between the rows; long cells are wrapped at words.
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const table = new Table({ head, style, chars, colWidths: widths, wordWrap: true });
  table.push(...rows);
  return table.toString();
}

export function printList(withdrawals: readonly ListedWithdrawal[], limit: number): void {
  if (withdrawals.length === 0) {
    console.log('No withdrawals match.');
    return;
  }
  const rows = withdrawals.map(({ withdrawalId, provider, currency, status, attention, submittedAt }) => [
    withdrawalId,
    provider ?? '',
    currency ?? '',
    status,
    attention ?? '',
    submittedAt,
  ]);
  console.log(tableOf(['withdrawal', 'provider', 'currency', 'status', 'needs a person', 'submitted at'], rows));
  if (withdrawals.length === limit) console.log(`These are ${limit}, and there may be others; --limit shows more.`);
}

export function printInbox(items: readonly InboxItem[]): void {
  if (items.length === 0) {
    console.log('Nothing needs a person.');
    return;
  }
  const rows = items.map((item) => [item.since, item.kind, nameOf(item), whyInWords(item), commandFor(item)]);
  console.log(tableOf(['since', 'what', 'which', 'why', 'what to do'], rows, [null, null, null, 50, 50]));
}

function nameOf(item: InboxItem): string {
  switch (item.kind) {
    case 'withdrawal':
      return item.withdrawalId;
    case 'case':
      return `${item.caseId.slice(0, 12)}…`;
    case 'stuck workflow':
      return item.workflowId;
    case 'unserved queue':
      return item.queue;
  }
}

function whyInWords({ why }: InboxItem): string {
  return isAttention(why) ? `${why}: ${attentions[why]}` : why;
}

function commandFor(item: InboxItem): string {
  switch (item.kind) {
    case 'withdrawal':
      return `outflow get ${item.withdrawalId}; then outflow resolve, retry or cancel`;
    case 'case':
      return `outflow case show ${item.caseId}; then outflow case close`;
    case 'stuck workflow':
      return 'read the worker’s log, and put the worker right; never terminate or reset it';
    case 'unserved queue':
      return 'outflow worker, with this provider’s settings';
  }
}

export function printCase(view: CaseView, json?: boolean): void {
  if (json === true) return printJson(view);
  const lines: [string, string | undefined][] = [
    ['case', `${view.reason}, ${view.provider}`],
    ['withdrawal', view.withdrawalId],
    ['opened at', view.openedAt],
    [
      'it says',
      view.record && `${view.record.providerStatus} (${view.record.meaning}), provider id ${view.record.providerId}`,
    ],
    ['problem', view.problem],
    ['the callback', view.body],
    ['closed', view.closed && `${view.closed.at} by ${view.closed.by}: ${view.closed.reason}`],
  ];
  for (const [name, value] of lines) if (value !== undefined) console.log(`${name.padEnd(12)} ${value}`);
}

/** A withdrawal in plain words: what it is, where the money is, what happens next. */
export function printView(view: WithdrawalView, json?: boolean): void {
  if (json === true) return printJson(view);
  const lines: [string, string | undefined][] = [
    ['withdrawal', view.withdrawalId],
    ['provider', [view.provider, view.providerId].filter((part) => part !== undefined).join(' ')],
    ['asked', askedOf(view)],
    ['to', view.tag === undefined ? view.address : `${view.address}, tag ${view.tag}`],
    ['status', view.final ? `${view.status}, final since ${view.finalAt ?? 'unknown'}` : view.status],
    ['sent', moneyOf(view.sent)],
    ['received', moneyOf(view.received)],
    ['fees', view.fees?.map((fee) => `${moneyOf(fee) ?? ''} (${fee.type})`).join(', ')],
    ['transaction', view.txid],
    ['why', whyOf(view)],
    [
      'waits for',
      view.waiting && `${view.waiting.for}, since ${view.waiting.since}${untilOf(view)}. ${view.waiting.next}`,
    ],
    ['a person', view.attention && `is needed (${view.attention}): ${attentions[view.attention]}`],
  ];
  for (const [name, value] of lines)
    if (value !== undefined && value !== '') console.log(`${name.padEnd(12)} ${value}`);
  for (const { at, event, detail } of view.timeline)
    console.log(`  ${at}  ${event}${detail === undefined ? '' : `: ${detail}`}`);
}

/** `100 EUR → BTC`, `0.003 BTC`. */
export function askedOf({ amount, currency, amountTo, convertTo }: WithdrawalView): string {
  const target = amountTo === undefined ? convertTo : `${amountTo} ${convertTo ?? ''}`;
  const source = amount === undefined ? currency : `${amount} ${currency}`;
  return target === undefined ? source : `${source} → ${target}`;
}

export function moneyOf(money: Money | undefined): string | undefined {
  return money && `${money.amount} ${money.currency}`;
}

function untilOf({ waiting }: WithdrawalView): string {
  return waiting?.until === undefined ? '' : `, until ${waiting.until} at the latest`;
}

function whyOf({ error, final }: WithdrawalView): string | undefined {
  if (error === undefined) return undefined;
  const words = [error.type, error.code, error.message].filter((part) => part !== undefined).join(': ');
  const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
  return `${words}${request}${isFailureType(error.type) && !final ? `. ${failures[error.type].advice}` : ''}`;
}

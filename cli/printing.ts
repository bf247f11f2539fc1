import Table from 'cli-table3';
import type { ListedWithdrawal, Money, WithdrawalView } from '../client/index.js';
import { isZero } from '../domain/money.js';

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

/** `100 EUR → BTC`, `0.003 BTC`. */
export function askedOf({
  amount,
  currency,
  amountTo,
  convertTo,
}: Pick<WithdrawalView, 'amount' | 'currency' | 'amountTo' | 'convertTo'>): string {
  const target = amountTo === undefined ? convertTo : `${amountTo} ${convertTo ?? ''}`;
  const source = amount === undefined ? currency : `${amount} ${currency}`;
  return target === undefined ? source : `${source} → ${target}`;
}

export function moneyOf(money: Money | undefined): string | undefined {
  return money && `${money.amount} ${money.currency}`;
}

/** What was taken beside the amount; a provider may name fees that it didn't take. */
export function feesOf({ fees = [] }: Pick<WithdrawalView, 'fees'>): string | undefined {
  const taken = fees.filter(({ amount }) => !isZero(amount));
  return taken.length === 0 ? undefined : taken.map((fee) => `${moneyOf(fee) ?? ''} (${fee.type})`).join(', ');
}

/** Names in one column and what they hold in the next; what isn't known is left out. Several lines stand below one another. */
export function linesOf(rows: readonly (readonly [name: string, value: string | undefined])[]): string[] {
  return rows.flatMap(([name, value]) =>
    value === undefined || value === ''
      ? []
      : value.split('\n').map((line, index) => `${(index === 0 ? name : '').padEnd(12)} ${line}`),
  );
}

import Table from 'cli-table3';
import type { ListedWithdrawal, Money, WithdrawalView } from '../../client/index.js';
import { isZero } from '../../domain/money.js';

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

export function printList(withdrawals: readonly ListedWithdrawal[]): void {
  if (withdrawals.length === 0) {
    console.log('No withdrawals match.');
    return;
  }
  const rows = withdrawals.map(({ withdrawalId, provider, currency, status, attention, closed, submittedAt }) => [
    withdrawalId,
    provider ?? '',
    currency ?? '',
    status,
    closed === undefined ? (attention ?? '') : `closed by force (${closed})`,
    submittedAt,
  ]);
  console.log(tableOf(['withdrawal', 'provider', 'currency', 'status', 'needs a person', 'submitted at'], rows));
}

/** So wide are lines that people read. */
const COLUMNS = 80;

/** A text in lines of at most 80 columns, broken at blanks; those after the first begin with `indent`. A longer word stays whole. */
export function wrapped(text: string, indent: string, columns = COLUMNS): string[] {
  return filled(text.split(/(?<=\S) +(?=\S)/), { indent, ending: '', first: '', columns });
}

/** A command in lines of at most 80 columns that a shell takes as one, each but the last ended by a backslash. */
export function commandLines(command: string, indent: string): string[] {
  return filled(command.match(/(?:--[\w-]+ )?(?:'[^']*'|[^\s'])+/g) ?? [], {
    ...{ indent: indent + '  ', ending: ' \\', first: indent, columns: COLUMNS },
  });
}

interface Filling {
  /** Begins the first line, and those after it. */
  first: string;
  indent: string;
  /** Ends each line but the last. */
  ending: string;
  columns: number;
}

function filled(words: readonly string[], { first, indent, ending, columns }: Filling): string[] {
  const lines: string[] = [];
  let line = first;
  for (const [index, word] of words.entries()) {
    const isBegun = line.trim() !== '';
    const longer = isBegun ? `${line} ${word}` : line + word;
    const width = columns - (index === words.length - 1 ? 0 : ending.length);
    if (!isBegun || longer.length <= width) {
      line = longer;
    } else {
      lines.push(line + ending);
      line = indent + word;
    }
  }
  return [...lines, line];
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

import { request } from 'undici';
import type { WithdrawalView } from '../../client/index.js';
import { sameAmount } from '../../domain/money.js';

/** A payout in the simulator's ledger: the truth about money. */
export interface LedgerRow {
  provider: string;
  providerId: string;
  reference: string | null;
  currency: string;
  amount: string;
  address: string;
  /** How often money left for it. */
  debits: number;
}

export async function readLedger(control: string): Promise<LedgerRow[]> {
  const { body } = await request(`${control}/ledger`);
  return (await body.json()) as LedgerRow[];
}

/** In what the ledger and a final view disagree; empty if they agree. */
export function disagreements(view: WithdrawalView, ledger: readonly LedgerRow[]): string[] {
  const rows = ledger.filter(
    ({ provider, reference, providerId }) =>
      provider === view.provider && (reference === view.withdrawalId || providerId === view.providerId),
  );
  const debits = rows.reduce((sum, row) => sum + row.debits, 0);
  const due = view.status === 'confirmed' ? 1 : 0;
  const problems = debits === due ? [] : [`money left ${debits} times, it should have ${due} times`];
  const [row] = rows;
  if (due === 1 && row !== undefined) {
    if (row.address !== view.address) problems.push('paid to another address');
    if (view.amount !== undefined && (row.currency !== view.currency || !sameAmount(row.amount, view.amount))) {
      problems.push(`paid ${row.amount} ${row.currency}`);
    }
  }
  return problems;
}

/** The Owner's decision on a payout, by the simulator's control port. */
export async function decideOnPayout(
  control: string,
  { provider, providerId }: LedgerRow,
  decision: 'approve' | 'decline',
): Promise<void> {
  const { statusCode, body } = await request(`${control}/payouts/${provider}/${providerId}/${decision}`, {
    method: 'POST',
  });
  const answer = await body.text();
  if (statusCode !== 200) throw new Error(`The simulator refused to ${decision} ${providerId}: ${answer}`);
}

/** CryptoCloud: "Minimum interval between requests — 12 seconds." */
const INTERVAL_MS = 12_000;

/** Which creates reached CryptoCloud too soon after the one before. */
export async function spacingProblems(control: string): Promise<string[]> {
  const { body } = await request(`${control}/requests`);
  const requests = (await body.json()) as { provider: string; method: string; arrivedAt: number }[];
  const arrivals = requests
    .filter(({ provider, method }) => provider === 'cryptocloud' && method === 'POST')
    .map(({ arrivedAt }) => arrivedAt);
  const gaps = arrivals.slice(1).map((time, index) => time - (arrivals[index] ?? time));
  return gaps.filter((gap) => gap < INTERVAL_MS).map((gap) => `a create followed another by ${gap} ms`);
}

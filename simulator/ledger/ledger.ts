import { Money } from '../currencies/money.js';
import type { Journal } from './journal.js';
import { holdsMoney, latestChange, paidStatus, type StatusChange, type Payout, type ProviderName } from './payout.js';

/** Every payout that a provider accepted, and the only truth about money. */
export class Ledger {
  readonly #journal: Journal;
  readonly #rows = new Map<string, Payout>();
  readonly #byReference = new Map<string, string[]>();
  readonly #held = new Map<string, Money>();
  readonly #accepted = new Map<ProviderName, number>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Stores a payout, or its next version. */
  put(row: Payout): Payout {
    this.restore(row);
    this.#journal.append({ change: 'payout', payout: row });
    return row;
  }

  /** Stores a payout that is in the journal already. */
  restore(row: Payout): void {
    const key = `${row.provider}/${row.providerId}`;
    const before = this.#rows.get(key);
    this.#rows.set(key, row);
    if (!before) this.#accepted.set(row.provider, this.accepted(row.provider) + 1);
    if (!before && row.reference !== null) {
      const references = `${row.provider}/${row.reference.toLowerCase()}`;
      this.#byReference.set(references, [...(this.#byReference.get(references) ?? []), key]);
    }
    const balance = `${row.provider}/${row.charged.currency}`;
    const held = this.#held.get(balance) ?? new Money(0);
    this.#held.set(balance, held.minus(before ? heldBy(before) : 0).plus(heldBy(row)));
  }

  all(): Payout[] {
    return [...this.#rows.values()];
  }

  /** How many payouts a provider has ever stored: ids are made from it, so starting over doesn't set it back. */
  accepted(provider: ProviderName): number {
    return this.#accepted.get(provider) ?? 0;
  }

  find(provider: ProviderName, providerId: string): Payout | undefined {
    return this.#rows.get(`${provider}/${providerId}`);
  }

  /** The newest payout with this reference: where references aren't unique, a provider has to pick one. */
  findByReference(provider: ProviderName, reference: string, ignoreCase: boolean): Payout | undefined {
    const keys = this.#byReference.get(`${provider}/${reference.toLowerCase()}`) ?? [];
    return keys
      .map((key) => this.#rows.get(key))
      .findLast((row) => row !== undefined && (ignoreCase || row.reference === reference));
  }

  /** A new status. Money leaves whenever it becomes the paid one. */
  changeStatus(row: Payout, change: StatusChange): Payout {
    const paid = change.status === paidStatus[row.provider];
    return this.put({ ...row, history: [...row.history, change], debits: row.debits + (paid ? 1 : 0) });
  }

  /** What is gone from, or set aside on, one of our balances. */
  held(provider: ProviderName, currency: string): Money {
    return this.#held.get(`${provider}/${currency}`) ?? new Money(0);
  }

  clear(): void {
    this.#rows.clear();
    this.#byReference.clear();
    this.#held.clear();
  }
}

function heldBy(row: Payout): Money {
  return holdsMoney(row) ? new Money(row.charged.amount).times(Math.max(1, row.debits)) : new Money(0);
}

/** A payout as `GET /ledger` shows it. */
export interface LedgerRow {
  readonly provider: ProviderName;
  readonly providerId: string;
  readonly reference: string | null;
  readonly currency: string;
  readonly amount: string;
  readonly received: { readonly currency: string; readonly amount: string };
  readonly address: string;
  readonly tag: string | null;
  readonly status: string;
  readonly txid: string | null;
  readonly debits: number;
}

export function ledgerRow(row: Payout): LedgerRow {
  const { provider, providerId, reference, currency, amount, received, address, tag, debits } = row;
  const txid = debits > 0 ? row.txid : null;
  return {
    provider,
    providerId,
    reference,
    currency,
    amount,
    received,
    address,
    tag,
    status: latestChange(row).status,
    txid,
    debits,
  };
}

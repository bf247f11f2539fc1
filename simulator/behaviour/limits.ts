import { z } from 'zod';
import { Money } from '../currencies/money.js';
import type { Ledger } from '../ledger/ledger.js';
import { providerNames, type ProviderName } from '../ledger/payout.js';

const amounts = z.record(z.string(), z.string().regex(/^\d{1,30}(\.\d{1,30})?$/, 'expected a decimal string'));

/** Limits of our account at a provider. `balances`: available now. `ownerLimits`: above it, the Owner must approve. */
const providerLimits = z.strictObject({ balances: amounts.default({}), ownerLimits: amounts.default({}) });

export const limitValues = z.strictObject({
  cryptoprocessing: providerLimits.optional(),
  alphapo: providerLimits.optional(),
  cryptopay: providerLimits.optional(),
  cryptocloud: providerLimits.extend({ intervalMs: z.number().int().nonnegative().default(12_000) }).optional(),
});
export type LimitValues = z.infer<typeof limitValues>;

const startingBalance = '1000000';

/** Balances, Owner limits and CryptoCloud's interval between creates. */
export class Limits {
  readonly #ledger: Ledger;
  #values: LimitValues = {};

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Sets all limits anew. Balances are meant as available now: what the ledger already holds is added to them. */
  set(values: LimitValues): LimitValues {
    const withHeld: LimitValues = structuredClone(values);
    for (const provider of providerNames) {
      const balances = withHeld[provider]?.balances ?? {};
      for (const [currency, available] of Object.entries(balances)) {
        balances[currency] = this.#ledger.held(provider, currency).plus(available).toFixed();
      }
    }
    this.#values = withHeld;
    return withHeld;
  }

  /** Sets limits that are in the journal already. */
  restore(values: LimitValues): void {
    this.#values = values;
  }

  values(): LimitValues {
    return this.#values;
  }

  available(provider: ProviderName, currency: string): Money {
    const paidIn = this.#values[provider]?.balances[currency] ?? startingBalance;
    return new Money(paidIn).minus(this.#ledger.held(provider, currency));
  }

  ownerMustApprove(provider: ProviderName, currency: string, amount: Money): boolean {
    const limit = this.#values[provider]?.ownerLimits[currency];
    return limit !== undefined && amount.greaterThan(limit);
  }

  intervalMs(): number {
    return this.#values.cryptocloud?.intervalMs ?? 12_000;
  }
}

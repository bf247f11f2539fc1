import type { Payout } from '../../simulator/ledger/payout.js';
import type { Check, CheckContext } from './check.js';

/** Statuses after which a provider pays nothing any more. */
export const endedUnpaid: readonly string[] = ['declined', 'cancelled'];

export function statusOf({ history }: Payout): string {
  return history.at(-1)?.status ?? '';
}

/** A payout that is paid, or may still be: money on its way. */
export function isAlive(row: Payout): boolean {
  return row.debits > 0 || !endedUnpaid.includes(statusOf(row));
}

/**
 * Point 1. Whatever the provider’s books hold of one withdrawal, money leaves at most once; and no second payout is on its way while the first may
 * still pay. Where references are not unique, a second one is allowed only after the look-ups that prove the first absent, which `sending.ts` checks.
 */
export function onePayoutAtMost({ plan, actor, report }: CheckContext): Check {
  const isUnique = plan.modes['reference-not-unique'] !== true;
  return {
    payoutChanged(payout) {
      const planned = plan.withdrawals.find(({ request }) => request.address === payout.address);
      if (planned === undefined)
        return report('onePayout', `a payout to an address that nobody asked for: ${payout.address}`);
      const { withdrawalId, provider } = planned.request;
      const rows = actor.rowsOf(withdrawalId);
      if (!isUnique && provider !== 'cryptocloud') return;
      const debits = rows.reduce((sum, row) => sum + row.debits, 0);
      if (debits > 1) report('onePayout', `${withdrawalId}: money left ${debits} times`);
      else if (rows.filter(isAlive).length > 1)
        report('onePayout', `${withdrawalId}: ${rows.length} payouts at ${provider}`);
    },
  };
}

import { withdrawalIdOf } from '../../contract/ids.js';
import type { WithdrawalView } from '../../domain/withdrawal/view.js';
import type { Payout } from '../../simulator/ledger/payout.js';
import type { HistoryEvent } from '../temporal/history.js';
import type { Check, CheckContext } from './check.js';
import { endedUnpaid, isAlive, statusOf } from './one-payout.js';

/**
 * Points 3 and 4: an end says what the provider’s books say, then and for ever; nothing is paid of what ended unpaid; no workflow ends otherwise than
 * by an end, but a request that came too late; and what has ended never begins anew.
 */
export function endsAgreeWithTheBooks({ plan, actor, report, lied, startedAgain }: CheckContext): Check {
  const ends = new Map<string, WithdrawalView>();
  /** Payouts whose provider said that it ended them unpaid: if it pays them all the same, it contradicted itself. */
  const saidUnpaid = new Set<string>();

  function closed(withdrawalId: string, view: WithdrawalView): void {
    const earlier = ends.get(withdrawalId);
    // A second run, which somebody started, may say in other words that nothing was paid.
    const saysTheSame = (earlier?.status === 'confirmed') === (view.status === 'confirmed');
    if (earlier !== undefined && (saysTheSame || startedAgain.has(withdrawalId))) return;
    if (earlier !== undefined)
      return report('finalNeverChanges', `${withdrawalId} ended ${earlier.status}, and again ${view.status}`);
    ends.set(withdrawalId, view);
    if (!view.final) return report('finalFate', `${withdrawalId} closed as ${view.status}, which is not final`);
    if (lied.has(withdrawalId)) return;
    const rows = actor.rowsOf(withdrawalId);
    const isPaid = rows.some(({ debits }) => debits > 0);
    if (view.status === 'confirmed' && !isPaid) report('finalFate', `${withdrawalId} is confirmed, and no money left`);
    const alive = rows.filter((row) => isAlive(row) && !isExpiredQuote(row));
    if (view.status !== 'confirmed' && alive.length > 0 && !rows.some(({ providerId }) => saidUnpaid.has(providerId)))
      report(
        'finalFate',
        `${withdrawalId} ended ${view.status}, and ${alive.map(statusOf).join(', ')} in the provider’s books`,
      );
  }

  return {
    payoutChanged(payout) {
      const planned = plan.withdrawals.find(({ request }) => request.address === payout.address);
      if (planned === undefined) return;
      const { withdrawalId } = planned.request;
      const end = ends.get(withdrawalId);
      const wasSaidUnpaid = saidUnpaid.has(payout.providerId);
      if (endedUnpaid.includes(statusOf(payout))) saidUnpaid.add(payout.providerId);
      if (end === undefined || end.status === 'confirmed' || lied.has(withdrawalId)) return;
      if (startedAgain.has(withdrawalId)) return;
      const isNew = payout.history.length === 1 && isAlive(payout);
      if (payout.debits > 0 && !wasSaidUnpaid)
        report('finalFate', `${withdrawalId} ended ${end.status}, and was paid after that`);
      else if (isNew) report('finalFate', `${withdrawalId} ended ${end.status}, and was created after that`);
    },
    recorded(run, event) {
      if (run.workflowType !== 'withdrawal') return;
      const withdrawalId = withdrawalIdOf(run.workflowId);
      if (event.type === 'completed') closed(withdrawalId, resultIn(event));
      if (event.type === 'failed') {
        const type = event.failure.applicationFailureInfo?.type;
        if (type !== 'StaleRequest')
          report('finalFate', `${withdrawalId} failed: ${type ?? event.failure.message ?? ''}`);
      }
      if (
        event.type === 'started' &&
        event.continuedFromRunId === undefined &&
        ends.has(withdrawalId) &&
        hasState(event)
      )
        report('finalNeverChanges', `${withdrawalId} began anew after its end`);
    },
    atTheEnd() {
      for (const { request } of plan.withdrawals) {
        const { withdrawalId } = request;
        const rows = actor.rowsOf(withdrawalId);
        const end = ends.get(withdrawalId);
        if (end === undefined || lied.has(withdrawalId) || startedAgain.has(withdrawalId)) continue;
        const isPaid = rows.some(({ debits }) => debits > 0);
        const isContradicted = rows.some(({ providerId }) => saidUnpaid.has(providerId));
        if ((end.status === 'confirmed') !== isPaid && !isContradicted)
          report(
            'finalFate',
            `${withdrawalId} ended ${end.status}, and the books say ${rows.map(statusOf).join(', ') || 'nothing'}`,
          );
      }
    },
  };
}

/** Cryptopay goes on calling a withdrawal new whose commit window has closed, where it never says that it expired. */
function isExpiredQuote(row: Payout): boolean {
  return row.provider === 'cryptopay' && statusOf(row) === 'new' && row.debits === 0;
}

function resultIn({ result }: HistoryEvent & { type: 'completed' }): WithdrawalView {
  return JSON.parse(Buffer.from(result?.data ?? []).toString('utf8')) as WithdrawalView;
}

/** A run that knows of nothing before it would pay; one that a person recovered, or that refuses its late request, would not. */
function hasState({ input }: HistoryEvent & { type: 'started' }): boolean {
  const start = JSON.parse(Buffer.from(input[0]?.data ?? []).toString('utf8')) as { state?: object; recovery?: object };
  return start.state !== undefined || start.recovery !== undefined;
}

import { withdrawalIdOf } from '../../contract/ids.js';
import type { WithdrawalView } from '../../domain/withdrawal/view.js';
import type { Check, CheckContext } from './check.js';

/** The providers’ words for an end. */
const finalWords = ['confirmed', 'completed', 'declined', 'cancelled'];

/**
 * Points 3 and 5, where settings say that a callback alone ends nothing: what a provider has ended, a response of its own has said; and point 1’s
 * other side: what was cancelled in Temporal before it was sent is not sent.
 */
export function endsRestOnEvidence({ plan, report }: CheckContext): Check {
  /** Final words that each withdrawal’s responses have said. */
  const said = new Map<string, Set<string>>();
  return {
    answered({ body, path }, { body: bytes }) {
      const text = bytes.toString('utf8');
      const word = finalWords.find((one) => text.includes(`"status":"${one}"`));
      const planned = plan.withdrawals.find(({ request }) =>
        [body, path, text].some((part) => part.includes(request.withdrawalId) || part.includes(request.address)),
      );
      if (word === undefined || planned === undefined) return;
      const { withdrawalId } = planned.request;
      said.set(withdrawalId, (said.get(withdrawalId) ?? new Set()).add(word === 'completed' ? 'confirmed' : word));
    },
    recorded(run, event) {
      if (event.type === 'activityScheduled' && event.command.activityType === 'createWithdrawal') {
        const task = run.history.findLast(({ type }) => type === 'taskStarted')?.id ?? 0;
        if (run.history.some(({ type, id }) => type === 'cancelRequested' && id < task))
          report('finalFate', `${run.workflowId} is sent, though it was cancelled before`);
      }
      if (event.type !== 'completed' || run.workflowType !== 'withdrawal' || !plan.settings.confirmFinal) return;
      const view = JSON.parse(Buffer.from(event.result?.data ?? []).toString('utf8')) as WithdrawalView;
      const withdrawalId = withdrawalIdOf(run.workflowId);
      const isByProvider =
        ['confirmed', 'declined', 'cancelled'].includes(view.status) && view.providerStatus !== undefined;
      const isByPerson = view.timeline.some((entry) => entry.event === 'resolved');
      if (
        !isByProvider ||
        isByPerson ||
        view.provider === 'cryptocloud' ||
        said.get(withdrawalId)?.has(view.status) === true
      )
        return;
      report('callbacks', `${withdrawalId} ended ${view.status}, which no response of ${view.provider} has said`);
    },
  };
}

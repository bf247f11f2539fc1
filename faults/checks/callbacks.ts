import { workflowIdOf } from '../../contract/ids.js';
import type { WithdrawalView } from '../../domain/withdrawal/view.js';
import type { Run } from '../temporal/run.js';
import type { SentRequest } from '../world/network.js';
import type { Check, CheckContext } from './check.js';

/** A provider’s words for an end, and what each means. */
const finals: Readonly<Record<string, string>> = {
  confirmed: 'confirmed',
  completed: 'confirmed',
  declined: 'declined',
  cancelled: 'cancelled',
};

/**
 * Point 5: what the provider never signed is refused; and every final word that the bridge has answered 200 for is the withdrawal’s end, or in a case,
 * or made it ask for a person.
 */
export function callbacksAreTaken({
  plan,
  world,
  report,
  forged,
}: CheckContext & { forged: ReadonlySet<SentRequest> }): Check {
  const taken: { withdrawalId: string | undefined; providerId: string; says: string; body: string }[] = [];
  const hasAsked = new Set<string>();

  const caseWith = (text: string): Run | undefined =>
    world.server
      .runs()
      .find((run) => run.workflowType === 'case' && Buffer.from(inputOf(run)).toString('utf8').includes(text));

  return {
    recorded({ workflowId }, event) {
      if (event.type === 'upserted' && event.searchAttributes.indexedFields?.['WithdrawalAttention'] !== undefined)
        hasAsked.add(workflowId);
    },
    callbackAnswered(callback, status, isAuthentic) {
      const { body, path } = callback;
      if (status === 200 && (!isAuthentic || forged.has(callback)))
        report('callbacks', `a callback that the provider did not sign was taken: ${body}`);
      if (status !== 200 || path.endsWith('cryptocloud')) return;
      const word = /"status":\s*"(\w+)"/.exec(body)?.[1] ?? '';
      const says = finals[word];
      const providerId = /"id":\s*"?([\w-]+)/.exec(body)?.[1] ?? '';
      const withdrawalId = plan.withdrawals.find(({ request }) => body.includes(`"${request.withdrawalId}"`))?.request
        .withdrawalId;
      if (says !== undefined) taken.push({ withdrawalId, providerId, says, body });
    },
    atTheEnd() {
      for (const { withdrawalId, says, body } of taken) {
        if (withdrawalId === undefined) {
          if (body.includes('nobody-knows-me') && caseWith('nobody-knows-me') === undefined)
            report('callbacks', `of an unknown withdrawal, and in no case: ${body}`);
          continue;
        }
        const run = world.server.find(workflowIdOf(withdrawalId));
        if (run?.status !== 'COMPLETED' || hasAsked.has(run.workflowId)) continue;
        const { status } = resultOf(run);
        const agrees =
          status === says || (['refused', 'expired', 'cancelled'].includes(status) && says !== 'confirmed');
        if (!agrees && caseWith(withdrawalId) === undefined)
          report('callbacks', `${withdrawalId} ended ${status}; a callback said ${says}, and is in no case`);
      }
    },
  };
}

function inputOf({ history }: Run): Uint8Array {
  const [first] = history;
  return first?.type === 'started' ? (first.input[0]?.data ?? new Uint8Array()) : new Uint8Array();
}

function resultOf({ history }: Run): WithdrawalView {
  const last = history.at(-1);
  const data = last?.type === 'completed' ? last.result?.data : undefined;
  return JSON.parse(Buffer.from(data ?? []).toString('utf8')) as WithdrawalView;
}

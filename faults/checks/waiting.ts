import { workflowIdOf } from '../../contract/ids.js';
import { textIn } from '../world/world.js';
import type { Check, CheckContext } from './check.js';

/** Point 8: once the faults are over and people had their time, what has not ended asks for a person. */
export function everythingEndsOrAsks({ plan, world, report }: CheckContext): Check {
  return {
    atTheEnd() {
      for (const { request } of plan.withdrawals) {
        const run = world.server.find(workflowIdOf(request.withdrawalId));
        if (run?.status !== 'RUNNING') continue;
        const { WithdrawalStatus, WithdrawalAttention } = run.searchAttributes;
        if (textIn(WithdrawalAttention) === undefined)
          report('asks', `${request.withdrawalId} is still ${textIn(WithdrawalStatus) ?? 'open'}, and asks for nobody`);
      }
    },
  };
}

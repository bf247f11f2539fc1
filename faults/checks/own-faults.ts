import { replayed } from '../sandbox/replayer.js';
import type { Check, CheckContext } from './check.js';

const LONG = 80;

/** No task of a workflow fails, no fault of Outflow’s own is met, and every history that is left can be replayed from its beginning. */
export function ownFaults({ world, report }: CheckContext): Check {
  return {
    taskFailed(run, message) {
      const isReplay = message.startsWith('NotDeterministic');
      report(isReplay ? 'replay' : 'ownFaults', `${run.workflowId}: ${message}`);
    },
    logged({ workflowId }, { level, message, attributes }) {
      if (level === 'error')
        report('ownFaults', `${workflowId}: ${message} ${JSON.stringify(attributes['fault'] ?? '')}`);
    },
    async atTheEnd(sandbox) {
      for (const run of world.server.runs()) {
        // A long one costs as much as all the rest of a run, and kills have replayed its parts.
        if (run.history.length > LONG && !world.random.oneIn(10)) continue;
        try {
          (await replayed(sandbox, run.history, run)).dispose();
        } catch (error) {
          report('replay', `${run.workflowId}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    },
  };
}

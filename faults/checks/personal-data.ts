import { canaries } from '../plan/requests.js';
import type { Check, CheckContext } from './check.js';

/**
 * Point 7: what is readable without the key (ids, search attributes, summaries, types and messages of failures, logs) holds no name, date of birth,
 * e-mail address or address of a payout.
 */
export function nothingPersonalInClear({ plan, report }: CheckContext): Check {
  const secrets = [...canaries, ...plan.withdrawals.map(({ request }) => request.address)];
  const look = (where: string, value: unknown) => {
    const text = JSON.stringify(value, (_key, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('utf8') : part,
    );
    const found = secrets.find((secret) => text.includes(secret));
    if (found !== undefined) report('personalData', `${where} shows ${found}`);
  };
  return {
    recorded(run, event) {
      if (event.type === 'started')
        look('the beginning of a run', {
          id: run.workflowId,
          attributes: event.searchAttributes,
          summary: run.summary,
        });
      if (event.type === 'upserted') look('a search attribute', event.searchAttributes);
      if (event.type === 'activityFailed' || event.type === 'activityTimedOut') {
        const { message, applicationFailureInfo } = event.failure;
        look('a failure', { message, type: applicationFailureInfo?.type });
      }
      if (event.type === 'activityScheduled')
        look('a call', { id: event.command.activityId, queue: event.command.taskQueue });
      if (event.type === 'failed') look('a failure', event.failure.message ?? '');
    },
    logged(_run, line) {
      look('the log', line);
    },
  };
}

import { workflowIds, workflowQueue } from '../contract/ids.js';
import type { WithdrawalStart } from '../contract/messages.js';
import { indexedCurrency, searchAttributes } from '../contract/search-attributes.js';
import { summaries } from '../contract/summaries.js';

/** How a withdrawal's workflow is started, with what the index holds of it from the start. */
export function startOptions(
  start: WithdrawalStart,
  { batch, providerId }: { batch?: string | undefined; providerId?: string | undefined },
) {
  const { withdrawalId, provider } = start.request;
  const currency = indexedCurrency(start.request.currency); // one that was closed by force may never have been checked
  return {
    workflowId: workflowIds.withdrawal(withdrawalId),
    taskQueue: workflowQueue,
    args: [start],
    workflowIdConflictPolicy: 'FAIL' as const,
    staticSummary: summaries.withdrawal(provider),
    typedSearchAttributes: [
      { key: searchAttributes.provider, value: provider },
      { key: searchAttributes.status, value: 'received' },
      ...(currency === undefined ? [] : [{ key: searchAttributes.currency, value: currency }]),
      ...(batch === undefined ? [] : [{ key: searchAttributes.batch, value: batch }]),
      ...(providerId === undefined ? [] : [{ key: searchAttributes.providerId, value: providerId }]),
    ],
  };
}

import type { WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import type { ProviderName } from '../../domain/providers/index.js';
import { isProviderName } from '../../domain/providers/index.js';
import type { Attention } from '../../domain/attention.js';
import { isAttention } from '../../domain/attention.js';
import type { Status } from '../../domain/withdrawal/lifecycle.js';
import { isFinal, statuses } from '../../domain/withdrawal/lifecycle.js';
import type { Closing } from './closings.js';
import { withdrawalIdOf } from '../../contract/ids.js';
import { closingOf } from './closings.js';

/** What Temporal's index holds of a withdrawal. */
export interface ListedWithdrawal {
  withdrawalId: string;
  provider?: ProviderName;
  status: Status;
  final: boolean;
  currency?: string;
  providerId?: string;
  attention?: Attention;
  /** How its workflow was closed by force: then nobody follows its money. */
  closed?: Closing;
  batch?: string;
  /** ISO 8601. */
  submittedAt: string;
  finalAt?: string;
}

/** What a list and a description of a workflow have in common. */
export type Indexed = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'typedSearchAttributes' | 'startTime' | 'closeTime'
>;

export function listedFrom(indexed: Indexed): ListedWithdrawal {
  const { workflowId, typedSearchAttributes, startTime, closeTime } = indexed;
  const text = (key: (typeof searchAttributes)[keyof typeof searchAttributes]) => typedSearchAttributes.get(key);
  const status = statuses.find((name) => name === text(searchAttributes.status)) ?? 'received';
  const provider = text(searchAttributes.provider);
  const attention = text(searchAttributes.attention);
  return {
    withdrawalId: withdrawalIdOf(workflowId),
    status,
    final: isFinal(status),
    submittedAt: startTime.toISOString(),
    ...omitUndefined({
      provider: isProviderName(provider) ? provider : undefined,
      currency: text(searchAttributes.currency),
      providerId: text(searchAttributes.providerId),
      attention: isAttention(attention) ? attention : undefined,
      closed: closingOf(indexed),
      batch: text(searchAttributes.batch),
      finalAt: isFinal(status) ? closeTime?.toISOString() : undefined,
    }),
  };
}

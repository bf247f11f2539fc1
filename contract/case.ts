import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ProviderName } from '../domain/providers/index.js';
import { capabilities, isProviderName } from '../domain/providers/index.js';
import type { ProviderRecord } from '../domain/record.js';
import { passes } from '../domain/validation/fields.js';
import { requestFields } from '../domain/validation/request-fields.js';
import { statusRows } from '../domain/withdrawal/lifecycle.js';
import type { OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import type { CaseReason } from './case-reasons.js';
import { isCaseReason } from './case-reasons.js';
import { workflowIds, workflowQueue } from './ids.js';
import type { SentAction } from './messages.js';
import { indexedProviderId, searchAttributes } from './search-attributes.js';
import { summaries } from './summaries.js';

/** What a verified callback says, by which its case gets its id: its record, which names its provider; of one that can't be read, all of it. */
export type CallbackContent = { record: unknown } | { provider: ProviderName; body: string | undefined };

/** A verified callback with no open withdrawal to take it. */
export interface CaseStart {
  provider: ProviderName;
  reason: CaseReason;
  /** The withdrawal that it names, where it names one. */
  withdrawalId?: string;
  record?: ProviderRecord;
  /** Why it can't be read, naming fields; and the callback as it came. */
  problem?: string;
  body?: string;
}

/** The same callback has the same content, whether the bridge or a withdrawal opens its case. */
export function contentOf({ provider, record, body }: CaseStart): CallbackContent {
  return record === undefined ? { provider, body } : { record };
}

/** How a case is started, by the bridge or by a withdrawal: once per id, open or closed. */
export function caseOptions(start: CaseStart, caseId: string) {
  const { provider, reason } = publicFields(start);
  const providerId = indexedProviderId(start.record?.providerId);
  return {
    workflowId: workflowIds.case(caseId),
    taskQueue: workflowQueue,
    args: [start],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: summaries.case(reason), // shown without a worker
    typedSearchAttributes: [
      ...(provider === undefined ? [] : [{ key: searchAttributes.provider, value: provider }]),
      ...(providerId === undefined ? [] : [{ key: searchAttributes.providerId, value: providerId }]),
    ],
  };
}

/** For Temporal's UI, in its Markdown: in our words alone. The provider's own are in the case, which is encrypted. */
export function caseDetails(start: CaseStart): string {
  const { provider, reason, withdrawalId, says } = publicFields(start);
  const title = provider === undefined ? 'No provider of ours' : capabilities[provider].title;
  return (
    `**${title}: ${reason}**\n\n` +
    `Withdrawal: ${withdrawalId ?? 'none named that could be ours'}. What the provider says means: ${says}.\n\n` +
    'Find out at the provider what it means for the money, then close the case with your name and what you found.'
  );
}

/** What may be read without a key: whoever starts a case, and whoever signals, can put anything into any field. */
function publicFields({ provider, reason, withdrawalId, record }: CaseStart) {
  const isId = passes(requestFields.withdrawalId.check, withdrawalId);
  return {
    provider: isProviderName(provider) ? provider : undefined,
    reason: isCaseReason(reason) ? reason : 'for a reason that this release doesn’t know',
    withdrawalId: isId ? withdrawalId : undefined,
    says: record === undefined ? 'nothing readable' : saidBy(record),
  };
}

function saidBy({ meaning }: ProviderRecord): string {
  return Object.hasOwn(statusRows, meaning) ? meaning : 'nothing that its documents know';
}

export interface CaseView extends CaseStart {
  openedAt: string;
  closed?: OperatorAction & { at: string };
}

export const caseViewQuery = defineQuery<CaseView>('caseView');
export const closeCaseUpdate = defineUpdate<CaseView, [SentAction]>('close');

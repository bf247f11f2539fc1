import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ProviderName } from '../domain/providers/index.js';
import type { ProviderRecord } from '../domain/record.js';
import type { OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import type { SetAside } from '../domain/withdrawal/state.js';
import { workflowIds, workflowQueue } from './ids.js';
import { searchAttributes } from './search-attributes.js';

/** What a verified callback says, by which its case gets its id: its record, which names its provider; of one that can't be read, all of it. */
export type CallbackContent = { record: unknown } | { provider: ProviderName; body: string | undefined };

/** A verified callback with no open withdrawal to take it. */
export interface CaseStart {
  provider: ProviderName;
  reason: 'unknown withdrawal' | 'unreadable' | SetAside['reason'];
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
  const { provider, reason, record } = start;
  return {
    workflowId: workflowIds.case(caseId),
    taskQueue: workflowQueue,
    args: [start],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: `case: ${reason}`, // shown without a worker
    typedSearchAttributes: [
      { key: searchAttributes.provider, value: provider },
      // Anybody who may signal can send anything: what is no id is left out.
      ...(typeof record?.providerId === 'string'
        ? [{ key: searchAttributes.providerId, value: record.providerId }]
        : []),
    ],
  };
}

export interface CaseView extends CaseStart {
  openedAt: string;
  closed?: OperatorAction & { at: string };
}

export const caseViewQuery = defineQuery<CaseView>('caseView');
export const closeCaseUpdate = defineUpdate<CaseView, [OperatorAction]>('close');

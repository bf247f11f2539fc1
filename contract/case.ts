import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ProviderName } from '../domain/providers/index.js';
import type { ProviderRecord } from '../domain/record.js';
import type { OperatorAction } from '../domain/withdrawal/operator-actions/action.js';
import type { RecordForCase } from '../domain/withdrawal/state.js';
import { workflowIds, workflowQueue } from './ids.js';
import { searchAttributes } from './search-attributes.js';

/** A verified callback with no open withdrawal to take it. */
export interface CaseStart {
  provider: ProviderName;
  reason: 'unknown withdrawal' | 'unreadable' | RecordForCase['reason'];
  /** The withdrawal that it names, where it names one. */
  withdrawalId?: string;
  record?: ProviderRecord;
  /** Why it can't be read, naming fields; and the callback as it came. */
  problem?: string;
  body?: string;
}

/** How a case is started, by the bridge or by a withdrawal: once per content, open or closed. */
export function caseOptions(start: CaseStart) {
  const { provider, reason, record } = start;
  return {
    workflowId: workflowIds.case(caseIdOf(start)),
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

/** The SHA-256 of the callback: the same callback is the same case, open or closed. */
export function caseIdOf({ provider, record, body }: CaseStart): string {
  return bytesToHex(sha256(utf8ToBytes(sortedJson({ provider, record, body }))));
}

/** The same content gives the same text, whatever order a provider wrote its fields in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

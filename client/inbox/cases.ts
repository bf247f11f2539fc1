import type { Client } from '@temporalio/client';
import { workflowTypes } from '../../contract/ids.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import { isProviderName } from '../../domain/providers/index.js';
import { caseStartOf } from '../stored/workflow-start.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
import { isKeyMissing } from '../../temporal/encryption/key-missing.js';
import type { CaseReason } from './case-reasons.js';
import { caseReasons } from './case-reasons.js';
import type { InboxItem } from './items.js';

/** So many cases are read for their reason. */
const CASES_READ = 200;

/** The cases that are open. The index doesn't hold their reason; what they were opened with does, and needs no worker. */
export async function caseItems(temporal: Client): Promise<InboxItem[]> {
  const items: InboxItem[] = [];
  const query = `WorkflowType = '${workflowTypes.case}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, startTime, typedSearchAttributes } of temporal.workflow.list({ query })) {
    const provider = typedSearchAttributes.get(searchAttributes.provider);
    const caseId = workflowId.slice(workflowId.indexOf('/') + 1);
    const read = items.length < CASES_READ ? await reasonOf(temporal, caseId) : undefined;
    items.push({
      kind: 'case',
      caseId,
      ...(read ?? { why: 'a verified callback that no withdrawal can take' }),
      since: startTime.toISOString(),
      ...omitUndefined({ provider: isProviderName(provider) ? provider : undefined }),
    });
  }
  return items;
}

async function reasonOf(temporal: Client, caseId: string): Promise<{ reason?: CaseReason; why: string } | undefined> {
  try {
    const reason = (await caseStartOf(temporal, caseId))?.reason;
    return reason && { reason, why: caseReasons[reason].meaning };
  } catch (error) {
    // Opened by somebody without the key, it says so itself.
    if (error instanceof UnreadableError) return { reason: 'unreadable', why: caseReasons.unreadable.meaning };
    if (isKeyMissing(error)) return { why: error.message };
    throw error;
  }
}

import type { Client } from '@temporalio/client';
import { workflowTypes } from '../../contract/ids.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import { isProviderName } from '../../domain/providers/index.js';
import { caseStartOf } from '../stored/workflow-start.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
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
    const reason = items.length < CASES_READ ? await reasonOf(temporal, caseId) : undefined;
    items.push({
      kind: 'case',
      caseId,
      why: reason === undefined ? 'a verified callback that no withdrawal can take' : caseReasons[reason].meaning,
      since: startTime.toISOString(),
      ...omitUndefined({ reason, provider: isProviderName(provider) ? provider : undefined }),
    });
  }
  return items;
}

async function reasonOf(temporal: Client, caseId: string): Promise<CaseReason | undefined> {
  try {
    return (await caseStartOf(temporal, caseId))?.reason;
  } catch (error) {
    // Opened by somebody without the key, it says so itself.
    if (error instanceof UnreadableError) return 'unreadable';
    throw error;
  }
}

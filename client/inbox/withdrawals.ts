import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { searchAttributes } from '../../contract/search-attributes.js';
import { omitUndefined } from '../../domain/omit-undefined.js';
import { reminderOf, statuses } from '../../domain/withdrawal/lifecycle.js';
import { concurrently } from '../concurrently.js';
import type { ClosedByForce } from '../stored/closed-by-force.js';
import { closedByForce, isStale, isSuperseded } from '../stored/closed-by-force.js';
import { closingOf, isClosedByForce } from '../stored/closings.js';
import { standsSince } from '../stored/events.js';
import { listedFrom } from '../stored/indexed.js';
import type { InboxItem } from './items.js';
import { ATTENTION_NOT_NAMED } from './items.js';
import { AT_ONCE, ofWithdrawals, openWithdrawals } from './queries.js';

/** Those that need a person. */
export async function attentionItems(temporal: Client): Promise<InboxItem[]> {
  const { name } = searchAttributes.attention;
  const found = await listedBy(temporal, `${openWithdrawals} AND ${name} IS NOT NULL`);
  return concurrently(found, AT_ONCE, async (execution) => {
    const { attention } = listedFrom(execution);
    const since = await sinceOf(temporal, execution, name, (value) => value !== null);
    return { kind: 'withdrawal', ...itemOf(execution), why: attention ?? ATTENTION_NOT_NAMED, since };
  });
}

/** Those before a provider’s Owner, which need no person of ours. */
export async function ownerItems(temporal: Client): Promise<InboxItem[]> {
  const { name } = searchAttributes.status;
  const ofOwner = statuses.filter((status) => reminderOf(status) === 'approval');
  const any = ofOwner.map((status) => `'${status}'`).join(', ');
  const found = await listedBy(
    temporal,
    `${openWithdrawals} AND ${name} IN (${any}) AND ${searchAttributes.attention.name} IS NULL`,
  );
  return concurrently(found, AT_ONCE, async (execution) => {
    const since = await sinceOf(temporal, execution, name, (value) => ofOwner.some((status) => status === value));
    return {
      kind: 'awaits Owner',
      ...itemOf(execution),
      why: 'the provider’s Owner has not approved or declined it yet',
      since,
    };
  });
}

/** Those whose workflow did not end by itself. */
export async function closedItems(temporal: Client): Promise<InboxItem[]> {
  const found = await listedBy(temporal, `${ofWithdrawals} AND ${isClosedByForce}`);
  const items = await concurrently(found, AT_ONCE, async (execution): Promise<InboxItem | undefined> => {
    const how = closingOf(execution);
    if (how === undefined || (await isSuperseded(temporal, execution))) return undefined;
    const { withdrawalId, provider, submittedAt } = listedFrom(execution);
    if (await isStale(temporal, execution)) {
      const since = execution.closeTime?.toISOString() ?? submittedAt;
      const why = 'its run started after its sendBy and sent nothing; an earlier one may have paid';
      return { kind: 'stale request', withdrawalId, why, since, ...(provider && { provider }) };
    }
    const { closedAt, asked, ...item } = await closedByForce(temporal, execution, how, { isKeyNeeded: false });
    const why = `its workflow was closed by force (${how}): nobody follows its money`;
    return { kind: 'closed by force', ...item, ...(asked && { asked: amountIn(asked) }), why, since: closedAt };
  });
  return items.filter((item) => item !== undefined);
}

/** Without where it goes. */
function amountIn({ address: _, tag: __, ...amount }: NonNullable<ClosedByForce['asked']>) {
  return amount;
}

async function listedBy(temporal: Client, query: string): Promise<WorkflowExecutionInfo[]> {
  const found = [];
  for await (const execution of temporal.workflow.list({ query })) found.push(execution);
  return found;
}

function itemOf(execution: WorkflowExecutionInfo) {
  const { withdrawalId, status, provider, providerId } = listedFrom(execution);
  return { withdrawalId, status, ...omitUndefined({ provider, providerId }) };
}

async function sinceOf(
  temporal: Client,
  { startTime, ...run }: WorkflowExecutionInfo,
  attribute: string,
  stands: (value: unknown) => boolean,
): Promise<string> {
  return new Date((await standsSince(temporal, run, attribute, stands)) ?? startTime).toISOString();
}

import type { Client } from '@temporalio/client';
import { workflowIds, workflowTypes } from '../../contract/ids.js';
import type { CaseStart } from '../../contract/case.js';
import type { ProviderRecord } from '../../domain/record.js';
import { isWithdrawalId } from '../../domain/request.js';
import { UnreadableError } from '../../temporal/encryption/codec.js';
import { isKeyMissing } from '../../temporal/encryption/key-missing.js';
import { concurrently } from '../concurrently.js';
import { InvalidRequestError, NotFoundError } from '../errors.js';
import { AT_ONCE } from '../inbox/queries.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import type { Contents } from './contents.js';
import { isNotRead } from './contents.js';
import type { HeldRun } from './held.js';
import { heldRuns } from './held.js';
import { caseStartOf } from './workflow-start.js';

/** All that Temporal holds of a withdrawal, decrypted. */
export interface WithdrawalExport {
  withdrawalId: string;
  /** The runs of its workflow, the oldest first. */
  runs: HeldRun[];
  /** Those of the cases about it, open or closed. */
  cases: HeldRun[];
  /** What could not be read, each in words: it may hold more. */
  unread: string[];
}

/**
 * Collects it: every run of its workflow and of the cases about it, and in these every event with all that was ever put into it. Needs no worker.
 * @throws NotFoundError where Temporal holds neither
 */
export async function exportWithdrawal(temporal: Client, withdrawalId: string): Promise<WithdrawalExport> {
  if (!isWithdrawalId(withdrawalId))
    throw new InvalidRequestError([{ field: 'withdrawalId', problem: 'is not the id of a withdrawal' }], 'The command');
  const runs = await heldRuns(temporal, workflowIds.withdrawal(withdrawalId));
  const { about, unread } = await casesAbout(temporal, withdrawalId, providerIdsIn(runs));
  const cases = (await concurrently(about, AT_ONCE, (workflowId) => heldRuns(temporal, workflowId))).flat();
  if (runs.length === 0 && cases.length === 0) throw new NotFoundError(withdrawalId);
  return { withdrawalId, runs, cases, unread: [...[...runs, ...cases].flatMap(unreadIn), ...unread] };
}

/** What the provider calls it. */
type ProviderId = Pick<ProviderRecord, 'providerId'> & { provider: string | undefined };

/** The ids that it had at the provider, as the index came to hold them. */
function providerIdsIn(runs: readonly HeldRun[]): ProviderId[] {
  return runs.flatMap(({ events, description }) => {
    const provider = indexedIn(description)[searchAttributes.provider.name];
    const ids = [...events, description].flatMap((one) => indexedIn(one)[searchAttributes.providerId.name] ?? []);
    return [...new Set(ids)].map((providerId) => ({ provider, providerId }));
  });
}

function indexedIn({ inClear }: Contents): Record<string, string | undefined> {
  const { searchAttributes: held } = inClear as {
    searchAttributes?: { indexedFields?: Record<string, string | undefined> };
  };
  return held?.indexedFields ?? {};
}

/** No index says which withdrawal a case is about, so that each is read: they are few. */
async function casesAbout(temporal: Client, withdrawalId: string, providerIds: readonly ProviderId[]) {
  const caseIds = new Set<string>();
  for await (const { workflowId } of temporal.workflow.list({ query: `WorkflowType = '${workflowTypes.case}'` }))
    caseIds.add(workflowId);
  const about: string[] = [];
  const unread: string[] = [];
  await concurrently([...caseIds], AT_ONCE, async (workflowId) => {
    try {
      const start = await caseStartOf(temporal, workflowId.slice(workflowIds.case('').length));
      if (start !== undefined && isAbout(start, withdrawalId, providerIds)) about.push(workflowId);
    } catch (error) {
      if (!isKeyMissing(error) && !(error instanceof UnreadableError)) throw error;
      unread.push(`${workflowId}, which may be about it: ${error.message}`);
    }
  });
  return { about, unread };
}

/** By our reference or the provider's id; a body that nobody could read is about it if either stands in it. */
function isAbout(start: CaseStart, id: string, providerIds: readonly ProviderId[]): boolean {
  const { provider, withdrawalId, record, body } = start;
  if (withdrawalId === id || record?.reference === id) return true;
  const ids = providerIds.filter((one) => one.provider === provider).map(({ providerId }) => providerId);
  if (record !== undefined) return ids.includes(record.providerId);
  return [id, ...ids].some((one) =>
    new RegExp(`(?<![\\w.-])${one.replaceAll('.', '\\.')}(?![\\w.-])`).test(body ?? ''),
  );
}

function unreadIn({ workflowId, events, description }: HeldRun): string[] {
  return [...events, description].flatMap(({ encrypted }) =>
    Object.entries(encrypted).flatMap(([place, value]) =>
      isNotRead(value) ? [`${workflowId}: ${place}: ${value.notRead}`] : [],
    ),
  );
}

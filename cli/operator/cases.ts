import type { Client } from '@temporalio/client';
import { InvalidArgumentError } from 'commander';
import type { ActionRequest, CaseView, Outflow, WithdrawalView } from '../../client/index.js';
import { AbandonedError, NotFoundError, NotPossibleError, StaleRequestError } from '../../client/index.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { workflowIds, workflowTypes } from '../../contract/ids.js';
import type { ShownCase } from './printing/case.js';

/** The argument of the commands about a case, as commander takes it: an id may be cut to its first 8 digits or more. */
export const caseIdArgument = ['<id>', 'its id, or its first 8 digits or more', caseIdForm] as const;

export async function showCase(outflow: Outflow, temporal: Client, given: string): Promise<ShownCase> {
  const caseId = await wholeCaseId(temporal, given);
  return withWithdrawal(outflow, caseId, await orNoCase(caseId, outflow.case(caseId)));
}

export async function closeCase(
  outflow: Outflow,
  temporal: Client,
  given: string,
  action: ActionRequest,
): Promise<ShownCase> {
  const caseId = await wholeCaseId(temporal, given);
  try {
    return await withWithdrawal(outflow, caseId, await orNoCase(caseId, outflow.closeCase(caseId, action)));
  } catch (error) {
    if (!(error instanceof NotPossibleError)) throw error;
    const { closed } = await orNoCase(caseId, outflow.case(caseId));
    if (closed === undefined) throw error;
    throw new NotPossibleError(
      `Case ${caseId} is closed already, since ${closed.at}: \`case show\` says by whom, and why.`,
    );
  }
}

/** A case with how its withdrawal stands, where it names one that Temporal still holds. */
async function withWithdrawal(outflow: Outflow, caseId: string, view: CaseView): Promise<ShownCase> {
  if (view.withdrawalId === undefined || view.reason === 'unknown withdrawal') return { caseId, view };
  try {
    return { caseId, view, withdrawal: await outflow.get(view.withdrawalId) };
  } catch (error) {
    // Where Temporal has forgotten it, or it ended by force, the case is shown all the same.
    const isGone = [NotFoundError, StaleRequestError, AbandonedError].some((kind) => error instanceof kind);
    if (isGone) return { caseId, view };
    throw error;
  }
}

const WHOLE = /^[0-9a-f]{64}$/;

function caseIdForm(given: string): string {
  const id = given
    .toLowerCase()
    .replace(/^case\//, '')
    .replace(/…$/, '');
  if (!/^[0-9a-f]{8,64}$/.test(id))
    throw new InvalidArgumentError('A case’s id is 64 hexadecimal digits; give all, or the first 8 or more.');
  return id;
}

/** The one case, open or closed, whose id begins so. */
export async function wholeCaseId(temporal: Client, given: string): Promise<string> {
  if (WHOLE.test(given)) return given;
  const query = `WorkflowType = '${workflowTypes.case}' AND WorkflowId STARTS_WITH '${workflowIds.case(given)}'`;
  const found = new Set<string>();
  for await (const { workflowId } of temporal.workflow.list({ query })) found.add(caseIdOf(workflowId));
  const [id, ...others] = found;
  if (id === undefined) throw unknownCase(given);
  if (others.length > 0) throw new Error(`${found.size} cases begin with ${given}:\n${[...found].join('\n')}`);
  return id;
}

/** The open cases about a withdrawal, by the provider's id of it, which the index holds of cases and withdrawals alike. */
export async function casesAbout(
  temporal: Client,
  { provider, providerId }: Pick<WithdrawalView, 'provider' | 'providerId'>,
): Promise<string[]> {
  if (providerId === undefined || !/^[\w-]{1,64}$/.test(providerId)) return [];
  const query =
    `WorkflowType = '${workflowTypes.case}' AND ExecutionStatus = 'Running' ` +
    `AND ${searchAttributes.provider.name} = '${provider}' AND ${searchAttributes.providerId.name} = '${providerId}'`;
  const found: string[] = [];
  for await (const { workflowId } of temporal.workflow.list({ query })) found.push(caseIdOf(workflowId));
  return found;
}

function caseIdOf(workflowId: string): string {
  return workflowId.slice(workflowIds.case('').length);
}

async function orNoCase<T>(caseId: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof NotFoundError ? unknownCase(caseId) : error;
  }
}

function unknownCase(given: string): Error {
  return new NotFoundError(
    given,
    `No case ${given} is known. It was never opened, or it was closed longer ago than Temporal’s retention.`,
  );
}

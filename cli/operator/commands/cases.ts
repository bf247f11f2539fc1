import type { Client } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import type { OperatorAction, CaseView, Outflow, WithdrawalView } from '../../../client/index.js';
import { AbandonedError, NotFoundError, NotPossibleError, StaleRequestError } from '../../../client/index.js';
import { searchAttributes } from '../../../contract/search-attributes.js';
import { workflowIds, workflowTypes } from '../../../contract/ids.js';
import { printCase } from '../printing/case.js';
import type { ToldCase } from '../printing/case.js';
import { actOptions } from './required.js';
import { withOutflow } from './with-outflow.js';

interface Json {
  json?: true;
}

/** Looks at cases and closes them. An id may be cut to its first 8 digits or more, as long as only one case begins so. */
export function caseCommand(): Command {
  const id = ['<id>', 'its id, or its first 8 digits or more', caseIdForm] as const;
  return new Command('case')
    .description('look at, or close, a case: verified news that no withdrawal could take')
    .addCommand(
      new Command('show')
        .description('show what a case says, what to do about it, and how to close it')
        .argument(...id)
        .option('--json', 'as JSON')
        .action((given: string, { json }: Json) =>
          withOutflow(async (outflow, temporal) => printCase(await showCase(outflow, temporal, given), json)),
        ),
    )
    .addCommand(
      actOptions(new Command('close').description('close a case that you have dealt with').argument(...id)).action(
        (given: string, { json, ...by }: Json & OperatorAction) =>
          withOutflow(async (outflow, temporal) => printCase(await closeCase(outflow, temporal, given, by), json)),
      ),
    );
}

export async function showCase(outflow: Outflow, temporal: Client, given: string): Promise<ToldCase> {
  const caseId = await wholeCaseId(temporal, given);
  return told(outflow, caseId, await known(caseId, outflow.case(caseId)));
}

export async function closeCase(
  outflow: Outflow,
  temporal: Client,
  given: string,
  act: OperatorAction,
): Promise<ToldCase> {
  const caseId = await wholeCaseId(temporal, given);
  try {
    return await told(outflow, caseId, await known(caseId, outflow.closeCase(caseId, act)));
  } catch (error) {
    if (!(error instanceof NotPossibleError)) throw error;
    const { closed } = await known(caseId, outflow.case(caseId));
    if (closed === undefined) throw error;
    throw new NotPossibleError(`Case ${caseId} is closed already: ${closed.at} by ${closed.by}: ${closed.reason}`);
  }
}

/** With how its withdrawal stands, where the case names one that is still remembered. */
async function told(outflow: Outflow, caseId: string, view: CaseView): Promise<ToldCase> {
  if (view.withdrawalId === undefined || view.reason === 'unknown withdrawal') return { caseId, view };
  try {
    return { caseId, view, withdrawal: await outflow.get(view.withdrawalId) };
  } catch (error) {
    // Of one that nobody knows any more, or that ended by force, the case is told all the same.
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
export async function openCasesAbout(
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

async function known<T>(caseId: string, answer: Promise<T>): Promise<T> {
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

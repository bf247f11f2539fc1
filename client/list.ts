import type { Client } from '@temporalio/client';
import { workflowTypes } from '../contract/ids.js';
import { searchAttributes } from '../contract/search-attributes.js';
import type { ProviderName } from '../domain/providers/index.js';
import { publicNameProblem } from '../domain/validation/public-names.js';
import type { Attention } from '../domain/attention.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import { InvalidRequestError } from './errors.js';
import { isStale, isSuperseded } from './stored/closed-by-force.js';
import { closingOf, isClosedByForce } from './stored/closings.js';
import type { ListedWithdrawal } from './stored/indexed.js';
import { listedFrom } from './stored/indexed.js';

export interface ListFilter {
  status?: Status;
  provider?: ProviderName;
  currency?: string;
  batch?: string;
  /** True: only those that need a person, or whose workflow was closed by force. */
  needsPerson?: boolean;
  /** Only those that need a person for this reason. */
  attention?: Attention;
}

const filterFields: Record<keyof ListFilter, true> = {
  status: true,
  provider: true,
  currency: true,
  batch: true,
  needsPerson: true,
  attention: true,
};

/** Withdrawals as Temporal's index knows them: those that go on, then those that have ended, the latest first in both. */
export async function* listWithdrawals(temporal: Client, filter: ListFilter): AsyncGenerator<ListedWithdrawal> {
  for await (const execution of temporal.workflow.list({ query: listQuery(filter) })) {
    // A closed run that a later one goes on with, or that was stale, is no withdrawal of its own.
    const isNone = async () => (await isStale(temporal, execution)) || (await isSuperseded(temporal, execution));
    if (closingOf(execution) === undefined || !(await isNone())) yield listedFrom(execution);
  }
}

/**
 * In Temporal's list filter language. Runs that went on in a fresh history, and stale ones, are not withdrawals of their own.
 * @throws InvalidRequestError for a field that it doesn't know: left out silently, the list would hold what nobody asked for
 */
export function listQuery(filter: ListFilter): string {
  const unknown = Object.keys(filter).filter((field) => !Object.hasOwn(filterFields, field));
  const problem = `is unknown: a list is filtered by ${Object.keys(filterFields).join(', ')}`;
  if (unknown.length > 0) throw new InvalidRequestError(unknown.map((field) => ({ field, problem })));
  const { status, provider, currency, batch, needsPerson, attention } = filter;
  const clauses = [
    `WorkflowType = '${workflowTypes.withdrawal}'`,
    `ExecutionStatus != 'ContinuedAsNew'`,
    `(${searchAttributes.status.name} IS NOT NULL OR ${isClosedByForce})`,
  ];
  if (status !== undefined) clauses.push(`${searchAttributes.status.name} = '${listable('status', status)}'`);
  if (provider !== undefined) clauses.push(`${searchAttributes.provider.name} = '${listable('provider', provider)}'`);
  if (currency !== undefined) clauses.push(`${searchAttributes.currency.name} = '${currencyCode(currency)}'`);
  if (batch !== undefined) clauses.push(`${searchAttributes.batch.name} = '${batchName(batch)}'`);
  if (needsPerson === true) clauses.push(`(${searchAttributes.attention.name} IS NOT NULL OR ${isClosedByForce})`);
  if (attention !== undefined)
    clauses.push(`${searchAttributes.attention.name} = '${listable('attention', attention)}'`);
  return clauses.join(' AND ');
}

/** A name to list withdrawals by, which everybody who reaches Temporal reads. */
export function batchName(batch: string): string {
  const problem = publicNameProblem(listable('batch', batch));
  if (problem !== undefined) throw new InvalidRequestError([{ field: 'batch', problem }]);
  return batch;
}

/** A value that can stand inside the filter's quotes. */
function listable(field: string, value: string): string {
  if (!/^[\w .:/-]{1,200}$/.test(value)) {
    throw new InvalidRequestError([{ field, problem: 'must be 1 to 200 letters, digits, spaces, or _ . : / -' }]);
  }
  return value;
}

/** As the index holds it. Another would match nothing, silently. */
function currencyCode(currency: string): string {
  if (/^[A-Z0-9_-]{2,20}$/.test(currency)) return currency;
  const upper = currency.toUpperCase();
  const hint = /^[A-Z0-9_-]{2,20}$/.test(upper) ? `: ${upper}` : ', such as BTC or USDT_TRC20';
  throw new InvalidRequestError([{ field: 'currency', problem: `must be the request’s own code, in capitals${hint}` }]);
}

import type { WorkflowExecutionInfo } from '@temporalio/client';
import { InvalidRequestError } from './errors.js';
import { known } from '../domain/known.js';
import type { ProviderName } from '../domain/matrix.js';
import { isProviderName } from '../domain/matrix.js';
import type { Attention } from '../domain/attention.js';
import { isAttention } from '../domain/attention.js';
import { withdrawalIdOf } from '../domain/request.js';
import type { Status } from '../domain/states.js';
import { isFinal, statuses } from '../domain/states.js';
import { searchAttributes, workflowTypes } from '../workflows/contract.js';

export interface ListFilter {
  status?: Status;
  provider?: ProviderName;
  currency?: string;
  batch?: string;
  /** True: only those that need a person. */
  needsPerson?: boolean;
}

/** What Temporal's index holds of a withdrawal. */
export interface ListedWithdrawal {
  withdrawalId: string;
  provider?: ProviderName;
  status: Status;
  final: boolean;
  currency?: string;
  providerId?: string;
  attention?: Attention;
  batch?: string;
  /** ISO 8601. */
  submittedAt: string;
  finalAt?: string;
}

const filterFields: Record<keyof ListFilter, true> = {
  status: true,
  provider: true,
  currency: true,
  batch: true,
  needsPerson: true,
};

/**
 * In Temporal's list filter language. Runs that went on in a fresh history, and stale ones, are not withdrawals of their own.
 * @throws InvalidRequestError for a field that it doesn't know: left out silently, the list would hold what nobody asked for
 */
export function listQuery(filter: ListFilter): string {
  const unknown = Object.keys(filter).filter((field) => !Object.hasOwn(filterFields, field));
  const problem = `is unknown: a list is filtered by ${Object.keys(filterFields).join(', ')}`;
  if (unknown.length > 0) throw new InvalidRequestError(unknown.map((field) => ({ field, problem })));
  const { status, provider, currency, batch, needsPerson } = filter;
  const clauses = [
    `WorkflowType = '${workflowTypes.withdrawal}'`,
    `ExecutionStatus != 'ContinuedAsNew'`,
    `${searchAttributes.status.name} IS NOT NULL`,
  ];
  if (status !== undefined) clauses.push(`${searchAttributes.status.name} = '${listable('status', status)}'`);
  if (provider !== undefined) clauses.push(`${searchAttributes.provider.name} = '${listable('provider', provider)}'`);
  if (currency !== undefined) clauses.push(`${searchAttributes.currency.name} = '${listable('currency', currency)}'`);
  if (batch !== undefined) clauses.push(`${searchAttributes.batch.name} = '${listable('batch', batch)}'`);
  if (needsPerson === true) clauses.push(`${searchAttributes.attention.name} IS NOT NULL`);
  return clauses.join(' AND ');
}

/** A value that can stand inside the filter's quotes. */
export function listable(field: string, value: string): string {
  if (!/^[\w .:@/-]{1,200}$/.test(value)) {
    throw new InvalidRequestError([{ field, problem: 'must be 1 to 200 letters, digits, spaces, or _ . : @ / -' }]);
  }
  return value;
}

/** What a list and a description of a workflow have in common. */
export type Indexed = Pick<WorkflowExecutionInfo, 'workflowId' | 'typedSearchAttributes' | 'startTime' | 'closeTime'>;

export function listedFrom({ workflowId, typedSearchAttributes, startTime, closeTime }: Indexed): ListedWithdrawal {
  const text = (key: (typeof searchAttributes)[keyof typeof searchAttributes]) => typedSearchAttributes.get(key);
  const status = statuses.find((name) => name === text(searchAttributes.status)) ?? 'received';
  const provider = text(searchAttributes.provider);
  const attention = text(searchAttributes.attention);
  return {
    withdrawalId: withdrawalIdOf(workflowId),
    status,
    final: isFinal(status),
    submittedAt: startTime.toISOString(),
    ...known({
      provider: isProviderName(provider) ? provider : undefined,
      currency: text(searchAttributes.currency),
      providerId: text(searchAttributes.providerId),
      attention: isAttention(attention) ? attention : undefined,
      batch: text(searchAttributes.batch),
      finalAt: isFinal(status) ? closeTime?.toISOString() : undefined,
    }),
  };
}

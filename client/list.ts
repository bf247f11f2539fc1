import type { WorkflowExecutionInfo } from '@temporalio/client';
import { InvalidRequestError } from './errors.js';
import { omitUndefined } from '../domain/omit-undefined.js';
import type { ProviderName } from '../domain/providers/index.js';
import { isProviderName } from '../domain/providers/index.js';
import type { Attention } from '../domain/withdrawal/attention.js';
import { isAttention } from '../domain/withdrawal/attention.js';
import { withdrawalIdOf } from '../domain/request.js';
import type { Status } from '../domain/withdrawal/lifecycle.js';
import { isFinal, statuses } from '../domain/withdrawal/lifecycle.js';
import { searchAttributes } from '../contract/search-attributes.js';
import { workflowTypes } from '../contract/ids.js';
import type { Closing } from './closings.js';
import { closingOf, isClosedByForce } from './closings.js';

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

/** What Temporal's index holds of a withdrawal. */
export interface ListedWithdrawal {
  withdrawalId: string;
  provider?: ProviderName;
  status: Status;
  final: boolean;
  currency?: string;
  providerId?: string;
  attention?: Attention;
  /** How its workflow was closed by force: then nobody follows its money. */
  closed?: Closing;
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
  attention: true,
};

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
  if (batch !== undefined) clauses.push(`${searchAttributes.batch.name} = '${listable('batch', batch)}'`);
  if (needsPerson === true) clauses.push(`(${searchAttributes.attention.name} IS NOT NULL OR ${isClosedByForce})`);
  if (attention !== undefined)
    clauses.push(`${searchAttributes.attention.name} = '${listable('attention', attention)}'`);
  return clauses.join(' AND ');
}

/** A value that can stand inside the filter's quotes. */
export function listable(field: string, value: string): string {
  if (!/^[\w .:@/-]{1,200}$/.test(value)) {
    throw new InvalidRequestError([{ field, problem: 'must be 1 to 200 letters, digits, spaces, or _ . : @ / -' }]);
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

/** What a list and a description of a workflow have in common. */
export type Indexed = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'typedSearchAttributes' | 'startTime' | 'closeTime'
>;

export function listedFrom(indexed: Indexed): ListedWithdrawal {
  const { workflowId, typedSearchAttributes, startTime, closeTime } = indexed;
  const text = (key: (typeof searchAttributes)[keyof typeof searchAttributes]) => typedSearchAttributes.get(key);
  const status = statuses.find((name) => name === text(searchAttributes.status)) ?? 'received';
  const provider = text(searchAttributes.provider);
  const attention = text(searchAttributes.attention);
  return {
    withdrawalId: withdrawalIdOf(workflowId),
    status,
    final: isFinal(status),
    submittedAt: startTime.toISOString(),
    ...omitUndefined({
      provider: isProviderName(provider) ? provider : undefined,
      currency: text(searchAttributes.currency),
      providerId: text(searchAttributes.providerId),
      attention: isAttention(attention) ? attention : undefined,
      closed: closingOf(indexed),
      batch: text(searchAttributes.batch),
      finalAt: isFinal(status) ? closeTime?.toISOString() : undefined,
    }),
  };
}

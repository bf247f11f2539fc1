import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { detailsOf } from '../domain/telling.js';
import type { Withdrawal } from '../domain/withdrawal.js';
import { searchAttributes } from './contract.js';

/** Shows where the money is: in search attributes, which need no live worker, and in the current details of Temporal's UI. */
export function showInTemporal(payout: Withdrawal): void {
  setCurrentDetails(detailsOf(payout));
  const shown = workflowInfo().typedSearchAttributes;
  const { request, status, providerId } = payout;
  const changes = [
    { key: searchAttributes.provider, value: keyword(request.provider) },
    { key: searchAttributes.status, value: status },
    { key: searchAttributes.currency, value: keyword(request.currency) },
    { key: searchAttributes.providerId, value: keyword(providerId) },
    { key: searchAttributes.attention, value: keyword(payout.memory.attention) },
  ].filter(({ key, value }) => (shown.get(key) ?? null) !== value);
  if (changes.length > 0) upsertSearchAttributes(changes);
}

/** A request that broke every rule is shown, too, as far as it has words. */
function keyword(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

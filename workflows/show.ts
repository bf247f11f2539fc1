import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { nameOf } from '../domain/withdrawal/apply.js';
import { isProviderName } from '../domain/providers/index.js';
import type { WithdrawalState } from '../domain/withdrawal/state.js';
import { providerIdOf } from '../domain/withdrawal/state.js';
import { detailsOf } from '../domain/withdrawal/view.js';
import { indexedCurrency, indexedProviderId, searchAttributes } from '../contract/search-attributes.js';
import { logFault } from './faults.js';

/** Shows where the money is: in search attributes, which need no live worker, and in the current details of Temporal's UI. */
export function show(state: WithdrawalState): void {
  try {
    write(state);
  } catch (fault) {
    logFault(nameOf(fault)); // what can't be shown holds up nothing
  }
}

function write(state: WithdrawalState): void {
  setCurrentDetails(detailsOf(state));
  const shown = workflowInfo().typedSearchAttributes;
  const { request, status, attention } = state;
  const changes = [
    { key: searchAttributes.provider, value: isProviderName(request.provider) ? request.provider : null },
    { key: searchAttributes.status, value: status },
    { key: searchAttributes.currency, value: indexedCurrency(request.currency) ?? null },
    { key: searchAttributes.providerId, value: indexedProviderId(providerIdOf(state)) ?? null },
    { key: searchAttributes.attention, value: attention ?? null },
  ].filter(({ key, value }) => (shown.get(key) ?? null) !== value);
  if (changes.length > 0) upsertSearchAttributes(changes);
}

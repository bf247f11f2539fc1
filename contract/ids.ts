import type { ProviderName } from '../domain/providers/index.js';

export const workflowTypes = { withdrawal: 'withdrawal', rateLimiter: 'rateLimiter', case: 'case' } as const;

/** The id of the one workflow that pays it. Plain text in Temporal, like every id. */
export function workflowIdOf(withdrawalId: string): string {
  return `withdrawal/${withdrawalId}`;
}

/** The withdrawal that a workflow of that id pays. */
export function withdrawalIdOf(workflowId: string): string {
  return workflowId.slice(workflowIdOf('').length);
}

/** Ids are plain text in Temporal, so they carry no personal data. */
export const workflowIds = {
  withdrawal: workflowIdOf,
  rateLimiter: (provider: ProviderName) => `rate-limiter/${provider}`,
  case: (caseId: string) => `case/${caseId}`,
};

export const workflowQueue = 'outflow';

/** Calls to one provider have a queue of their own: a provider's trouble holds up no other. */
export function callQueue(provider: ProviderName): string {
  return `outflow-${provider}`;
}

/**
 * Asking for slots has a queue of its own: a create must leave within seconds of its slot, and may not stand behind a thousand that ask for theirs.
 */
export function slotQueue(provider: ProviderName): string {
  return `${callQueue(provider)}-slots`;
}

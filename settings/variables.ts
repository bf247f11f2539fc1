import type { ProviderName } from '../domain/providers/index.js';
import { capabilities, providerNames } from '../domain/providers/index.js';
import { registry } from '../providers/registry.js';
import { codecGroup } from './codec/variables.js';
import { encryptionGroup } from './encryption.js';
import { outflowVariables } from './outflow-variables.js';
import type { Group } from './variable.js';

export const outflowGroup: Group = {
  prefix: 'OUTFLOW_',
  title: 'Outflow',
  schema: outflowVariables,
  callbackSchema: outflowVariables,
};

export function groupOf(provider: ProviderName): Group {
  return {
    prefix: `${provider.toUpperCase()}_`,
    title: capabilities[provider].title,
    schema: registry[provider].settings,
    callbackSchema: registry[provider].callbackSettings,
  };
}

/** Every group of variables, for `.env.example` and the documents. */
export const groups: readonly Group[] = [outflowGroup, encryptionGroup, codecGroup, ...providerNames.map(groupOf)];

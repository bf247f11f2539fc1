import type { ProviderName } from '../domain/providers/index.js';
import { alphapo } from './alphapo/index.js';
import { cryptocloud } from './cryptocloud/index.js';
import { cryptopay } from './cryptopay/index.js';
import { cryptoprocessing } from './cryptoprocessing/index.js';
import type { ProviderDefinition } from './provider-definition.js';

/** Every provider: its environment variables, how it is built from them, and its tables. */
export const registry: Record<ProviderName, ProviderDefinition> = {
  cryptoprocessing,
  alphapo,
  cryptopay,
  cryptocloud,
};

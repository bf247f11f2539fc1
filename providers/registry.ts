import type { ProviderName } from '../domain/matrix.js';
import { alphapo } from './alphapo/index.js';
import { cryptocloud } from './cryptocloud/index.js';
import { cryptopay } from './cryptopay/index.js';
import { cryptoprocessing } from './cryptoprocessing/index.js';
import type { ProviderKind } from './kind.js';

/** Every provider: its environment variables, how it is built from them, and its tables. */
export const registry: Record<ProviderName, ProviderKind> = {
  cryptoprocessing,
  alphapo,
  cryptopay,
  cryptocloud,
};

import type { ProviderCapabilities } from './capabilities.js';
import { processing } from './processing.js';

export const alphapo: ProviderCapabilities = {
  title: 'AlphaPo',
  ...processing,
  tags: { requiredFor: ['XRP'] },
};

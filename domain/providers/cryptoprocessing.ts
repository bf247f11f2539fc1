import type { ProviderCapabilities } from './capabilities.js';
import { processing } from './processing.js';

export const cryptoprocessing: ProviderCapabilities = {
  title: 'CryptoProcessing',
  ...processing,
  tags: {},
};

import { alphapo } from './alphapo.js';
import type { ProviderCapabilities } from './capabilities.js';
import { cryptocloud } from './cryptocloud.js';
import { cryptopay } from './cryptopay.js';
import { cryptoprocessing } from './cryptoprocessing.js';

export type { ProviderCapabilities } from './capabilities.js';

/** The providers that can pay, by the names used in requests, settings, task queues and URLs. */
export const providerNames = ['cryptoprocessing', 'alphapo', 'cryptopay', 'cryptocloud'] as const;
export type ProviderName = (typeof providerNames)[number];

export const capabilities: Readonly<Record<ProviderName, ProviderCapabilities>> = {
  cryptoprocessing,
  alphapo,
  cryptopay,
  cryptocloud,
};

export function isProviderName(value: unknown): value is ProviderName {
  return providerNames.some((name) => name === value);
}

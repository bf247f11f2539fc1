import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { ProviderName } from '../../../domain/providers/index.js';
import { startTimeSkippingEnvironment } from '../../support/temporal/time-skipping-server.js';
import { PayoutStand } from './stand.js';

/**
 * A stand on a time-skipping server for a file's tests, which takes the calls of CryptoProcessing and of these providers:
 * started before the first test, cleared after each, stopped after the last.
 */
export function useStand(...also: ProviderName[]): PayoutStand {
  const stand = new PayoutStand();
  beforeAll(async () => {
    await stand.setUp(await startTimeSkippingEnvironment());
    for (const provider of also) await stand.serve(provider);
  });
  afterEach(() => stand.clear());
  afterAll(() => stand.stop());
  return stand;
}

import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { ProviderName } from '../../../domain/providers/index.js';
import type { EncryptionSettings } from '../../../settings/encryption.js';
import { testEncryption } from '../../support/encryption.js';
import { startTimeSkippingEnvironment } from '../../support/temporal/time-skipping-server.js';
import { PayoutStand } from './stand.js';

/**
 * A stand on a time-skipping server for a file's tests, which takes the calls of CryptoProcessing and of these providers:
 * started before the first test, cleared after each, stopped after the last. It encrypts, unless it is told not to.
 */
export function useStand({ serving = [], encryption = testEncryption }: StandOptions = {}): PayoutStand {
  const stand = new PayoutStand(encryption);
  beforeAll(async () => {
    await stand.setUp(await startTimeSkippingEnvironment(encryption));
    for (const provider of serving) await stand.serve(provider);
  });
  afterEach(() => stand.clear());
  afterAll(() => stand.stop());
  return stand;
}

interface StandOptions {
  serving?: readonly ProviderName[];
  encryption?: EncryptionSettings;
}

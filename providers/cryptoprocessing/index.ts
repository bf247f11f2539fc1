import { providerKind } from '../kind.js';
import { processingProvider } from '../processing/index.js';
import { processingStatuses } from '../processing/records.js';
import { carriedWithParties } from './carried.js';
import { failures } from './failures.js';
import { createBody } from './requests.js';
import { settings } from './settings.js';

/** CryptoProcessing (CoinsPaid). */
export const cryptoprocessing = providerKind(
  settings,
  (values) =>
    processingProvider({ name: 'cryptoprocessing', body: createBody, carries: carriedWithParties, failures }, values),
  { failures, statuses: processingStatuses },
);

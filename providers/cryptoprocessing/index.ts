import { defineProvider } from '../provider-definition.js';
import { processingProvider, processingReceiver } from '../processing/index.js';
import { processingStatuses } from '../processing/records.js';
import { processingCallbackSettings } from '../processing/settings.js';
import { expectedBodyWithParties } from './expected-body.js';
import { failures } from './failures.js';
import { createBody } from './requests.js';
import { settings } from './settings.js';

/** CryptoProcessing (CoinsPaid). */
export const cryptoprocessing = defineProvider(
  {
    settings,
    build: (values) =>
      processingProvider(
        { name: 'cryptoprocessing', body: createBody, expectedBody: expectedBodyWithParties, failures },
        values,
      ),
  },
  { settings: processingCallbackSettings, build: (values) => processingReceiver('cryptoprocessing', values) },
  { failures, statuses: processingStatuses },
);

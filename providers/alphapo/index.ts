import { defineProvider } from '../provider-definition.js';
import { expectedBody } from '../processing/expected-body.js';
import { processingProvider, processingReceiver } from '../processing/index.js';
import { processingStatuses } from '../processing/records.js';
import { processingCallbackSettings } from '../processing/settings.js';
import { failures } from './failures.js';
import { createBody } from './requests.js';
import { settings } from './settings.js';

/** AlphaPo: the processing protocol with numbers for amounts. */
export const alphapo = defineProvider(
  {
    settings,
    build: (values) =>
      processingProvider({ name: 'alphapo', body: createBody, expectedBody: expectedBody, failures }, values),
  },
  { settings: processingCallbackSettings, build: (values) => processingReceiver('alphapo', values) },
  { failures, statuses: processingStatuses },
);

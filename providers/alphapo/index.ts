import { providerKind } from '../kind.js';
import { carried } from '../processing/carried.js';
import { processingProvider } from '../processing/index.js';
import { processingStatuses } from '../processing/records.js';
import { failures } from './failures.js';
import { createBody } from './requests.js';
import { settings } from './settings.js';

/** AlphaPo: the processing protocol with numbers for amounts. */
export const alphapo = providerKind(
  settings,
  (values) => processingProvider({ name: 'alphapo', body: createBody, carries: carried, failures }, values),
  { failures, statuses: processingStatuses },
);

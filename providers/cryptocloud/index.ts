import { stringify } from 'lossless-json';
import { readResponse } from '../http/responses.js';
import { defineProvider } from '../provider-definition.js';
import type { CallbackReceiver, Provider } from '../provider.js';
import { accountOf } from '../http/signatures.js';
import { isAuthentic, parsePostback, readPostback } from './callbacks.js';
import { expectedBody } from './expected-body.js';
import { complaintsIn, failures } from './failures.js';
import { createdRecord, statuses } from './records.js';
import { createBody, CREATE_PATH } from './requests.js';
import type { CryptocloudCallbackSettings, CryptocloudSettings } from './settings.js';
import { callbackSettings, settings } from './settings.js';
import { withToken } from './signing.js';
import { createResponse } from './wire.js';

/** CryptoCloud: no reference of ours, no look-up, one create per 12 seconds. */
export const cryptocloud = defineProvider(
  { settings, build },
  { settings: callbackSettings, build: receiver },
  { failures, statuses },
);

function build({ BASE_URL: origin, API_KEY, MIN_INTERVAL, SANDBOX }: CryptocloudSettings): Provider {
  return {
    name: 'cryptocloud',
    origin,
    account: accountOf(origin, API_KEY),
    sandbox: SANDBOX,
    mayResend: false,
    minIntervalMs: MIN_INTERVAL,
    create: {
      write: (request) => withToken(CREATE_PATH, stringify(createBody(request)) ?? '', API_KEY),
      read: (response) =>
        readResponse(response, {
          call: 'create',
          shape: createResponse,
          toValue: createdRecord,
          errors: { complaintsIn, table: failures, rateLimitMs: MIN_INTERVAL },
        }),
    },
    expectedBody: expectedBody,
  };
}

function receiver({ PROJECT_SECRET, POSTBACK }: CryptocloudCallbackSettings): CallbackReceiver {
  return {
    name: 'cryptocloud',
    isAuthentic: (_headers, rawBody, now) => isAuthentic(rawBody, now, PROJECT_SECRET),
    parse: parsePostback,
    read: (body) => readPostback(body, POSTBACK),
  };
}

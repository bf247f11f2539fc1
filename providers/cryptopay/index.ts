import type { ResponseRules } from '../http/responses.js';
import { parseJson, readResponse, soleComplaint } from '../http/responses.js';
import type { Call } from '../failures.js';
import { defineProvider } from '../provider-definition.js';
import type { CallbackReceiver, HttpResponse, Provider } from '../provider.js';
import { accountOf } from '../http/signatures.js';
import { absentStatus, allowed } from '../variables.js';
import { isAuthentic, readCallback } from './callbacks.js';
import { expectedBody } from './expected-body.js';
import { complaintsIn, failures } from './failures.js';
import { statuses, toRecord } from './records.js';
import { commitPath, createBody, lookUpPath, WITHDRAWALS_PATH } from './requests.js';
import type { CryptopayCallbackSettings, CryptopaySettings } from './settings.js';
import { callbackSettings, settings } from './settings.js';
import type { Credentials } from './signing.js';
import { signed } from './signing.js';
import type { CoinWithdrawal } from './wire.js';
import { responseShape } from './wire.js';

/** Cryptopay: two-step withdrawals, signed with the time of each attempt. */
export const cryptopay = defineProvider(
  { settings, build },
  { settings: callbackSettings, build: receiver },
  { failures, statuses },
);

function build(values: CryptopaySettings): Provider {
  const { BASE_URL: origin, API_KEY: apiKey, API_SECRET: apiSecret, ABSENT_STATUS } = values;
  const credentials: Credentials = { apiKey, apiSecret };
  const errors = { complaintsIn, table: failures };
  /** The documented code, alone: any other one, such as `route_not_found`, says nothing about the withdrawal. */
  const saysNotFound = (response: HttpResponse) => {
    const { code, detail } = soleComplaint(response, errors) ?? {};
    return code === 'not_found' && detail === undefined;
  };
  const rules = <Value>(call: Call, toValue: ResponseRules<CoinWithdrawal, Value>['toValue']) => ({
    call,
    shape: responseShape,
    toValue,
    errors,
  });

  return {
    name: 'cryptopay',
    origin,
    account: accountOf(origin, apiKey),
    sandbox: values.SANDBOX,
    mayResend: values.RESEND,
    create: {
      write: (request, now) =>
        signed({ method: 'POST', path: WITHDRAWALS_PATH, body: JSON.stringify(createBody(request)) }, now, credentials),
      read: (response, request) =>
        readResponse(
          response,
          rules('create', (wire) => toRecord(wire, { committed: request.cryptopay?.forceCommit === true })),
        ),
    },
    expectedBody,
    commit: {
      write: (providerId, now) => signed({ method: 'POST', path: commitPath(providerId) }, now, credentials),
      read: (response) =>
        readResponse(
          response,
          rules('commit', (wire) => toRecord(wire, { committed: true })),
        ),
    },
    lookUp: {
      write: (key, now) => signed({ method: 'GET', path: lookUpPath(key) }, now, credentials),
      read: (response) =>
        response.status === ABSENT_STATUS && saysNotFound(response)
          ? { ok: true, value: 'absent' }
          : readResponse(
              response,
              rules('look-up', (wire) => toRecord(wire, { committed: false })),
            ),
      absentBy: (response) =>
        saysNotFound(response)
          ? allowed({ ABSENT_STATUS: absentStatus }, { ABSENT_STATUS: String(response.status) })
          : undefined,
    },
  };
}

function receiver({ CALLBACK_SECRET }: CryptopayCallbackSettings): CallbackReceiver {
  return {
    name: 'cryptopay',
    isAuthentic: (headers, rawBody) => isAuthentic(headers, rawBody, CALLBACK_SECRET),
    parse: (rawBody) => parseJson(rawBody.toString('utf8')),
    read: readCallback,
  };
}

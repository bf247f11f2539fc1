import { stringify } from 'lossless-json';
import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { ErrorRules } from '../http/responses.js';
import { parseJson, readResponse, soleComplaint } from '../http/responses.js';
import type { FailureRow } from '../failures.js';
import type { CallbackReceiver, BodyFields, HttpResponse, HttpRequest, Provider } from '../provider.js';
import { accountOf } from '../http/signatures.js';
import { absentField, absentStatus, allowed } from '../variables.js';
import { readCallback } from './callbacks.js';
import { complaintsIn } from './failures.js';
import { createdRecord, toRecord } from './records.js';
import { CREATE_PATH, LOOK_UP_PATH } from './requests.js';
import type { ProcessingCallbackSettings, ProcessingSettings } from './settings.js';
import type { Credentials } from './signing.js';
import { isAuthentic, signed } from './signing.js';
import type { WithdrawalBody } from './wire.js';
import { createResponse, wireWithdrawal } from './wire.js';

/** Where two providers of the protocol differ. */
export interface Dialect {
  name: ProviderName;
  /** The body of a create. */
  body(request: WithdrawalRequest): WithdrawalBody;
  /** What that body must carry. */
  expectedBody(request: WithdrawalRequest): BodyFields;
  failures: readonly FailureRow[];
}

/** A provider that speaks the processing protocol. */
export function processingProvider(dialect: Dialect, settings: ProcessingSettings): Provider {
  const { name } = dialect;
  const { BASE_URL: origin, API_KEY: apiKey, SECRET: secrets, SANDBOX, RESEND } = settings;
  const { ABSENT_STATUS, ABSENT_FIELD } = settings;
  const credentials: Credentials = { apiKey, secrets };
  const errors: ErrorRules = { complaintsIn, table: dialect.failures };
  const request = (method: HttpRequest['method'], path: string, json: object) =>
    signed(method, path, stringify(json) ?? '', credentials);

  return {
    name,
    origin,
    account: accountOf(origin, apiKey),
    sandbox: SANDBOX,
    mayResend: RESEND,
    create: {
      write: (withdrawal) => request('POST', CREATE_PATH, dialect.body(withdrawal)),
      read: (response, withdrawal) =>
        readResponse(response, {
          call: 'create',
          shape: createResponse,
          toValue: (wire) => createdRecord(name, wire, withdrawal),
          errors,
        }),
    },
    expectedBody: (withdrawal) => dialect.expectedBody(withdrawal),
    lookUp: {
      // A GET with a JSON body; by foreign_id only withdrawals are found.
      write: ({ withdrawalId }) => request('GET', LOOK_UP_PATH, { foreign_id: withdrawalId }),
      read: (response) =>
        response.status === ABSENT_STATUS && absentFieldOf(response, errors) === ABSENT_FIELD
          ? { ok: true, value: 'absent' }
          : readResponse(response, {
              call: 'look-up',
              shape: wireWithdrawal,
              toValue: (wire) => toRecord(name, wire),
              errors,
            }),
      absentBy: (response) => {
        const field = absentFieldOf(response, errors);
        if (field === undefined) return undefined;
        const schemas = { ABSENT_STATUS: absentStatus, ABSENT_FIELD: absentField };
        return allowed(schemas, { ABSENT_STATUS: String(response.status), ABSENT_FIELD: field });
      },
    },
  };
}

/** What takes its callbacks. */
export function processingReceiver(name: ProviderName, { SECRET }: ProcessingCallbackSettings): CallbackReceiver {
  return {
    name,
    isAuthentic: (headers, rawBody) => isAuthentic(headers, rawBody, SECRET),
    parse: (rawBody) => parseJson(rawBody.toString('utf8')),
    read: (body) => readCallback(name, body),
  };
}

/** `{"errors": {field: message}}` with one field, and no code, which would say something else. How absence is reported is not documented. */
function absentFieldOf(response: HttpResponse, errors: ErrorRules): string | undefined {
  const { code, field } = soleComplaint(response, errors) ?? {};
  return code === undefined ? field : undefined;
}

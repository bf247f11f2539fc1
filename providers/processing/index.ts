import { stringify } from 'lossless-json';
import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import type { ErrorRules } from '../http/responses.js';
import { parseJson, readAnswer, soleComplaint } from '../http/responses.js';
import type { FailureRow } from '../failures.js';
import type { CallbackReceiver, Carried, HttpAnswer, HttpRequest, Provider } from '../provider.js';
import { accountOf } from '../http/signatures.js';
import { absentField, absentStatus, allowed } from '../variables.js';
import { readCallback } from './callbacks.js';
import { complaintsIn } from './failures.js';
import { createdRecord, newsRecord } from './records.js';
import { CREATE_PATH, LOOK_UP_PATH } from './requests.js';
import type { ProcessingCallbackSettings, ProcessingSettings } from './settings.js';
import type { Credentials } from './signing.js';
import { isAuthentic, signed } from './signing.js';
import type { WithdrawalBody } from './wire.js';
import { createAnswer, withdrawalNews } from './wire.js';

/** Where two providers of the protocol differ. */
export interface Dialect {
  name: ProviderName;
  /** The body of a create. */
  body(request: WithdrawalRequest): WithdrawalBody;
  /** What that body must carry. */
  carries(request: WithdrawalRequest): Carried;
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
      read: (answer, withdrawal) =>
        readAnswer(answer, {
          call: 'create',
          shape: createAnswer,
          says: (wire) => createdRecord(name, wire, withdrawal),
          errors,
        }),
    },
    carries: (withdrawal) => dialect.carries(withdrawal),
    lookUp: {
      // A GET with a JSON body; by foreign_id only withdrawals are found (§1.3).
      write: ({ withdrawalId }) => request('GET', LOOK_UP_PATH, { foreign_id: withdrawalId }),
      read: (answer) =>
        answer.status === ABSENT_STATUS && absentFieldOf(answer, errors) === ABSENT_FIELD
          ? { ok: true, value: 'absent' }
          : readAnswer(answer, {
              call: 'look-up',
              shape: withdrawalNews,
              says: (wire) => newsRecord(name, wire),
              errors,
            }),
      absentBy: (answer) => {
        const field = absentFieldOf(answer, errors);
        if (field === undefined) return undefined;
        const schemas = { ABSENT_STATUS: absentStatus, ABSENT_FIELD: absentField };
        return allowed(schemas, { ABSENT_STATUS: String(answer.status), ABSENT_FIELD: field });
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
    read: (news) => readCallback(name, news),
  };
}

/** `{"errors": {field: message}}` with one field, and no code, which would say something else. How absence is told is not documented (§1.9). */
function absentFieldOf(answer: HttpAnswer, errors: ErrorRules): string | undefined {
  const { code, field } = soleComplaint(answer, errors) ?? {};
  return code === undefined ? field : undefined;
}

import type { ErrorRules } from '../answers.js';
import { parseJson, readAnswer, saysAbsent } from '../answers.js';
import { providerKind } from '../kind.js';
import type { Provider } from '../provider.js';
import { accountOf } from '../signing.js';
import { isAuthentic, readCallback } from './callbacks.js';
import { complaintsIn, failures } from './failures.js';
import { statuses, toRecord } from './records.js';
import { createBody, WITHDRAWALS_PATH } from './requests.js';
import type { CryptopaySettings } from './settings.js';
import { settings } from './settings.js';
import { signed } from './signing.js';
import { answerShape } from './wire.js';

/** Cryptopay: two-step withdrawals, signed with the time of each attempt. */
export const cryptopay = providerKind(settings, build, { failures, statuses });

function build(values: CryptopaySettings): Provider {
  const {
    BASE_URL: origin,
    API_KEY: apiKey,
    API_SECRET: apiSecret,
    CALLBACK_SECRET,
    SANDBOX,
    RESEND,
    ABSENT_STATUS,
  } = values;
  const credentials = { apiKey, apiSecret };
  const errors: ErrorRules = { complaintsIn, table: failures };

  return {
    name: 'cryptopay',
    origin,
    account: accountOf(origin, apiKey),
    sandbox: SANDBOX,
    mayResend: RESEND,
    create: {
      write: (request, now) =>
        signed({ method: 'POST', path: WITHDRAWALS_PATH, body: JSON.stringify(createBody(request)) }, now, credentials),
      read: (answer, { amount, cryptopay }) =>
        readAnswer(answer, {
          call: 'create',
          shape: answerShape,
          says: (wire) => ({
            ...toRecord(wire, { committed: cryptopay?.forceCommit === true }),
            // With the fees taken out of it, what is charged is what was asked for.
            ...(amount !== undefined && cryptopay?.feesIncluded && { amount: wire.charged_amount }),
          }),
          errors,
        }),
    },
    commit: {
      write: (providerId, now) =>
        signed(
          { method: 'POST', path: `${WITHDRAWALS_PATH}/${encodeURIComponent(providerId)}/commit` },
          now,
          credentials,
        ),
      read: (answer) =>
        readAnswer(answer, {
          call: 'commit',
          shape: answerShape,
          says: (wire) => toRecord(wire, { committed: true }),
          errors,
        }),
    },
    lookUp: {
      write: ({ withdrawalId, providerId }, now) => {
        const name = providerId ?? `custom_id/${withdrawalId}`;
        return signed({ method: 'GET', path: `${WITHDRAWALS_PATH}/${name}` }, now, credentials);
      },
      read: (answer) =>
        saysAbsent(answer, ABSENT_STATUS, errors)
          ? { ok: true, value: 'absent' }
          : readAnswer(answer, {
              call: 'look-up',
              shape: answerShape,
              says: (wire) => toRecord(wire, { committed: false }),
              errors,
            }),
    },
    callbacks: {
      isAuthentic: (headers, rawBody) => isAuthentic(headers, rawBody, CALLBACK_SECRET),
      parse: (rawBody) => parseJson(rawBody.toString('utf8')),
      read: readCallback,
    },
  };
}

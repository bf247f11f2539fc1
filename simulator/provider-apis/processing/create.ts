import { createHash } from 'node:crypto';
import { behaviourOf, codeOf } from '../../behaviour/magic-values.js';
import { eightDecimals, plain } from '../../currencies/money.js';
import { jsonResponse } from '../../http/json-response.js';
import type { JsonObject } from '../../http/json.js';
import type { Payout, Step } from '../../ledger/payout.js';
import { firstDue } from '../../ledger/script-runner.js';
import type { Context } from '../context.js';
import type { HttpResponse } from '../provider.js';
import { readCreateRequest, type CreateRequest } from './create-request.js';
import type { Dialect } from './dialect.js';
import { notEnoughBalance, validationResponse } from './errors.js';
import { quoteFor, type Quote } from './quote.js';
import { createdRecord } from './record.js';
import { defaultScript } from './script.js';

/** POST /withdrawal/crypto. */
export function create(body: JsonObject, dialect: Dialect, context: Context): HttpResponse {
  const { request, errors } = readCreateRequest(body, dialect, context.modes);
  const { modes, ledger, limits, scriptRunner } = context;
  const reference = request?.foreignId ?? body['foreign_id'];
  if (typeof reference === 'string' && !modes.values['reference-not-unique']) {
    const taken = ledger.findByReference(dialect.name, reference, modes.values['reference-ignores-case']);
    if (taken) return validationResponse({ ...errors, foreign_id: 'The foreign id has already been taken.' });
  }
  if (!request) return validationResponse(errors);

  const quote = quoteFor(request);
  const code = codeOf(request.asked.value, dialect.name);
  const refusal = refusalOf(request, quote, code, dialect, context);
  if (refusal) {
    if (modes.values['refusal-stored']) {
      ledger.put(payoutOf(request, quote, code, [], 'cancelled', dialect, context));
    }
    return refusal;
  }
  const ownerMustApprove = limits.ownerMustApprove(dialect.name, request.currency, quote.charged);
  const behaviour = behaviourOf(dialect.name, code);
  const steps = behaviour?.script ?? defaultScript(ownerMustApprove);
  const row = payoutOf(request, quote, code, steps, 'processing', dialect, context);
  scriptRunner.start(row);
  const response = jsonResponse(dialect.createdStatus, { data: createdRecord(row) });
  return behaviour?.callbacks === 'before-response' ? { ...response, after: scriptRunner.runToEnd(row) } : response;
}

function refusalOf(
  request: CreateRequest,
  quote: Quote,
  code: string | null,
  dialect: Dialect,
  context: Context,
): HttpResponse | null {
  const refusal = behaviourOf(dialect.name, code)?.refusal;
  if (refusal === 'bad-address') return validationResponse({ address: 'The address is invalid.' });
  if (!quote.received.isPositive() || quote.received.isZero()) {
    return validationResponse({ [request.asked.field]: 'The amount must be at least 0.00000001.' });
  }
  const available = context.limits.available(dialect.name, request.currency);
  return refusal === 'not-enough-balance' || quote.charged.greaterThan(available) ? notEnoughBalance : null;
}

function payoutOf(
  request: CreateRequest,
  quote: Quote,
  code: string | null,
  steps: readonly Step[],
  status: string,
  dialect: Dialect,
  { ledger, clock }: Context,
): Payout {
  const index = ledger.accepted(dialect.name);
  const id = dialect.firstId + index;
  const now = clock.elapsed();
  const receivedCurrency = request.convertTo ?? request.currency;
  return {
    provider: dialect.name,
    providerId: String(id),
    reference: request.foreignId,
    currency: request.currency,
    amount: request.asked.field === 'amount' ? request.asked.text : plain(quote.charged),
    charged: { currency: request.currency, amount: plain(quote.charged) },
    received: { currency: receivedCurrency, amount: plain(quote.received) },
    address: request.address,
    tag: request.tag,
    txid: createHash('sha256').update(`${dialect.name} ${id}`).digest('hex'),
    code,
    debits: 0,
    createdAt: new Date(clock.wall()).toISOString(),
    history: [{ status, error: '', at: now }],
    steps: [...steps],
    dueAt: firstDue(steps, now),
    details: {
      family: 'processing',
      type: request.convertTo === null ? 'withdrawal' : 'withdrawal_exchange',
      endUserReference: request.endUserReference,
      fee: quote.fee && eightDecimals(quote.fee),
      addressId: 3_776_985 + index,
      transactionId: 3_779_034 + 2 * index,
    },
  };
}

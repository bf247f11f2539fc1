import { createHash, randomInt } from 'node:crypto';
import { LosslessNumber } from 'lossless-json';
import { behaviourOf, codeOf } from '../../behaviour/magic-values.js';
import { cut, plain } from '../../currencies/money.js';
import { jsonResponse } from '../../http/json-response.js';
import type { JsonObject } from '../../http/json.js';
import type { Payout } from '../../ledger/payout.js';
import { firstDue } from '../../ledger/script-runner.js';
import type { Context } from '../context.js';
import type { HttpResponse } from '../provider.js';
import { readCreateRequest, type CreateRequest } from './create-request.js';
import { errorResponse } from './errors.js';
import { defaultScript } from './script.js';

/** POST /v2/invoice/api/out/create. There is no reference: a repeat is a second payout. */
export function create(body: JsonObject | null, context: Context): HttpResponse {
  if (tooSoon(context)) return errorResponse('rate_limit');
  if (!body) return errorResponse('validate_error');
  const { request, errors } = readCreateRequest(body);
  if (!request) return errorResponse(...errors);
  const code = codeOf(request.asked.value, 'cryptocloud');
  const behaviour = behaviourOf('cryptocloud', code);
  if (behaviour?.refusal === 'bad-address') return errorResponse('network');
  const available = context.limits.available('cryptocloud', request.currency);
  if (behaviour?.refusal === 'not-enough-balance' || request.asked.value.greaterThan(available))
    return errorResponse('uncorrected_amount');
  const row = payoutOf(request, code, context);
  context.scriptRunner.start(row);
  const created = {
    invoice_id: row.providerId,
    status: 'created',
    currency: request.currency,
    amount: new LosslessNumber(row.received.amount),
  };
  const old = behaviour?.envelope === 'old' || context.modes.values['old-envelope'];
  return jsonResponse(200, { status: 'success', [old ? 'data' : 'result']: created });
}

/** Twelve seconds between creates. Each authentic one that isn't itself too soon starts them, refused or not. */
function tooSoon(context: Context): boolean {
  const now = context.clock.elapsed();
  const last = context.lastCryptocloudCreate;
  if (last !== null && now - last < context.limits.intervalMs()) return true;
  context.lastCryptocloudCreate = now;
  context.journal.append({ change: 'cryptocloud-create', at: now });
  return false;
}

function payoutOf(
  { currency, address, asked }: CreateRequest,
  code: string | null,
  { ledger, clock }: Context,
): Payout {
  const now = clock.elapsed();
  let providerId = newId();
  while (ledger.find('cryptocloud', providerId)) providerId = newId();
  const steps = behaviourOf('cryptocloud', code)?.script ?? defaultScript;
  // The documented sample: 0.003 in the request, 0.0029 in the response.
  const fee = cut(asked.value.dividedBy(30), 8);
  return {
    provider: 'cryptocloud',
    providerId,
    reference: null,
    currency,
    amount: asked.text,
    charged: { currency, amount: plain(asked.value) },
    received: { currency, amount: plain(asked.value.minus(fee)) },
    address,
    tag: null,
    txid: createHash('sha256').update(`cryptocloud ${providerId}`).digest('hex'),
    code,
    debits: 0,
    createdAt: new Date(clock.wall()).toISOString(),
    history: [{ status: 'created', error: '', at: now }],
    steps: [...steps],
    dueAt: firstDue(steps, now),
    details: { family: 'cryptocloud' },
  };
}

function newId(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return `INV-${Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')}`;
}

import { createHash, randomUUID } from 'node:crypto';
import type { CryptopayBehaviour } from '../../behaviour/behaviour.js';
import { behaviourOf, codeOf } from '../../behaviour/magic-values.js';
import { cut, oneDecimal, plain } from '../../currencies/money.js';
import type { JsonObject } from '../../http/json.js';
import type { Payout, Step } from '../../ledger/payout.js';
import { firstDue } from '../../ledger/script-runner.js';
import type { Context } from '../context.js';
import type { HttpResponse } from '../provider.js';
import { readCreateRequest, type CreateRequest } from './create-request.js';
import { customIdTaken, highRiskAddress, invalid, invalidCoinAddress, mustBeAtLeast, mustBeAtMost } from './errors.js';
import { quoteFor, type Quote } from './quote.js';
import { recordResponse } from './record.js';
import { commitWindowMs, defaultScript, uncommittedScript } from './script.js';

/** POST /api/coin_withdrawals. */
export function create(body: JsonObject, context: Context): HttpResponse {
  const { request, details } = readCreateRequest(body);
  if (!request) return invalid(details);
  const { ledger, scriptRunner, limits, modes } = context;
  if (request.customId !== null && !modes.values['reference-not-unique']) {
    if (ledger.findByReference('cryptopay', request.customId, modes.values['reference-ignores-case']))
      return customIdTaken();
  }
  const code = codeOf(request.asked.value, 'cryptopay');
  const behaviour = behaviourOf('cryptopay', code);
  const quote = quoteFor(request, behaviour?.chargeFactor ?? 1);
  const refusal = refusalOf(request, quote, behaviour?.refusal, context);
  if (refusal) {
    if (modes.values['refusal-stored']) ledger.put(payoutOf(request, quote, code, 'cancelled', [], context));
    return refusal;
  }
  const ownerMustApprove = limits.ownerMustApprove('cryptopay', request.chargedCurrency, quote.charged);
  const status = request.forceCommit || modes.values['pending-until-committed'] ? 'pending' : 'new';
  const steps = request.forceCommit
    ? (behaviour?.script ?? defaultScript(ownerMustApprove))
    : uncommittedScript(behaviour?.commitWindow === 'closed' ? 1000 : commitWindowMs, modes.values['new-after-expiry']);
  const row = payoutOf(request, quote, code, status, steps, context);
  scriptRunner.start(row);
  const response = recordResponse(201, row, row.history[0], modes);
  const isPaidFirst = request.forceCommit && behaviour?.callbacks === 'before-response';
  return isPaidFirst ? { ...response, after: scriptRunner.runToEnd(row) } : response;
}

function refusalOf(
  request: CreateRequest,
  quote: Quote,
  refusal: CryptopayBehaviour['refusal'],
  { limits }: Context,
): HttpResponse | null {
  const { chargedCurrency, receivedCurrency, asked } = request;
  if (refusal === 'bad-address') return invalid([invalidCoinAddress(receivedCurrency)]);
  if (refusal === 'high-risk-address') return highRiskAddress();
  // The values of the documented sample.
  if (refusal === 'not-enough-balance') {
    return invalid([mustBeAtMost('charged_amount', '167.75222297'), mustBeAtMost('received_amount', '12500.0')]);
  }
  if (!quote.received.greaterThan(0)) return invalid([mustBeAtLeast(asked.field, oneDecimal(quote.networkFee))]);
  const available = limits.available('cryptopay', chargedCurrency);
  if (quote.charged.lessThanOrEqualTo(available)) return null;
  const receivable = cut(available.times(quote.received).dividedBy(quote.charged), 8);
  return invalid([
    mustBeAtMost('charged_amount', oneDecimal(available)),
    mustBeAtMost('received_amount', oneDecimal(receivable)),
  ]);
}

function payoutOf(
  request: CreateRequest,
  quote: Quote,
  code: string | null,
  status: string,
  steps: readonly Step[],
  { clock }: Context,
): Payout {
  const id = randomUUID();
  const now = clock.elapsed();
  const { asked, chargedCurrency, receivedCurrency, destination } = request;
  const behaviour = behaviourOf('cryptopay', code);
  return {
    provider: 'cryptopay',
    providerId: id,
    reference: request.customId,
    currency: chargedCurrency,
    amount: asked.field === 'received_amount' ? plain(quote.charged) : asked.text,
    charged: { currency: chargedCurrency, amount: plain(quote.charged) },
    received: { currency: receivedCurrency, amount: plain(quote.received) },
    address: destination.address,
    tag: destination.tag,
    txid: createHash('sha256').update(`cryptopay ${id}`).digest('hex'),
    code,
    debits: 0,
    createdAt: new Date(clock.wall()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    history: [{ status, error: '', at: now }],
    steps: [...steps],
    dueAt: firstDue(steps, now),
    details: {
      family: 'cryptopay',
      customerId: request.customerId,
      addressAsSent: request.addressAsSent,
      network: request.network,
      networkFee: oneDecimal(quote.networkFee),
      networkFeeLevel: request.feeLevel,
      exchange: quote.exchange,
      risky: behaviour?.risk === 'shown',
      commitBy: request.forceCommit ? null : now + (behaviour?.commitWindow === 'closed' ? -1 : commitWindowMs),
    },
  };
}

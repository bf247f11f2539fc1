import { createHash, randomUUID } from 'node:crypto';
import type { JsonObject } from '../../http/json.js';
import { firstDue } from '../../ledger/script-runner.js';
import { codeOf, effectOf } from '../../behaviour/magic-values.js';
import { cut, oneDecimal, plain } from '../../currencies/money.js';
import type { Payout, Step } from '../../ledger/payout.js';
import type { Answer } from '../provider.js';
import type { World } from '../context.js';
import { customIdTaken, highRiskAddress, invalid, invalidCoinAddress, mustBeAtLeast, mustBeAtMost } from './errors.js';
import { figuresOf, type Figures } from './quote.js';
import { readForm, type Form } from './create-request.js';
import { recordAnswer } from './record.js';
import { commitWindowMs, committedScript, uncommittedScript } from './script.js';

/** POST /api/coin_withdrawals. */
export function create(body: JsonObject, world: World): Answer {
  const { form, details } = readForm(body);
  if (!form) return invalid(details);
  const { ledger, lives, limits, modes } = world;
  if (form.customId !== null && !modes.values['reference-not-unique']) {
    if (ledger.findByReference('cryptopay', form.customId, modes.values['reference-ignores-case']))
      return customIdTaken();
  }
  const code = codeOf(form.asked.value, 'cryptopay');
  const figures = figuresOf(form, code);
  const refusal = refusalOf(form, figures, code, world);
  if (refusal) {
    if (modes.values['refusal-stored']) ledger.put(payoutOf(form, figures, code, 'cancelled', [], world));
    return refusal;
  }
  const ownerMustApprove = limits.ownerMustApprove('cryptopay', form.chargedCurrency, figures.charged);
  const status = form.forceCommit || modes.values['pending-until-committed'] ? 'pending' : 'new';
  const steps = form.forceCommit
    ? committedScript(code, ownerMustApprove)
    : uncommittedScript(code, modes.values['new-after-expiry']);
  const row = payoutOf(form, figures, code, status, steps, world);
  lives.begin(row);
  const answer = recordAnswer(201, row, row.history[0], modes);
  const hurried = form.forceCommit && effectOf(code) === 'called-back-before-answer';
  return hurried ? { ...answer, after: lives.hurry(row) } : answer;
}

function refusalOf(form: Form, figures: Figures, code: string | null, { limits }: World): Answer | null {
  const { chargedCurrency, receivedCurrency, asked } = form;
  const effect = effectOf(code);
  if (effect === 'bad-address') return invalid([invalidCoinAddress(receivedCurrency)]);
  if (effect === 'high-risk-address') return highRiskAddress();
  // The values of the documented sample.
  if (effect === 'not-enough-balance') {
    return invalid([mustBeAtMost('charged_amount', '167.75222297'), mustBeAtMost('received_amount', '12500.0')]);
  }
  if (!figures.received.greaterThan(0)) return invalid([mustBeAtLeast(asked.field, oneDecimal(figures.networkFee))]);
  const available = limits.available('cryptopay', chargedCurrency);
  if (figures.charged.lessThanOrEqualTo(available)) return null;
  const receivable = cut(available.times(figures.received).dividedBy(figures.charged), 8);
  return invalid([
    mustBeAtMost('charged_amount', oneDecimal(available)),
    mustBeAtMost('received_amount', oneDecimal(receivable)),
  ]);
}

function payoutOf(
  form: Form,
  figures: Figures,
  code: string | null,
  status: string,
  steps: readonly Step[],
  { clock }: World,
): Payout {
  const id = randomUUID();
  const now = clock.elapsed();
  const { asked, chargedCurrency, receivedCurrency, destination } = form;
  return {
    provider: 'cryptopay',
    providerId: id,
    reference: form.customId,
    currency: chargedCurrency,
    amount: asked.field === 'received_amount' ? plain(figures.charged) : asked.text,
    charged: { currency: chargedCurrency, amount: plain(figures.charged) },
    received: { currency: receivedCurrency, amount: plain(figures.received) },
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
      customerId: form.customerId,
      addressAsSent: form.addressAsSent,
      network: form.network,
      networkFee: oneDecimal(figures.networkFee),
      networkFeeLevel: form.feeLevel,
      exchange: figures.exchange,
      risky: effectOf(code) === 'risk-details',
      commitBy: form.forceCommit ? null : now + (effectOf(code) === 'window-closed' ? -1 : commitWindowMs),
    },
  };
}

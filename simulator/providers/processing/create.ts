import { createHash } from 'node:crypto';
import { jsonAnswer } from '../../http/json-response.js';
import type { JsonObject } from '../../http/json.js';
import { firstDue } from '../../ledger/script-runner.js';
import { codeOf, effectOf } from '../../behaviour/magic-values.js';
import { eightDecimals, plain } from '../../currencies/money.js';
import type { Payout, Step } from '../../ledger/payout.js';
import type { Answer } from '../provider.js';
import type { World } from '../context.js';
import type { Dialect } from './dialect.js';
import { notEnoughBalance, validationAnswer } from './errors.js';
import { figuresOf, type Figures } from './quote.js';
import { readForm, type Form } from './create-request.js';
import { createdRecord } from './record.js';
import { scriptOf } from './script.js';

/** POST /withdrawal/crypto. */
export function create(body: JsonObject, dialect: Dialect, world: World): Answer {
  const { form, errors } = readForm(body, dialect, world.modes);
  const { modes, ledger, limits, lives } = world;
  const reference = form?.foreignId ?? body['foreign_id'];
  if (typeof reference === 'string' && !modes.values['reference-not-unique']) {
    const taken = ledger.findByReference(dialect.name, reference, modes.values['reference-ignores-case']);
    if (taken) return validationAnswer({ ...errors, foreign_id: 'The foreign id has already been taken.' });
  }
  if (!form) return validationAnswer(errors);

  const figures = figuresOf(form);
  const code = codeOf(form.asked.value, dialect.name);
  const refusal = refusalOf(form, figures, code, dialect, world);
  if (refusal) {
    if (modes.values['refusal-stored']) {
      ledger.put(payoutOf(form, figures, code, [], 'cancelled', dialect, world));
    }
    return refusal;
  }
  const ownerMustApprove = limits.ownerMustApprove(dialect.name, form.currency, figures.charged);
  const steps = scriptOf(code, ownerMustApprove);
  const row = payoutOf(form, figures, code, steps, 'processing', dialect, world);
  lives.begin(row);
  const answer = jsonAnswer(dialect.createdStatus, { data: createdRecord(row) });
  return effectOf(code) === 'called-back-before-answer' ? { ...answer, after: lives.hurry(row) } : answer;
}

function refusalOf(form: Form, figures: Figures, code: string | null, dialect: Dialect, world: World): Answer | null {
  const effect = effectOf(code);
  if (effect === 'bad-address') return validationAnswer({ address: 'The address is invalid.' });
  if (!figures.received.isPositive() || figures.received.isZero()) {
    return validationAnswer({ [form.asked.field]: 'The amount must be at least 0.00000001.' });
  }
  const available = world.limits.available(dialect.name, form.currency);
  return effect === 'not-enough-balance' || figures.charged.greaterThan(available) ? notEnoughBalance : null;
}

function payoutOf(
  form: Form,
  figures: Figures,
  code: string | null,
  steps: readonly Step[],
  status: string,
  dialect: Dialect,
  { ledger, clock }: World,
): Payout {
  const index = ledger.accepted(dialect.name);
  const id = dialect.firstId + index;
  const now = clock.elapsed();
  const receivedCurrency = form.convertTo ?? form.currency;
  return {
    provider: dialect.name,
    providerId: String(id),
    reference: form.foreignId,
    currency: form.currency,
    amount: form.asked.field === 'amount' ? form.asked.text : plain(figures.charged),
    charged: { currency: form.currency, amount: plain(figures.charged) },
    received: { currency: receivedCurrency, amount: plain(figures.received) },
    address: form.address,
    tag: form.tag,
    txid: createHash('sha256').update(`${dialect.name} ${id}`).digest('hex'),
    code,
    debits: 0,
    createdAt: new Date(clock.wall()).toISOString(),
    history: [{ status, error: '', at: now }],
    steps: [...steps],
    dueAt: firstDue(steps, now),
    details: {
      family: 'processing',
      type: form.convertTo === null ? 'withdrawal' : 'withdrawal_exchange',
      endUserReference: form.endUserReference,
      fee: figures.fee && eightDecimals(figures.fee),
      addressId: 3_776_985 + index,
      transactionId: 3_779_034 + 2 * index,
    },
  };
}

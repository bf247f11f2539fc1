import { createHash, randomInt } from 'node:crypto';
import { LosslessNumber } from 'lossless-json';
import { jsonAnswer } from '../../http/json-response.js';
import type { JsonObject } from '../../http/json.js';
import { firstDue } from '../../ledger/script-runner.js';
import { codeOf, effectOf } from '../../behaviour/magic-values.js';
import { cut, plain } from '../../currencies/money.js';
import type { Payout } from '../../ledger/payout.js';
import type { Answer } from '../provider.js';
import type { World } from '../context.js';
import { errorAnswer } from './errors.js';
import { readForm, type Form } from './create-request.js';
import { scriptOf } from './script.js';

/** POST /v2/invoice/api/out/create. There is no reference: a repeat is a second payout. */
export function create(body: JsonObject | null, world: World): Answer {
  if (tooSoon(world)) return errorAnswer('rate_limit');
  if (!body) return errorAnswer('validate_error');
  const { form, errors } = readForm(body);
  if (!form) return errorAnswer(...errors);
  const code = codeOf(form.asked.value, 'cryptocloud');
  const effect = effectOf(code);
  if (effect === 'bad-address') return errorAnswer('network');
  const available = world.limits.available('cryptocloud', form.currency);
  if (effect === 'not-enough-balance' || form.asked.value.greaterThan(available))
    return errorAnswer('uncorrected_amount');
  const row = payoutOf(form, code, world);
  world.lives.begin(row);
  const created = {
    invoice_id: row.providerId,
    status: 'created',
    currency: form.currency,
    amount: new LosslessNumber(row.received.amount),
  };
  const old = effect === 'old-envelope' || world.modes.values['old-envelope'];
  return jsonAnswer(200, { status: 'success', [old ? 'data' : 'result']: created });
}

/** Twelve seconds between creates. Each authentic one that isn't itself too soon starts them, refused or not. */
function tooSoon(world: World): boolean {
  const now = world.clock.elapsed();
  const last = world.lastCryptocloudCreate;
  if (last !== null && now - last < world.limits.intervalMs()) return true;
  world.lastCryptocloudCreate = now;
  world.books.append({ change: 'cryptocloud-create', at: now });
  return false;
}

function payoutOf({ currency, address, asked }: Form, code: string | null, { ledger, clock }: World): Payout {
  const now = clock.elapsed();
  let providerId = newId();
  while (ledger.find('cryptocloud', providerId)) providerId = newId();
  const steps = scriptOf(code);
  // The documented sample: 0.003 asked, 0.0029 answered.
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

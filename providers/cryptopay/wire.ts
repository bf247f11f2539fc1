import { z } from 'zod';
import { fieldsOf } from '../../domain/validation/fields.js';
import { amount, maybe, numberOrText, providerId, providerStatus } from '../http/wire-fields.js';

/** What is asked in `POST /api/coin_withdrawals`: exactly one of the three amounts. */
export const withdrawalRequest = z.strictObject({
  charged_currency: z.string(),
  received_currency: z.string(),
  /** With the fees taken out of it. */
  charged_amount: z.string().optional(),
  /** With the fees on top. */
  charged_amount_to_send: z.string().optional(),
  /** In `received_currency`, exact, with the fees on top. */
  received_amount: z.string().optional(),
  address: z.string(),
  custom_id: z.string(),
  customer_id: z.string().optional(),
  network: z.string().optional(),
  network_fee_level: z.enum(['slow', 'average', 'fast']).optional(),
  force_commit: z.boolean().optional(),
});
export type WithdrawalBody = z.input<typeof withdrawalRequest>;

/** The documents' samples have a fee, the official clients' callbacks a pair and a rate alone. */
const exchange = z.object({
  pair: z.string(),
  rate: maybe(amount),
  fee: maybe(amount),
  fee_currency: maybe(z.string()),
});

const risk = z.object({
  score: maybe(numberOrText),
  level: maybe(z.string()),
  resource_name: maybe(z.string()),
  resource_category: maybe(z.string()),
});

export const coinWithdrawal = z.object({
  id: providerId,
  custom_id: z.string(),
  customer_id: maybe(z.string()),
  address: z.string(),
  network: maybe(z.string()),
  txid: maybe(z.string()),
  status: providerStatus,
  charged_amount: amount,
  charged_currency: z.string(),
  received_amount: amount,
  received_currency: z.string(),
  network_fee: maybe(amount),
  network_fee_level: maybe(z.string()),
  fee: maybe(amount),
  fee_currency: maybe(z.string()),
  description: maybe(z.string()),
  exchange: maybe(exchange),
  risk: maybe(risk),
  created_at: maybe(z.string()),
});
export type CoinWithdrawal = z.output<typeof coinWithdrawal>;

const wrapped = z.object({ data: coinWithdrawal });

/** A response: the official clients expect it wrapped in `data`, the documents' sample is bare. */
export const responseShape = z.preprocess((json) => fieldsOf(json)?.['data'] ?? json, coinWithdrawal);

/** A callback about a withdrawal, of event `created` or `status_changed`. */
export const withdrawalCallback = wrapped.extend({ type: z.literal('CoinWithdrawal'), event: z.string() });

/** Every error's shape. */
export const ownError = z.object({
  error: z.object({
    code: z.string(),
    message: maybe(z.string()),
    details: maybe(
      z.array(
        z.object({
          code: z.string(),
          target: maybe(z.string()),
          message: maybe(z.string()),
          args: z.unknown().optional(),
        }),
      ),
    ),
  }),
  meta: maybe(z.object({ request_id: maybe(z.string()) })),
});

import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { amount, maybe, numberOrText, providerStatus, wholeNumber } from '../http/wire-fields.js';

/** Types of a withdrawal's callbacks and look-ups; every other type is about something else, such as a deposit. */
export const withdrawalTypes = [
  'withdrawal',
  'withdrawal_exchange',
  'withdrawal_instant',
  'withdrawal_instant_exchange',
] as const;

const withdrawalType = z.enum(withdrawalTypes);

/** An amount in a request: CryptoProcessing's sample has a string, AlphaPo's a number; either way the digits as asked. */
const requestAmount = z.union([z.string(), z.instanceof(LosslessNumber)]);

/** What both providers take in `POST /withdrawal/crypto`. */
export const withdrawalRequest = z.strictObject({
  currency: z.string(),
  foreign_id: z.string(),
  end_user_reference: z.string(),
  convert_to: z.string().optional(),
  address: z.string(),
  tag: z.string().optional(),
  amount: requestAmount.optional(),
  amount_to: requestAmount.optional(),
});
export type WithdrawalBody = z.input<typeof withdrawalRequest>;

/** The response to a create. */
export const createResponse = z.object({
  data: z.object({
    id: wholeNumber,
    foreign_id: z.string(),
    end_user_reference: maybe(z.string()),
    type: withdrawalType,
    status: providerStatus,
    amount,
    sender_amount: amount,
    sender_currency: z.string(),
    receiver_currency: z.string(),
    receiver_amount: amount,
  }),
});
export type CreateResponse = z.output<typeof createResponse>;

const money = z.object({ currency: z.string(), amount });

const transaction = z.object({
  id: wholeNumber,
  currency: z.string(),
  currency_to: maybe(z.string()),
  /** `blockchain`, `internal` (no transaction of a chain) or `exchange`. */
  transaction_type: z.string(),
  type: z.string(),
  address: maybe(z.string()),
  tag: maybe(z.string()),
  amount,
  amount_to: maybe(amount),
  txid: maybe(z.string()),
  riskscore: maybe(numberOrText),
  confirmations: maybe(numberOrText),
});

/** A callback of a withdrawal, and the response to a look-up: the same object, not wrapped in `data`. */
export const wireWithdrawal = z.object({
  id: wholeNumber,
  foreign_id: z.string(),
  end_user_reference: maybe(z.string()),
  type: withdrawalType,
  crypto_address: z.object({
    id: maybe(wholeNumber),
    currency: z.string(),
    address: z.string(),
    tag: z.string().nullish(),
  }),
  currency_sent: maybe(money),
  currency_received: maybe(money),
  transactions: z.array(transaction).default([]),
  fees: z.array(money.extend({ type: z.string() })).default([]),
  error: maybe(z.string()),
  status: providerStatus,
});
export type WireWithdrawal = z.output<typeof wireWithdrawal>;

/** The five errors of every endpoint. */
export const codedError = z.object({ error: z.string(), code: z.string() });

/** Validation errors; the older version 1 adds `error_code`. */
export const validationError = z.object({
  errors: z.record(z.string(), z.string()),
  error_code: z.string().optional(),
});

import { LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { amount, maybe, providerId, providerStatus } from '../http/wire-fields.js';

/** What is asked in `POST /v2/invoice/api/out/create`. */
export const withdrawalRequest = z.strictObject({
  currency_code: z.string(),
  to_address: z.string(),
  amount: z.instanceof(LosslessNumber),
});
export type WithdrawalBody = z.input<typeof withdrawalRequest>;

const withdrawal = z.object({
  invoice_id: providerId,
  status: providerStatus,
  currency: z.string(),
  /** Net: less than what was asked for. */
  amount,
});
export type CloudWithdrawal = z.output<typeof withdrawal>;

/** The response to a create: in `result`, by older documents in `data`. */
export const createResponse = z
  .object({ status: z.literal('success'), result: maybe(withdrawal), data: maybe(withdrawal) })
  .transform(({ result, data }, context) => {
    const withdrawal = result ?? data;
    if (withdrawal !== undefined) return withdrawal;
    context.addIssue('expected result or data');
    return z.NEVER;
  });

const messages = z.record(z.string(), z.string());

/** An error: messages by key, in either envelope; or the gateway's `detail`. */
export const ownError = z.union([
  z.object({ status: z.literal('error'), result: messages }).transform(({ result }) => result),
  z.object({ status: z.literal('error'), data: messages }).transform(({ data }) => data),
  z.object({ detail: z.string() }).transform(({ detail }) => ({ [detail]: detail })),
]);

/** The postback: from a form every value is a text. The documents have it for invoices only. */
export const postback = z.object({
  status: providerStatus,
  /** Without the `INV-` of a create's response. */
  invoice_id: providerId,
  amount_crypto: maybe(amount),
  currency: maybe(z.string()),
  order_id: maybe(z.string()),
  token: z.string(),
  invoice_info: z.unknown().optional(),
});

/** The claims of a postback's token. */
export const tokenClaims = z.object({ id: z.string(), exp: z.number() });

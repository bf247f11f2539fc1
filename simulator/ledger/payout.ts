import { z } from 'zod';

export const providerNames = ['cryptoprocessing', 'alphapo', 'cryptopay', 'cryptocloud'] as const;
export const providerName = z.enum(providerNames);
export type ProviderName = z.infer<typeof providerName>;

const sum = z.strictObject({ currency: z.string(), amount: z.string() });

/** A status that a payout got: the provider's own status, its error text, and when (elapsed time). */
const statusChange = z.strictObject({ status: z.string(), error: z.string(), at: z.number() });
export type StatusChange = z.infer<typeof statusChange>;

/** What is still going to happen to a payout without a person. `after`: elapsed milliseconds since the step before. */
const step = z.strictObject({ after: z.number(), status: z.string(), error: z.string().optional() });
export type Step = z.infer<typeof step>;

const processingDetails = z.strictObject({
  family: z.literal('processing'),
  type: z.enum(['withdrawal', 'withdrawal_exchange']),
  endUserReference: z.string(),
  fee: z.string().nullable(),
  addressId: z.number(),
  transactionId: z.number(),
});
export type ProcessingDetails = z.infer<typeof processingDetails>;

const cryptopayDetails = z.strictObject({
  family: z.literal('cryptopay'),
  customerId: z.string().nullable(),
  addressAsSent: z.string(),
  /** Absent from journals that are older than this field. */
  network: z.string().optional(),
  networkFee: z.string(),
  networkFeeLevel: z.string(),
  exchange: z
    .strictObject({ pair: z.string(), rate: z.string(), fee: z.string(), fee_currency: z.string() })
    .nullable(),
  risky: z.boolean(),
  /** Until when a two-step withdrawal may be committed (elapsed time); null once committed. */
  commitBy: z.number().nullable(),
});
export type CryptopayDetails = z.infer<typeof cryptopayDetails>;

const cryptocloudDetails = z.strictObject({ family: z.literal('cryptocloud') });

export const payout = z.strictObject({
  provider: providerName,
  providerId: z.string(),
  reference: z.string().nullable(),
  /** What was asked for, digit for digit where it was asked in the debited currency. */
  currency: z.string(),
  amount: z.string(),
  /** What leaves our balance and what arrives. */
  charged: sum,
  received: sum,
  address: z.string(),
  tag: z.string().nullable(),
  txid: z.string(),
  /** The magic code of the amount, if it carries one. */
  code: z.string().nullable(),
  debits: z.number(),
  createdAt: z.string(),
  history: z.tuple([statusChange], statusChange),
  steps: z.array(step),
  dueAt: z.number().nullable(),
  details: z.discriminatedUnion('family', [processingDetails, cryptopayDetails, cryptocloudDetails]),
});
export type Payout = z.infer<typeof payout>;

/** The status at which money leaves: the only place where `debits` grows. */
export const paidStatus: Readonly<Record<ProviderName, string>> = {
  cryptoprocessing: 'confirmed',
  alphapo: 'confirmed',
  cryptopay: 'completed',
  cryptocloud: 'confirmed',
};

/** Statuses that give the money back to the balance. */
const endedUnpaid: readonly string[] = ['declined', 'cancelled'];

export function latestChange(row: Payout): StatusChange {
  return row.history[row.history.length - 1] ?? row.history[0];
}

export function isFinal(provider: ProviderName, status: string): boolean {
  return status === paidStatus[provider] || endedUnpaid.includes(status);
}

/** Whether the payout's money is gone or set aside. */
export function holdsMoney(row: Payout): boolean {
  return row.debits > 0 || !endedUnpaid.includes(latestChange(row).status);
}

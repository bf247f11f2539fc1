import type { Meaning, ProviderRecord } from '../../domain/record.js';
import type { CloudWithdrawal } from './wire.js';

/** CryptoCloud's only documented status of a withdrawal. */
export const statuses: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([['created', 'processing']]);

/** What the response to a create says. Its amount is net, so it is what will be received, not what was asked for. */
export function createdRecord({ invoice_id, status, currency, amount }: CloudWithdrawal): ProviderRecord {
  return {
    provider: 'cryptocloud',
    providerId: invoice_id,
    providerStatus: status,
    meaning: statuses.get(status) ?? 'unrecognised',
    currency,
    received: { amount, currency },
  };
}

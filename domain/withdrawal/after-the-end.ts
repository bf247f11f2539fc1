import type { ProviderRecord } from '../record.js';
import type { EventName, Status } from './lifecycle.js';
import { transition } from './lifecycle.js';

/** What stands of a withdrawal that has ended. */
export interface RecordedEnd {
  status: Status;
  /** The provider's last word that was taken over. */
  providerStatus?: string | undefined;
  txid?: string | undefined;
}

/**
 * True if a record, which is `event` to the withdrawal's life, says what the recorded end doesn't: a final word against it, a word in
 * no table, or another transaction. The end told again, or a step before it arriving late, is no news.
 */
export function isNewsAfter(end: RecordedEnd, record: ProviderRecord, event: EventName | undefined): boolean {
  if (record.txid !== undefined && record.txid !== end.txid) return true;
  // What was cancelled with no record known has none at the provider, at whatever stage.
  const isUnheardOf = end.status === 'cancelled' && end.providerStatus === undefined;
  if (isUnheardOf && event !== 'foundCancelled') return true;
  if (event === undefined) return record.providerStatus !== end.providerStatus;
  return transition({ status: end.status, inDoubt: false }, event) === 'contradicts';
}

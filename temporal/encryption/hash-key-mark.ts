import { createHmac } from 'node:crypto';
import type { ConnectionLike } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import type { EncryptionSettings } from '../../settings/encryption.js';

/** Where a namespace's own data says with which key the ids of its cases are made. */
const FIELD = 'outflow-hash-key';

/** How a process's `OUTFLOW_HASH_KEY` compares with that of the first that had one. `unmarked`: none had, or Temporal lets nobody mark its namespace. */
export type HashKeyComparison = 'same' | 'other' | 'unmarked';

/** What to do where it is another one. */
export const otherHashKey =
  'OUTFLOW_HASH_KEY is another than the one that this namespace’s cases got their ids by, or only one of the two processes has it: a callback ' +
  'that comes again is a second case. Give worker and bridge the one that was there first';

/** Compares them, and changes nothing. */
export async function compareHashKey(
  connection: ConnectionLike,
  namespace: string,
  { hashKey }: Pick<EncryptionSettings, 'hashKey'>,
): Promise<HashKeyComparison> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  const marked = namespaceInfo?.data?.[FIELD] ?? '';
  if (marked === '') return 'unmarked';
  return hashKey !== undefined && marked === fingerprint(hashKey) ? 'same' : 'other';
}

/** The same for who makes such ids: the first marks the namespace with its own. */
export async function markHashKey(
  connection: ConnectionLike,
  namespace: string,
  { hashKey }: Pick<EncryptionSettings, 'hashKey'>,
): Promise<HashKeyComparison> {
  const given = { ...(hashKey && { hashKey }) };
  const found = await compareHashKey(connection, namespace, given);
  if (found !== 'unmarked' || hashKey === undefined) return found;
  try {
    const data = { [FIELD]: fingerprint(hashKey) };
    await connection.workflowService.updateNamespace({ namespace, updateInfo: { data } });
  } catch (error) {
    if (!isGrpcServiceError(error)) throw error; // not allowed to, or another changes it at the same time: neither is a reason not to serve
  }
  return compareHashKey(connection, namespace, given); // of two that start at once, the mark of one stands
}

/** Says nothing of the key, and is another for every key. */
function fingerprint(hashKey: Uint8Array): string {
  return createHmac('sha256', hashKey).update('outflow hash key\n').digest('hex').slice(0, 16);
}

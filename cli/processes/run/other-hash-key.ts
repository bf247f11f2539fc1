import type { ConnectionLike } from '@temporalio/client';
import type { Logger } from 'pino';
import type { EncryptionSettings } from '../../../settings/encryption.js';
import { markHashKey, otherHashKey } from '../../../temporal/encryption/hash-key-mark.js';

/** Says at the start that cases get other ids here than elsewhere. It stops nothing: payouts don't depend on it. */
export async function warnOfOtherHashKey(
  connection: ConnectionLike,
  namespace: string,
  encryption: EncryptionSettings,
  log: Pick<Logger, 'warn'>,
): Promise<void> {
  if ((await markHashKey(connection, namespace, encryption)) === 'other') log.warn(otherHashKey);
}

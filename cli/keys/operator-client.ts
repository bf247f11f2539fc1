import type { EncryptionSettings } from '../../settings/encryption.js';
import { missingKeys, readEncryption } from '../../settings/encryption.js';
import type { TemporalClient, TemporalConnection } from '../../temporal/connection.js';
import { clientOf, connectClient, connectTemporal } from '../../temporal/connection.js';
import { isForTrials } from '../../temporal/namespace.js';
import { withTrialKeysIfMade } from './trial-keys.js';

/** What an operator's command reads with. */
export interface OperatorClient extends TemporalClient {
  encryption: EncryptionSettings;
}

/**
 * A client for an operator's command, with the keys that the environment names. Where it names none, and only in a namespace that `dev` or
 * `demo` has marked as theirs, those that they made: there is nothing to set up beside them, and nothing real is ever read or written with
 * such a key.
 * @throws SettingsError, TemporalUnreachableError
 */
export async function connectOperator(): Promise<OperatorClient> {
  if (!missingKeys(process.env).includes('OUTFLOW_ENCRYPTION_KEYS')) {
    const encryption = readEncryption(process.env);
    return { ...(await connectClient({}, encryption)), encryption };
  }
  const at = await connectTemporal();
  try {
    const encryption = await encryptionAt(at);
    return { ...clientOf(at, encryption), encryption };
  } catch (error) {
    await at.connection.close();
    throw error;
  }
}

async function encryptionAt({ connection, namespace }: TemporalConnection): Promise<EncryptionSettings> {
  const isTrial = await isForTrials(connection, namespace);
  return readEncryption(isTrial ? withTrialKeysIfMade(process.env) : process.env);
}

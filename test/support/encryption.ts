import type { EncryptionSettings } from '../../settings/encryption.js';
import type { KeyRing } from '../../settings/encryption-keys.js';
import { readEncryption } from '../../settings/encryption.js';
import { embeddedNamespace } from '../../temporal/embedded/server.js';
import type { Reader } from '../../temporal/encryption/codec.js';
import { converterOptions } from '../../temporal/encryption/data-converter.js';

/** Keys that encrypt nothing of anybody's: all tests use them, and the recorded histories must be readable for ever. */
export const testKeys = {
  OUTFLOW_ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 'for tests').toString('base64')}`,
  OUTFLOW_HASH_KEY: Buffer.alloc(32, 'hash for tests').toString('base64'),
};

/** With what tests encrypt unless they say otherwise. */
export const testEncryption = readEncryption(testKeys);

/** Those keys, for what is sealed or opened by hand. */
export const testKeyRing = ringIn(testEncryption);

function ringIn({ keys }: EncryptionSettings): KeyRing {
  if (keys === undefined) throw new Error('tests run encrypted');
  return keys;
}

/** For those that look at what Temporal stores, or at what is different without keys. */
export const noEncryption = readEncryption({ OUTFLOW_ENCRYPTION: 'off' });

/** Where nothing says how to encrypt: what a person has who has set nothing up. */
export const noKeys = { OUTFLOW_ENCRYPTION_KEYS: '', OUTFLOW_HASH_KEY: '' };

/** The data converter of a test's own client, worker or replay. */
export function testConverter(reader: Reader, encryption = testEncryption) {
  return converterOptions(encryption, { namespace: embeddedNamespace, reader });
}

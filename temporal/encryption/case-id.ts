import { createHash, createHmac } from 'node:crypto';
import type { CallbackContent } from '../../contract/case.js';
import type { EncryptionSettings } from '../../settings/encryption.js';

/** The id of the case that holds a callback. */
export type CaseIdOf = (content: CallbackContent) => string;

/** Sets these hashes apart from whatever else the key makes. */
const PURPOSE = 'outflow case\n';

/**
 * How cases get their ids: the same callback is the same case, whether the bridge or a withdrawal opens it. An id is plain text in Temporal, and a
 * callback can be guessed in all its parts (an address, an amount); so it is an HMAC-SHA-256, by which only who has the key can confirm a guess.
 * Without a key, as where encryption is off and all of it is readable anyhow, it is a plain SHA-256.
 */
export function caseIds({ hashKey }: Pick<EncryptionSettings, 'hashKey'>): CaseIdOf {
  return (content) => {
    const hash = hashKey === undefined ? createHash('sha256') : createHmac('sha256', hashKey);
    return hash.update(PURPOSE).update(sortedJson(content)).digest('hex');
  };
}

/** The same content gives the same text, whatever order a provider wrote its fields in. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}

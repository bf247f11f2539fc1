import type { EncryptionSettings } from '../../../settings/encryption.js';
import { encryptionOff } from '../../processes/run/encryption-off.js';
import type { OperatorClient } from '../../keys/operator-client.js';
import { compareHashKey, otherHashKey } from '../../../temporal/encryption/hash-key-mark.js';
import type { Check } from './check.js';

/** With what this command encrypts and reads. What is off was switched off in as many words: it is said each time, and nothing is wrong. */
export function encryptionCheck({ isOn, keys }: EncryptionSettings): Check {
  const check = 'encryption';
  if (!isOn) return { check, ok: true, skipped: 'OFF', found: encryptionOff };
  const others = [...keys.byId.keys()].filter((id) => id !== keys.current.id);
  const also = others.length === 0 ? '' : `, reads with ${others.join(', ')}, too`;
  return { check, ok: true, found: `encrypts with key ${keys.current.id}${also}` };
}

/** Whether cases get the same ids with this command's `OUTFLOW_HASH_KEY` as with that of the processes. */
export async function hashKeyCheck({ connection, namespace, encryption }: OperatorClient): Promise<Check> {
  const check = 'hash key';
  const compared = await compareHashKey(connection, namespace, encryption);
  if (encryption.hashKey === undefined)
    return { check, ok: true, skipped: 'not checked', found: 'OUTFLOW_HASH_KEY is not set here' };
  if (compared === 'unmarked')
    return {
      check,
      ok: true,
      skipped: 'not checked',
      found: 'no worker or bridge has marked the namespace with its own',
    };
  const ok = compared === 'same';
  return {
    check,
    ok,
    found: ok ? 'that of the worker or bridge that was first' : 'not that of the worker or bridge that was first',
    advice: `${otherHashKey}.`,
  };
}

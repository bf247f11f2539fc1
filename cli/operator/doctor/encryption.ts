import type { EncryptionSettings } from '../../../settings/encryption.js';
import { encryptionOff } from '../../processes/run/encryption-off.js';
import type { Check } from './check.js';

/** With what this command encrypts and reads. What is off was switched off in as many words: it is said each time, and nothing is wrong. */
export function encryptionCheck({ isOn, keys }: EncryptionSettings): Check {
  const check = 'encryption';
  if (!isOn) return { check, ok: true, skipped: 'OFF', found: encryptionOff };
  const others = [...keys.byId.keys()].filter((id) => id !== keys.current.id);
  const also = others.length === 0 ? '' : `, reads with ${others.join(', ')}, too`;
  return { check, ok: true, found: `encrypts with key ${keys.current.id}${also}` };
}

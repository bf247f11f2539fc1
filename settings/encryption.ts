import { z } from 'zod';
import type { KeyRing } from './encryption-keys.js';
import { keyBytes, parseKeys } from './encryption-keys.js';
import { SettingsError } from './error.js';
import type { Environment, VariableValues } from './reading.js';
import { checked, isGiven, readGiven } from './reading.js';
import type { Group } from './variable.js';
import { variablesOf } from './variable.js';

/** What encrypts all that Temporal stores. */
export interface EncryptionSettings {
  /** False only where it was switched off in as many words. */
  isOn: boolean;
  /** Absent where none are given. */
  keys?: KeyRing;
  /** 32 bytes that make the ids of cases, so that nobody can guess what is in one from its id. Not rotated with the others. */
  hashKey?: Uint8Array;
}

const none = 'none; outflow keys new makes one';

/** The environment variables of encryption, by their names after `OUTFLOW_`. */
const encryptionVariables = z.object({
  ENCRYPTION: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on').meta({
    description: 'off: all that Temporal stores is readable by everyone who reaches it, personal data included.',
    default: 'on',
  }),
  ENCRYPTION_KEYS: z
    .string()
    .transform((text, context): KeyRing => {
      const parsed = parseKeys(text);
      if (parsed.ok) return parsed.ring;
      context.issues.push({ code: 'custom', message: parsed.problem, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({
      description:
        'Keys as id:base64,id2:base64: the first encrypts, each decrypts. Keep a copy: without them nobody can read what is under way.',
      default: none,
      secret: true,
      command: true,
    }),
  HASH_KEY: z
    .string()
    .transform((text, context): Uint8Array => {
      const bytes = keyBytes(text);
      if (typeof bytes !== 'string') return bytes;
      context.issues.push({ code: 'custom', message: `${bytes}; it must be 32 bytes in base64`, input: text });
      return z.NEVER;
    })
    .optional()
    .meta({
      description:
        'A key, 32 bytes in base64, that makes the ids of cases, for bridge and workers: the same for all of them. It is never changed: under another, a callback that comes again is a second case.',
      default: none,
      secret: true,
    }),
});

export const encryptionGroup: Group = {
  prefix: 'OUTFLOW_',
  title: 'Encryption',
  schema: encryptionVariables,
  callbackSchema: encryptionVariables,
};

/** Reads the variables of encryption and no others, for a client, which needs no others. Throws `SettingsError`, which lists every mistake. */
export function readEncryption(env: Environment): EncryptionSettings {
  const values = readGiven(variablesOf(encryptionGroup), env);
  const settings = encryptionIn(values);
  if (settings === undefined || values.mistakes.length > 0) throw new SettingsError(values.mistakes);
  return settings;
}

/** Is `OUTFLOW_HASH_KEY` set, in whatever way? */
export function isHashKeyGiven(env: Environment): boolean {
  return variablesOf(encryptionGroup).some(
    (variable) => variable.name === 'OUTFLOW_HASH_KEY' && isGiven(variable, env),
  );
}

/** Those settings; undefined if there are mistakes, which are added to the list. */
export function encryptionIn(values: VariableValues): EncryptionSettings | undefined {
  const checkedValues = checked(encryptionGroup, encryptionVariables, values);
  if (checkedValues === undefined) return undefined;
  const { ENCRYPTION, ENCRYPTION_KEYS: keys, HASH_KEY: hashKey } = checkedValues;
  return { isOn: ENCRYPTION === 'on', ...(keys && { keys }), ...(hashKey && { hashKey }) };
}

import { z } from 'zod';
import type { KeyRing } from './encryption-keys.js';
import { keyBytes, parseKeys } from './encryption-keys.js';
import type { SettingMistake } from './error.js';
import { SettingsError } from './error.js';
import type { Environment } from './reading.js';
import { checked, isGiven, presentIn, readGiven } from './reading.js';
import type { Group } from './variable.js';
import { variablesOf } from './variable.js';

/** What encrypts all that Temporal stores. It is off only where it was switched off in as many words. */
export type EncryptionSettings = ({ isOn: true; keys: KeyRing } | { isOn: false; keys?: undefined }) & {
  /** 32 bytes that make the ids of cases, so that nobody can guess what is in one from its id. Not rotated with the others. */
  hashKey?: Uint8Array;
};

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

const needsKeys: SettingMistake = {
  variable: 'OUTFLOW_ENCRYPTION_KEYS',
  problem:
    'is missing; all that Temporal stores is encrypted with it. Make keys with `outflow keys new`, the same for worker, bridge and every client; ' +
    'or say OUTFLOW_ENCRYPTION=off, and everyone who reaches Temporal reads everything',
};

const offWithKeys: SettingMistake = {
  variable: 'OUTFLOW_ENCRYPTION',
  problem: 'is off, and OUTFLOW_ENCRYPTION_KEYS is given; leave out one of them',
};

/** Reads the variables of encryption and no others, for a client, which needs no others. Throws `SettingsError`, which lists every mistake. */
export function readEncryption(env: Environment): EncryptionSettings {
  const mistakes: SettingMistake[] = [];
  const settings = encryptionIn(env, mistakes);
  if (settings === undefined) throw new SettingsError(mistakes);
  return settings;
}

/** Is `OUTFLOW_HASH_KEY` set, in whatever way? */
export function isHashKeyGiven(env: Environment): boolean {
  return variablesOf(encryptionGroup).some(
    (variable) => variable.name === 'OUTFLOW_HASH_KEY' && isGiven(variable, env),
  );
}

/** Those settings; undefined if there are mistakes, which are added to the list. */
export function encryptionIn(env: Environment, mistakes: SettingMistake[]): EncryptionSettings | undefined {
  const values = readGiven(variablesOf(encryptionGroup), env);
  const given = checked(encryptionGroup, encryptionVariables, values);
  if (given === undefined || values.mistakes.length > 0) {
    mistakes.push(...values.mistakes);
    return undefined;
  }
  const { ENCRYPTION, ENCRYPTION_KEYS: keys, HASH_KEY: hashKey } = given;
  const hashing = hashKey && { hashKey };
  if (ENCRYPTION === 'on' && keys !== undefined) return { isOn: true, keys, ...hashing };
  if (ENCRYPTION === 'off' && keys === undefined) return { isOn: false, ...hashing };
  mistakes.push(ENCRYPTION === 'on' ? needsKeys : offWithKeys);
  return undefined;
}

/** Variables that `dev` and `demo` fill in. */
export type TrialVariable = 'OUTFLOW_ENCRYPTION_KEYS' | 'OUTFLOW_HASH_KEY';

/** Which of them the environment leaves open; keys are not needed where encryption is off. No key is read. */
export function missingKeys(env: Environment): TrialVariable[] {
  const isOff = presentIn(env, 'OUTFLOW_ENCRYPTION') === 'off';
  const given = variablesOf(encryptionGroup).filter((variable) => isGiven(variable, env));
  const isGivenToo = (name: TrialVariable) => given.some((variable) => variable.name === name);
  const names: readonly TrialVariable[] = ['OUTFLOW_ENCRYPTION_KEYS', 'OUTFLOW_HASH_KEY'];
  return names.filter((name) => !isGivenToo(name) && !(isOff && name === 'OUTFLOW_ENCRYPTION_KEYS'));
}

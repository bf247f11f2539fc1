import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Environment } from '../../settings/index.js';
import { dataDirIn } from '../../settings/index.js';
import type { TrialVariable } from '../../settings/encryption.js';
import { missingKeys } from '../../settings/encryption.js';
import { generateKey, KEY_BYTES } from '../../settings/encryption-keys.js';

/** The file of each, and what is in a new one. The id is another one on every machine: one that is missing elsewhere is named there. */
const files: Record<TrialVariable, { name: string; make: () => string }> = {
  OUTFLOW_ENCRYPTION_KEYS: {
    name: 'encryption-keys',
    make: () => generateKey(`trial-${randomBytes(4).toString('hex')}`),
  },
  OUTFLOW_HASH_KEY: { name: 'hash-key', make: () => randomBytes(KEY_BYTES).toString('base64') },
};

/**
 * The environment with the keys of `dev` and `demo` wherever it has none. They are made once, and kept beside the data of both, for their owner's
 * eyes only.
 */
export async function withTrialKeys(env: Environment): Promise<Environment> {
  const missing = missingKeys(env);
  for (const variable of missing) await makeOnce(fileOf(variable, env), files[variable].make());
  return { ...env, ...named(missing, env) };
}

/** The same for what runs beside them, which makes none: what isn't there stays missing. */
export function withTrialKeysIfMade(env: Environment): Environment {
  const made = missingKeys(env).filter((variable) => existsSync(fileOf(variable, env)));
  return { ...env, ...named(made, env) };
}

/** Where they are kept. */
export function trialKeysFolder(env: Environment): string {
  return resolve(dataDirIn(env), 'keys');
}

function fileOf(variable: TrialVariable, env: Environment): string {
  return join(trialKeysFolder(env), files[variable].name);
}

function named(variables: readonly TrialVariable[], env: Environment): Environment {
  return Object.fromEntries(variables.map((variable) => [`${variable}_FILE`, fileOf(variable, env)]));
}

/** Whole or not at all, and never in place of another: two may start at once. */
async function makeOnce(file: string, content: string): Promise<void> {
  if (existsSync(file)) return;
  await mkdir(resolve(file, '..'), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${content}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if (!existsSync(file)) throw error; // else another was faster
  } finally {
    await rm(draft);
  }
}

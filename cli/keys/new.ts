import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { generateHashKey, generateKey, newKeyId } from '../../settings/encryption-keys.js';
import { isHashKeyGiven } from '../../settings/encryption.js';
import { printJson } from '../output/text.js';

/** Variables by name. */
type Variables = Readonly<Record<string, string>>;

/** Makes keys, and changes nothing: who runs it puts them where they belong. */
export function newKeysCommand(): Command {
  return new Command('new')
    .description(
      'make a key that encrypts, as a variable ready for the environment; and, unless OUTFLOW_HASH_KEY is set, the key that makes the ids of cases',
    )
    .option(
      '--write <folder>',
      'into new files there that only you may read, `encryption-keys` and `hash-key`, instead of showing them',
    )
    .option('--json', 'as JSON')
    .action(keysNew);
}

async function keysNew({ write, json }: { write?: string; json?: true }): Promise<void> {
  const made = newVariables(new Date(), !isHashKeyGiven(process.env));
  const shown = write === undefined ? made : await writeNew(write, made);
  if (json === true) printJson(shown);
  else process.stdout.write(linesOf(shown));
  process.stderr.write(
    'Whoever has these keys reads all that they encrypt, and without them nobody does: keep a copy apart, sealed. ' +
      'To rotate, follow docs/encryption.md: to all processes behind the old key first, then before it.\n' +
      (HASH_KEY in made ? `${HASH_KEY} is made once and for ever: if you have one, keep that, and drop this.\n` : ''),
  );
}

const [ENCRYPTION_KEYS, HASH_KEY] = ['OUTFLOW_ENCRYPTION_KEYS', 'OUTFLOW_HASH_KEY'] as const;

/** The names of their files, as in the folder that `dev` makes. */
const files: Variables = { [ENCRYPTION_KEYS]: 'encryption-keys', [HASH_KEY]: 'hash-key' };

function newVariables(now: Date, withHashKey: boolean): Variables {
  return { [ENCRYPTION_KEYS]: generateKey(newKeyId(now)), ...(withHashKey && { [HASH_KEY]: generateHashKey() }) };
}

function linesOf(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Writes each into a file of its own, and answers the variables that name them. Never over a file that is there: it may hold the only copy of another key. */
async function writeNew(folder: string, made: Variables): Promise<Variables> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`${folder} is no folder that can be written to (${code}): nothing was written.`, { cause: error });
  }
  const written = Object.entries(made).map(([name, value]) => ({
    name,
    value,
    file: join(resolve(folder), files[name] ?? name),
  }));
  const there = written.find(({ file }) => existsSync(file));
  if (there !== undefined)
    throw new Error(`${there.file} is there already, and may hold another key: nothing was written.`);
  for (const { file, value } of written) await writeFile(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  return Object.fromEntries(written.map(({ name, file }) => [`${name}_FILE`, file]));
}

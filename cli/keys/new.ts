import { writeFile } from 'node:fs/promises';
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
    .option('--write <file>', 'into a new file that only you may read, instead of showing them')
    .option('--json', 'as JSON')
    .action(keysNew);
}

async function keysNew({ write, json }: { write?: string; json?: true }): Promise<void> {
  const variables = newVariables(new Date(), !isHashKeyGiven(process.env));
  if (write !== undefined) await writeNew(write, linesOf(variables));
  if (json === true) printJson(write === undefined ? variables : { file: write, variables: Object.keys(variables) });
  else if (write === undefined) process.stdout.write(linesOf(variables));
  else console.log(`Written to ${write}: ${Object.keys(variables).join(', ')}`);
  process.stderr.write(
    'Whoever has these keys reads all that they encrypt, and without them nobody does: keep a copy apart, sealed. ' +
      'To rotate, follow docs/encryption.md: to all processes behind the old key first, then before it.\n',
  );
}

function newVariables(now: Date, withHashKey: boolean): Variables {
  return {
    OUTFLOW_ENCRYPTION_KEYS: generateKey(newKeyId(now)),
    ...(withHashKey && { OUTFLOW_HASH_KEY: generateHashKey() }),
  };
}

function linesOf(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Never over a file that is there: it may hold the only copy of another key. */
async function writeNew(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const { code } = error;
    if (code === 'EEXIST')
      throw new Error(`${file} is there already, and may hold other keys: nothing was written.`, { cause: error });
    const why = code === 'ENOENT' ? 'ENOENT: its folder is not there' : String(code);
    throw new Error(`${file} can’t be written (${why}): no keys were kept.`, { cause: error });
  }
}

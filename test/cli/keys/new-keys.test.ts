import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newKeyId } from '../../../settings/encryption-keys.js';
import { readEncryption } from '../../../settings/encryption.js';
import { noKeys } from '../../support/encryption.js';
import { outflow } from '../../support/outflow-command.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outflow-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Lines of an environment file, as variables. */
function variablesIn(text: string): Record<string, string> {
  const lines = text.trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

const names = ['OUTFLOW_ENCRYPTION_KEYS', 'OUTFLOW_HASH_KEY'];

describe('`outflow keys new`', () => {
  it('prints variables that the settings take, and nothing else on stdout; another time, other ones', async () => {
    const [first, second] = await Promise.all([
      outflow(['keys', 'new'], noKeys),
      outflow(['keys', 'new', '--json'], noKeys),
    ]);
    const made = [variablesIn(first.stdout), JSON.parse(second.stdout) as Record<string, string>];
    expect([first.code, second.code]).toEqual([0, 0]);
    for (const variables of made) {
      expect(Object.keys(variables)).toEqual(names);
      const { keys, hashKey } = readEncryption(variables);
      expect([keys?.current.secret.symmetricKeySize, hashKey?.length]).toEqual([32, 32]);
    }
    expect(new Set(made.flatMap((variables) => Object.values(variables))).size).toBe(4);
    expect(first.stderr).toMatch(/keep a copy/);
    for (const secret of Object.values(made[0] ?? {})) expect(first.stderr).not.toContain(secret);
  });

  it('makes no other hash key where one is set, since ids hang on it', async () => {
    const { stdout } = await outflow(['keys', 'new'], { ...noKeys, OUTFLOW_HASH_KEY_FILE: '/anywhere' });
    expect(Object.keys(variablesIn(stdout))).toEqual(names.slice(0, 1));
  });

  it('writes them into files that only their owner may read, which the settings take, and shows them nowhere', async () => {
    const into = join(folder, 'new');
    const { code, stdout, stderr } = await outflow(['keys', 'new', '--write', into], noKeys);
    const variables = variablesIn(stdout);
    expect([code, Object.keys(variables)]).toEqual([0, names.map((name) => `${name}_FILE`)]);
    const { keys, hashKey } = readEncryption(variables);
    expect([keys?.byId.size, hashKey?.length]).toEqual([1, 32]);
    for (const file of Object.values(variables)) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(stdout + stderr).not.toContain(readFileSync(file, 'utf8').trim());
    }
  });

  it('never overwrites a file, which may hold the only copy of a key, and then writes none', async () => {
    const old = join(folder, 'hash-key');
    writeFileSync(old, 'old');
    const { code, stderr } = await outflow(['keys', 'new', '--write', folder], noKeys);
    expect([code, stderr]).toEqual([1, `${old} is there already, and may hold another key: nothing was written.\n`]);
    expect(readFileSync(old, 'utf8')).toBe('old');
    expect(existsSync(join(folder, 'encryption-keys'))).toBe(false);
  });

  it('says what is wrong where it can’t write', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { code, stdout, stderr } = await outflow(['keys', 'new', '--write', join(file, 'keys')], noKeys);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`${join(file, 'keys')} is no folder that can be written to (ENOTDIR): nothing was written.\n`);
  });
});

it('a new key’s id is its day, and differs from every other of that day', () => {
  const ids = Array.from({ length: 50 }, () => newKeyId(new Date('2026-11-21T23:59:59Z')));
  expect(ids.every((id) => /^k20261121-[0-9a-f]{6}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

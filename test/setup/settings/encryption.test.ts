import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputOf } from '../../../settings/command.js';
import { readEncryption } from '../../../settings/encryption.js';
import { generateKey, parseKeys } from '../../../settings/encryption-keys.js';
import { readBridgeSettings, readSettings, readWorkerSettings, SettingsError } from '../../../settings/index.js';

const [key, other] = [generateKey('2026-01'), generateKey('2025_07')];
const bytesOf = (entry: string) => entry.slice(entry.indexOf(':') + 1);

function problemOf(text: string): string | undefined {
  const parsed = parseKeys(text);
  return parsed.ok ? undefined : parsed.problem;
}

function mistakesOf(
  env: Record<string, string>,
  read: (env: Record<string, string>) => unknown = readEncryption,
): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('a list of keys', () => {
  test('is one whose first encrypts and whose all decrypt, with spaces and lines as one likes', () => {
    const parsed = parseKeys(` ${key} ,\n ${other.replace(':', ' : ')}\n`);
    if (!parsed.ok) throw new Error(parsed.problem);
    expect(parsed.ring.current.id).toBe('2026-01');
    expect([...parsed.ring.byId.keys()]).toEqual(['2026-01', '2025_07']);
    expect(parsed.ring.byId.get('2025_07')?.secret.export().toString('base64')).toBe(bytesOf(other));
  });

  test('takes every key that is made', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{1,32}$/), (id) => {
        const parsed = parseKeys(generateKey(id));
        expect(parsed.ok && parsed.ring.current.secret.symmetricKeySize).toBe(32);
      }),
    );
    expect(() => generateKey('a key')).toThrow('1 to 32 of A-Z a-z 0-9 _ -');
  });

  const right = 'it must be a list such as 2026-01:BASE64,2025-07:BASE64, as `outflow keys new` makes it';
  test.each([
    ['nothing', ' , ', 'must be a list such as 2026-01:BASE64,2025-07:BASE64, as `outflow keys new` makes it'],
    ['a gap', `${key},,${other}`, `its second entry is empty; ${right}`],
    ['no id', bytesOf(key), `its first entry has no colon between an id and a key; ${right}`],
    ['an empty id', `:${bytesOf(key)}`, `its first entry has an id that is not 1 to 32 of A-Z a-z 0-9 _ -; ${right}`],
    [
      'a long id',
      generateKey('x').replace('x', 'x'.repeat(33)),
      `its first entry has an id that is not 1 to 32 of A-Z a-z 0-9 _ -; ${right}`,
    ],
    ['no key', `${key},a:`, `its second entry has a key that is no base64; ${right}`],
    ['hex', `a:${randomBytes(32).toString('hex')}`, `its first entry has a key that must be base64, not hex; ${right}`],
    [
      'a key of zeros',
      `a:${Buffer.alloc(32).toString('base64')}`,
      `its first entry has a key that is nothing but zeros; ${right}`,
    ],
    ['hex with a colon', 'a:zz:zz', `its first entry has a key that is no base64; ${right}`],
    ['base64url', `a:${'-'.repeat(43)}=`, `its first entry has a key that is no base64; ${right}`],
    ['a key without its padding', key.replace('=', ''), `its first entry has a key that is no base64; ${right}`],
    [
      'base64 with bits that are dropped',
      `a:${'A'.repeat(42)}B=`,
      `its first entry has a key that is no base64; ${right}`,
    ],
    [
      'a short key',
      `a:${randomBytes(16).toString('base64')}`,
      `its first entry has a key that is not of 32 bytes; ${right}`,
    ],
    [
      'a long key',
      `a:${randomBytes(33).toString('base64')}`,
      `its first entry has a key that is not of 32 bytes; ${right}`,
    ],
    [
      'an id twice',
      `${key},2026-01:${bytesOf(other)}`,
      'its second entry and its first have the same id; each key needs an id of its own',
    ],
    [
      'a key twice',
      `${key},${other},new:${bytesOf(key)}`,
      'its third entry and its first are the same key; a key must have one id only',
    ],
  ])('with %s is refused, and what is right is said', (_, text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test('is never shown by what is said of it', () => {
    const secrets = fc
      .uint8Array({ minLength: 20, maxLength: 40 })
      .map((bytes) => Buffer.from(bytes).toString('base64'));
    fc.assert(
      fc.property(secrets, fc.constantFrom('', 'id', 'id:', ':', 'a:b:'), (secret, before) => {
        const problem = problemOf(`${before}${secret},${before}${secret}`);
        expect(problem ?? '').not.toContain(secret.slice(0, 8));
      }),
    );
  });
});

describe('the settings of encryption', () => {
  const missing =
    'OUTFLOW_ENCRYPTION_KEYS: is missing; all that Temporal stores is encrypted with it. Make keys with `outflow keys new`, the same for worker, bridge ' +
    'and every client; or say OUTFLOW_ENCRYPTION=off, and everyone who reaches Temporal reads everything';

  test.each([
    ['nothing is set', {}],
    ['they are empty', { OUTFLOW_ENCRYPTION_KEYS: ' ' }],
    ['it is said to be on', { OUTFLOW_ENCRYPTION: 'on' }],
    ['only the key of case ids is set', { OUTFLOW_HASH_KEY: bytesOf(other) }],
  ])('without keys are refused to client, worker and bridge in one line where %s', (_, env) => {
    for (const read of [readEncryption, readWorkerSettings, readBridgeSettings])
      expect(mistakesOf(env, read)).toEqual([missing]);
  });

  test('are one mistake among all others of a worker and a bridge', () => {
    const env = { OUTFLOW_LOG_LEVEL: 'loud' };
    for (const read of [readWorkerSettings, readBridgeSettings])
      expect(mistakesOf(env, read)).toEqual([expect.stringMatching(/^OUTFLOW_LOG_LEVEL: /), missing]);
  });

  test('are not needed, and no key is read, where nothing is encrypted: dev before it has made any, the simulator, a list of providers', () => {
    for (const role of ['dev', 'demo', 'simulator', 'operator'] as const)
      expect(() => readSettings({ OUTFLOW_ENCRYPTION_KEYS_COMMAND: 'false' }, { role })).not.toThrow();
  });

  test('are off and given at once: refused, since nobody knows which is meant', () => {
    expect(mistakesOf({ OUTFLOW_ENCRYPTION: 'off', OUTFLOW_ENCRYPTION_KEYS: key })).toEqual([
      'OUTFLOW_ENCRYPTION: is off, and OUTFLOW_ENCRYPTION_KEYS is given; leave out one of them',
    ]);
  });

  test('are read by worker, bridge and client alike', () => {
    const env = { OUTFLOW_ENCRYPTION_KEYS: key, OUTFLOW_HASH_KEY: bytesOf(other) };
    const settings = readEncryption(env);
    expect(settings).toMatchObject({ isOn: true, keys: { current: { id: '2026-01' } } });
    expect(Buffer.from(settings.hashKey ?? []).toString('base64')).toBe(bytesOf(other));
    expect(readWorkerSettings(env).encryption).toEqual(settings);
    expect(readBridgeSettings(env).encryption).toEqual(settings);
  });

  test('are switched off in as many words only', () => {
    expect(readEncryption({ OUTFLOW_ENCRYPTION: 'off' })).toEqual({ isOn: false });
    expect(mistakesOf({ OUTFLOW_ENCRYPTION: 'false' })).toEqual([
      'OUTFLOW_ENCRYPTION: must be on or off (it is "false")',
    ]);
  });

  test('name the variable that is wrong, and never its value', () => {
    const short = randomBytes(16).toString('base64');
    expect(mistakesOf({ OUTFLOW_ENCRYPTION_KEYS: `a:${short}`, OUTFLOW_HASH_KEY: short })).toEqual([
      expect.stringMatching(/^OUTFLOW_ENCRYPTION_KEYS: its first entry has a key that is not of 32 bytes; /),
      'OUTFLOW_HASH_KEY: is not of 32 bytes; it must be 32 bytes in base64',
    ]);
  });
});

describe('keys from elsewhere', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'outflow keys '));
    writeFileSync(join(folder, 'keys'), `${key}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const { PATH = '' } = process.env;

  test('come from a file', () => {
    expect(readEncryption({ OUTFLOW_ENCRYPTION_KEYS_FILE: join(folder, 'keys') }).keys?.current.id).toBe('2026-01');
  });

  test('come from a command, whose words may be quoted', () => {
    const env = { PATH, OUTFLOW_ENCRYPTION_KEYS_COMMAND: `cat "${join(folder, 'keys')}"` };
    expect(readEncryption(env).keys?.current.id).toBe('2026-01');
  });

  test('come from one place only', () => {
    const env = { PATH, OUTFLOW_ENCRYPTION_KEYS_COMMAND: 'cat keys', OUTFLOW_ENCRYPTION_KEYS_FILE: 'keys' };
    const twice =
      'OUTFLOW_ENCRYPTION_KEYS: is given twice; leave out either OUTFLOW_ENCRYPTION_KEYS_FILE or OUTFLOW_ENCRYPTION_KEYS_COMMAND';
    expect(mistakesOf(env)).toEqual([twice]);
  });

  const noShell = (sign: string) => `; it is run without a shell, so ${sign} does nothing (sh -c '…' gives it one)`;
  const hint = '. Run it by hand to see more: its output is never shown here';
  test.each([
    ['is not there', 'no-such-secret-manager read keys', `names a program that is not there${hint}`],
    ['fails', `sh -c 'echo ${key}; echo ${key} >&2; exit 3'`, `ended with exit code 3${hint}`],
    ['prints nothing', 'true', `printed nothing; it must print the secret${hint}`],
    ['wants a shell', 'no-such-secret-manager | head -1', `names a program that is not there${noShell('|')}${hint}`],
    ['wants a shell of another program', 'false > keys', `ended with exit code 1${noShell('>')}${hint}`],
    ['wants a variable', 'false "$HOME/keys"', `ended with exit code 1${noShell('$')}${hint}`],
    ['says so in vain', "false '|'", `ended with exit code 1${hint}`],
    ['has an open quote', `echo "${key}`, 'has a quote that is not closed'],
  ])('that a command which %s should give: one line, without its output', (_, command, problem) => {
    expect(mistakesOf({ PATH, OUTFLOW_ENCRYPTION_KEYS_COMMAND: command })).toEqual([
      `OUTFLOW_ENCRYPTION_KEYS_COMMAND: ${problem}`,
    ]);
  });

  test('are not waited for for ever, nor taken at any length', () => {
    const limits = { ms: 200, bytes: 1024 };
    expect(outputOf('sleep 20', { PATH }, limits)).toEqual({ ok: false, problem: `took more than 0.2 s${hint}` });
    const long = outputOf(`sh -c 'head -c 2000 /dev/zero'`, { PATH }, limits);
    expect(long).toEqual({ ok: false, problem: `printed more than 1 KiB${hint}` });
  });

  test('are no shell’s work: nothing is expanded', () => {
    expect(outputOf(`echo '$HOME' "a  b"c $(id) *`, { PATH })).toEqual({ ok: true, text: '$HOME a  bc $(id) *' });
  });
});

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withTrialKeys } from '../../../cli/keys/trial-keys.js';
import { warnOfOtherHashKey } from '../../../cli/processes/run/other-hash-key.js';
import { warnWhileOff } from '../../../cli/processes/run/encryption-off.js';
import { connect } from '../../../client/index.js';
import { readEncryption } from '../../../settings/encryption.js';
import { markAsTrials } from '../../../temporal/namespace.js';
import { compareHashKey, markHashKey } from '../../../temporal/encryption/hash-key-mark.js';
import { embeddedNamespace } from '../../../temporal/embedded/server.js';
import { noEncryption, noKeys, testEncryption, testKeys } from '../../support/encryption.js';
import { expectExit, jsonLines, outflow } from '../../support/outflow-command.js';
import { until } from '../../support/parent-process.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { useDeployment } from '../../support/use-deployment.js';

const deployment = useDeployment({ worker: 'none', simulator: 'none' });
const missing = /OUTFLOW_ENCRYPTION_KEYS: is missing; .*`outflow keys new`.*OUTFLOW_ENCRYPTION=off/;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outflow-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (command: string, env: Record<string, string>) =>
  outflow(command.split(' '), { ...noKeys, TEMPORAL_ADDRESS: deployment.temporal.address, ...env });

describe('encryption that is off', () => {
  it('is said at the start and again and again', async () => {
    const said: string[] = [];
    const log = { warn: (line: string) => said.push(line) };
    warnWhileOff(testEncryption, log, 1);
    warnWhileOff(noEncryption, log, 50);
    expect(said).toEqual([expect.stringMatching(/^encryption is off, by OUTFLOW_ENCRYPTION: everyone/)]);
    await until('it is said again', () => said.length > 2);
  });

  it('is said by doctor, as a finding and not a fault', async () => {
    const off = await run('doctor --json', { OUTFLOW_ENCRYPTION: 'off' });
    const found = jsonLines(off).find(({ check }) => check === 'encryption');
    expect(found).toMatchObject({ ok: true, skipped: 'OFF' });
    expect(String(found?.['found'])).toContain('everyone who reaches Temporal');
    const on = await run('doctor --json', testKeys);
    expect(jsonLines(on)).toContainEqual({ check: 'encryption', ok: true, found: 'encrypts with key tests' });
  });
});

describe('a hash key that is not the others’', () => {
  const { OUTFLOW_HASH_KEY: hashKey } = testKeys;
  const other = { ...testKeys, OUTFLOW_HASH_KEY: Buffer.alloc(32, 'another hash key').toString('base64') };
  const checkOf = async (env: Record<string, string>) =>
    jsonLines(await run('doctor --json', env)).find(({ check }) => check === 'hash key');

  it('is said by the process that starts with it, and by doctor; the first one stands', async () => {
    const { connection } = deployment.client;
    const said: string[] = [];
    const log = { warn: (line: string) => said.push(line) };
    const start = (env: Record<string, string>) =>
      warnOfOtherHashKey(connection, embeddedNamespace, readEncryption(env), log);
    expect(await checkOf(testKeys)).toMatchObject({ ok: true, skipped: 'not checked' });
    await start({ ...testKeys, OUTFLOW_HASH_KEY: '' }); // has none to mark it with
    await start(testKeys);
    await start(testKeys);
    expect(said).toEqual([]);
    await start(other);
    await start({ ...testKeys, OUTFLOW_HASH_KEY: '' });
    expect(said).toEqual([1, 2].map(() => expect.stringMatching(/^OUTFLOW_HASH_KEY is another/)));
    const checks = [await checkOf(testKeys), await checkOf(other)];
    expect(checks).toMatchObject([{ ok: true }, { ok: false, advice: expect.stringContaining('second case') }]);
    expect(JSON.stringify([checks, said])).not.toContain(hashKey);
  });
});

describe('the keys of dev and demo', () => {
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  it('are made once, also where several start at the same time, and nobody but their owner reads them', async () => {
    const data = join(folder, 'together');
    const several = Array.from({ length: 8 }, () => withTrialKeys({ OUTFLOW_DATA_DIR: data }));
    const made = new Set((await Promise.all(several)).map((env) => readEncryption(env).keys?.current.id));
    expect(made.size).toBe(1);
    const again = readEncryption(await withTrialKeys({ OUTFLOW_DATA_DIR: data }));
    expect(made).toEqual(new Set([again.keys?.current.id]));
    expect(again.hashKey).toHaveLength(32);
    const keys = join(data, 'keys');
    expect(await readdir(keys)).toEqual(['encryption-keys', 'hash-key']);
    expect(await mode(keys)).toBe('700');
    for (const file of await readdir(keys)) expect(await mode(join(keys, file))).toBe('600');
  });

  it('are another’s on another machine, in their ids, too: one that is missing has a name', async () => {
    const ids = [];
    for (const data of ['here', 'there'])
      ids.push(readEncryption(await withTrialKeys({ OUTFLOW_DATA_DIR: join(folder, data) })).keys?.current.id);
    expect(ids).toEqual([expect.stringMatching(/^trial-\w{8}$/), expect.stringMatching(/^trial-\w{8}$/)]);
    expect(new Set(ids).size).toBe(2);
  });

  it('stand back for those that are given, and for encryption that is off', async () => {
    const data = join(folder, 'given');
    expect(await withTrialKeys({ ...testKeys, OUTFLOW_DATA_DIR: data })).toEqual({
      ...testKeys,
      OUTFLOW_DATA_DIR: data,
    });
    await expect(readdir(data)).rejects.toThrow('ENOENT');
    const off = await withTrialKeys({ OUTFLOW_ENCRYPTION: 'off', OUTFLOW_DATA_DIR: data });
    expect(readEncryption(off)).toMatchObject({ isOn: false });
  });

  it('serve an operator’s command only where the namespace is marked as one for trials', async () => {
    const env = { OUTFLOW_DATA_DIR: join(folder, 'beside') };
    const { OUTFLOW_ENCRYPTION_KEYS_FILE: file = '' } = await withTrialKeys(env);
    const before = await run('list --json', env);
    expectExit(before, 2);
    expect(before.stderr).toMatch(missing);

    const { connection } = deployment.client;
    await markHashKey(connection, embeddedNamespace, testEncryption);
    await markAsTrials(connection, embeddedNamespace);
    expect(await compareHashKey(connection, embeddedNamespace, testEncryption)).toBe('same'); // one mark leaves the other
    const client = await connect({
      address: deployment.temporal.address,
      encryption: { keys: await readFile(file, 'utf8') },
    });
    const { withdrawalId, address } = cryptoprocessingRequest({ withdrawalId: 'w-trial' });
    await client.submit(cryptoprocessingRequest({ withdrawalId }));
    await client.close();
    const after = await run('get w-trial --json', env);
    expectExit(after, 0);
    expect(jsonLines(after)).toEqual([expect.objectContaining({ withdrawalId, address })]);
    expectExit(await run('list', { OUTFLOW_DATA_DIR: join(folder, 'nothing-made') }), 2);
  });
});

describe('without keys', () => {
  it.each(['worker', 'bridge'])('the %s does not start, and says in one line what to do', async (name) => {
    const ran = await run(name, { OUTFLOW_DATA_DIR: folder });
    expectExit(ran, 2);
    expect(ran.stderr).toMatch(missing);
    expect(ran.stderr.trim().split('\n')).toHaveLength(2);
  });

  it('a client is refused before it connects, unless it says itself how to encrypt', async () => {
    const { address } = deployment.temporal;
    const { OUTFLOW_ENCRYPTION_KEYS: keys } = testKeys;
    await expect(connect({ address })).rejects.toThrow(missing);
    await expect(connect({ address, encryption: { keys: 'a:short' } })).rejects.toThrow(/^encryption\.keys: its first/);
    for (const encryption of [{ keys }, 'off'] as const) await (await connect({ address, encryption })).close();
  });

  it('an operator’s command that finds no Temporal says so first: that is what is to be started', async () => {
    expectExit(await run('list', { TEMPORAL_ADDRESS: '127.0.0.1:1' }), 7);
  });
});

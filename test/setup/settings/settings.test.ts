import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { providerNames } from '../../../domain/providers/index.js';
import type { Environment, Role } from '../../../settings/index.js';
import {
  readBridgeSettings,
  readSettings,
  readTexts,
  SettingsError,
  withoutAccountsElsewhere,
  withoutPayoutKeys,
  withDevDefaults,
} from '../../../settings/index.js';

const cryptoprocessing = {
  CRYPTOPROCESSING_BASE_URL: 'https://processing.example',
  CRYPTOPROCESSING_API_KEY: 'key-of-production',
  CRYPTOPROCESSING_SECRET: 'secret-of-production',
};
const cryptocloud = {
  CRYPTOCLOUD_BASE_URL: 'https://cloud.example',
  CRYPTOCLOUD_API_KEY: 'key-of-production',
  CRYPTOCLOUD_PROJECT_SECRET: 'secret-of-production',
};

function mistakesOf(
  env: Environment,
  read: (env: Environment) => unknown = () => readSettings(env, { role: 'worker' }),
): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
  return [];
}

/** Keys are another test’s subject: encryption.test.ts. */
const readBridge = (env: Environment) => readBridgeSettings({ OUTFLOW_ENCRYPTION: 'off', ...env });

const tries: Role[] = ['dev', 'demo', 'simulator', 'operator'];

describe('which providers are served', () => {
  test('by a worker: none without settings', () => {
    expect(readSettings({}, { role: 'worker' }).providers).toEqual({});
  });

  test('by a worker: exactly those that are set', () => {
    const { providers } = readSettings(cryptoprocessing, { role: 'worker' });
    expect(Object.keys(providers)).toEqual(['cryptoprocessing']);
    expect(providers.cryptoprocessing).toMatchObject({
      name: 'cryptoprocessing',
      origin: 'https://processing.example',
      sandbox: false,
      mayResend: true,
    });
  });

  test.each(tries)('%s: all four, at the simulator', (role) => {
    const { providers } = readSettings({}, { role });
    expect(providerNames.map((name) => [providers[name]?.origin, providers[name]?.sandbox])).toEqual([
      ['http://127.0.0.1:4011', true],
      ['http://127.0.0.1:4012', true],
      ['http://127.0.0.1:4013', true],
      ['http://127.0.0.1:4014', true],
    ]);
  });

  test('what is set stays as it is where the rest is filled in', () => {
    const { providers } = readSettings(
      { ...cryptoprocessing, CRYPTOPROCESSING_SANDBOX: 'false', OUTFLOW_SIMULATOR_PORT: '5000' },
      { role: 'dev' },
    );
    expect(providers.cryptoprocessing).toMatchObject({ origin: 'https://processing.example', sandbox: false });
    expect(providers.cryptocloud?.origin).toBe('http://127.0.0.1:5004');
  });

  test('some of it but not all is a mistake, one for each that is missing', () => {
    expect(mistakesOf({ ...cryptoprocessing, CRYPTOPROCESSING_API_KEY: undefined })).toEqual([
      'CRYPTOPROCESSING_API_KEY: is missing; CryptoProcessing needs all of CRYPTOPROCESSING_BASE_URL, CRYPTOPROCESSING_API_KEY, CRYPTOPROCESSING_SECRET, or none of them',
    ]);
  });

  test('an empty variable is one that is not set', () => {
    expect(readSettings({ CRYPTOPAY_API_KEY: ' ', CRYPTOPAY_BASE_URL: '' }, { role: 'worker' }).providers).toEqual({});
  });
});

describe('the bridge, which faces the internet', () => {
  const verifying = {
    CRYPTOPROCESSING_SECRET: 'new-secret,old-secret',
    ALPHAPO_SECRET: 'secret',
    CRYPTOPAY_CALLBACK_SECRET: 'callback-secret',
    CRYPTOCLOUD_PROJECT_SECRET: 'project-secret',
  };
  const paying = {
    CRYPTOPROCESSING_API_KEY: 'key',
    CRYPTOPAY_API_KEY: 'key',
    CRYPTOPAY_API_SECRET: 'secret',
    CRYPTOCLOUD_API_KEY: 'key',
  };

  test('serves none without settings, and holds no trial value', () => {
    expect(readBridge({})).toEqual({
      receivers: {},
      misplaced: [],
      bridge: { host: '127.0.0.1', port: 8090 },
      logLevel: 'info',
      encryption: { isOn: false },
    });
  });

  test('serves every provider by what verifies its callbacks: no API key, no address of an API', () => {
    const { receivers, misplaced } = readBridge(verifying);
    expect(providerNames.map((name) => receivers[name]?.name)).toEqual(providerNames);
    expect(misplaced).toEqual([]);
    const body = Buffer.from('{}');
    const by = (secret: string) => ({
      'x-processing-signature': createHmac('sha512', secret).update(body).digest('hex'),
      'x-cryptopay-signature': createHmac('sha256', secret).update(body).digest('hex'),
    });
    expect(receivers.cryptoprocessing?.isAuthentic(by('old-secret'), body, new Date())).toBe(true);
    expect(receivers.cryptopay?.isAuthentic(by('callback-secret'), body, new Date())).toBe(true);
    expect(receivers.cryptopay?.isAuthentic(by('secret'), body, new Date())).toBe(false);
  });

  test('names the keys that pay where it is given any, and is up all the same', () => {
    const { receivers, misplaced } = readBridge({ ...verifying, ...paying });
    expect(Object.keys(receivers)).toEqual([...providerNames]);
    expect(misplaced).toEqual(Object.keys(paying));
  });

  test('names a file of such a key where there is one, and never reads it', () => {
    const files = { CRYPTOPAY_API_KEY_FILE: tmpdir(), ALPHAPO_API_KEY_FILE: join(tmpdir(), 'there-is-none') };
    expect(readBridge({ ...verifying, ...files }).misplaced).toEqual(['CRYPTOPAY_API_KEY_FILE']);
  });

  test('in dev gets none of them, whatever the shell holds', () => {
    const env = withoutPayoutKeys(withDevDefaults({ ...paying, ALPHAPO_API_KEY_FILE: tmpdir() }));
    const { receivers, misplaced } = readBridge(env);
    expect([Object.keys(receivers), misplaced]).toEqual([[...providerNames], []]);
    expect(Object.keys(env)).toEqual(expect.arrayContaining(['CRYPTOPAY_API_KEY', 'ALPHAPO_API_KEY_FILE']));
  });

  test.each([
    [
      { CRYPTOPAY_API_KEY: 'key' },
      ['CRYPTOPAY_CALLBACK_SECRET: is missing; the bridge verifies Cryptopay’s callbacks with it'],
    ],
    [{ CRYPTOPAY_CALLBACK_SECRET: 'a b' }, ['CRYPTOPAY_CALLBACK_SECRET: must be printable ASCII without spaces']],
    [
      { CRYPTOPAY_CALBACK_SECRET: 'secret' },
      [expect.stringContaining('CRYPTOPAY_CALBACK_SECRET: is unknown; Cryptopay has ')],
    ],
    [
      { CRYPTOCLOUD_PROJECT_SECRET: 'secret', CRYPTOCLOUD_POSTBACK: 'confirm' },
      [expect.stringContaining('CRYPTOCLOUD_POSTBACK: must be ask: confirm needs SANDBOX=true')],
    ],
    [{ OUTFLOW_BRIDGE_PORT: '0' }, ['OUTFLOW_BRIDGE_PORT: must be a port, 1 to 65535 (it is "0")']],
  ])('says what is wrong: %o', (env, lines) => {
    expect(mistakesOf(env, readBridge)).toEqual(lines);
  });
});

test('child processes get the test credentials by the environment', () => {
  const env = withDevDefaults({ PATH: '/bin', CRYPTOPAY_API_KEY: 'mine' });
  expect(env).toMatchObject({
    PATH: '/bin',
    CRYPTOPROCESSING_API_KEY: 'test-key',
    CRYPTOPROCESSING_SECRET: 'test-secret',
    CRYPTOPAY_API_KEY: 'mine',
    CRYPTOPAY_API_SECRET: 'test-secret',
    CRYPTOPAY_CALLBACK_SECRET: 'test-callback-secret',
    CRYPTOCLOUD_PROJECT_SECRET: 'test-project-secret',
    CRYPTOCLOUD_BASE_URL: 'http://127.0.0.1:4014',
    CRYPTOCLOUD_SANDBOX: 'true',
  });
  expect(Object.keys(readSettings(env, { role: 'worker' }).providers)).toEqual([...providerNames]);
});

describe('an account elsewhere', () => {
  const elsewhere = { PATH: '/bin', ALPHAPO_BASE_URL: 'https://api.example.com', ALPHAPO_API_KEY: 'real' };

  test('is never said to be a sandbox but by its owner', () => {
    expect(withDevDefaults(elsewhere)).not.toHaveProperty('ALPHAPO_SANDBOX');
    expect(withDevDefaults({ ALPHAPO_BASE_URL: 'http://127.0.0.1:9000' })).toHaveProperty('ALPHAPO_SANDBOX', 'true');
  });

  test('is left out of a demo, which pays by the simulator', () => {
    const env = { ...elsewhere, ALPHAPO_SECRET_FILE: '/run/secret', CRYPTOPAY_BASE_URL: 'http://localhost:4013' };
    expect(withoutAccountsElsewhere(env)).toEqual({ PATH: '/bin', CRYPTOPAY_BASE_URL: 'http://localhost:4013' });
  });
});

describe('what a provider is given', () => {
  test.each([
    ['CryptoProcessing sends a reference again', 'cryptoprocessing', {}, true],
    ['unless it is set not to', 'cryptoprocessing', { CRYPTOPROCESSING_RESEND: 'false' }, false],
    ['AlphaPo does not', 'alphapo', {}, false],
    ['unless it is set to', 'alphapo', { ALPHAPO_RESEND: 'true' }, true],
    ['Cryptopay does', 'cryptopay', {}, true],
    ['CryptoCloud can’t', 'cryptocloud', {}, false],
  ] as const)('%s', (_case, name, env, mayResend) => {
    expect(readSettings(env, { role: 'dev' }).providers[name]?.mayResend).toBe(mayResend);
  });

  test('CryptoCloud’s interval is in seconds', () => {
    expect(readSettings({}, { role: 'dev' }).providers.cryptocloud?.minIntervalMs).toBe(12_000);
    const shorter = readSettings({ CRYPTOCLOUD_MIN_INTERVAL: '0.25' }, { role: 'dev' });
    expect(shorter.providers.cryptocloud?.minIntervalMs).toBe(250);
  });
});

describe('Outflow’s own settings', () => {
  test('hold without being set', () => {
    expect(readSettings({}, { role: 'worker' })).toEqual({
      providers: {},
      confirmFinal: true,
      bridge: { host: '127.0.0.1', port: 8090 },
      codec: { host: '127.0.0.1', port: 8091 },
      simulator: { host: '127.0.0.1', port: 4010, callbackOrigin: 'http://127.0.0.1:8090' },
      metrics: { host: '127.0.0.1', port: 9464 },
      logLevel: 'info',
      dataDir: '.outflow',
    });
  });

  test('are taken as set', () => {
    const env = {
      OUTFLOW_CONFIRM_FINAL: 'false',
      OUTFLOW_BRIDGE_HOST: '0.0.0.0',
      OUTFLOW_BRIDGE_PORT: '80',
      OUTFLOW_SIMULATOR_PORT: '5010',
      OUTFLOW_METRICS_PORT: '9000',
      OUTFLOW_LOG_LEVEL: 'debug',
      OUTFLOW_DATA_DIR: '/var/outflow',
      OUTFLOW_MAX_CACHED_WORKFLOWS: '100',
    };
    expect(readSettings(env, { role: 'worker' })).toEqual({
      providers: {},
      confirmFinal: false,
      bridge: { host: '0.0.0.0', port: 80 },
      codec: { host: '127.0.0.1', port: 8091 },
      simulator: { host: '127.0.0.1', port: 5010, callbackOrigin: 'http://127.0.0.1:80' },
      metrics: { host: '127.0.0.1', port: 9000 },
      logLevel: 'debug',
      dataDir: '/var/outflow',
      maxCachedWorkflows: 100,
    });
  });

  test('the callback origin may be another', () => {
    const env = { OUTFLOW_CALLBACK_ORIGIN: 'http://bridge:8090/' };
    expect(readSettings(env, { role: 'simulator' }).simulator.callbackOrigin).toBe('http://bridge:8090');
  });
});

describe('mistakes', () => {
  const served = { ...cryptoprocessing, ...cryptocloud };

  test.each([
    [{ OUTFLOW_BRIDGE_PORT: 'abc' }, 'OUTFLOW_BRIDGE_PORT: must be a port, 1 to 65535 (it is "abc")'],
    [{ OUTFLOW_METRICS_PORT: '70000' }, 'OUTFLOW_METRICS_PORT: must be a port, 1 to 65535 (it is "70000")'],
    [
      { OUTFLOW_SIMULATOR_PORT: '65535' },
      'OUTFLOW_SIMULATOR_PORT: must be at most 65531: the four providers follow it (it is "65535")',
    ],
    [{ OUTFLOW_CONFIRM_FINAL: 'no' }, 'OUTFLOW_CONFIRM_FINAL: must be true or false (it is "no")'],
    [
      { OUTFLOW_LOG_LEVEL: 'loud' },
      'OUTFLOW_LOG_LEVEL: must be fatal, error, warn, info, debug, trace or silent (it is "loud")',
    ],
    [
      { OUTFLOW_CALLBACK_ORIGIN: 'bridge:8090' },
      'OUTFLOW_CALLBACK_ORIGIN: must be an origin without a path, such as http://127.0.0.1:8090 (it is "bridge:8090")',
    ],
    [
      { CRYPTOPROCESSING_BASE_URL: 'https://processing.example/api/v2' },
      'CRYPTOPROCESSING_BASE_URL: must be an origin without a path, such as https://example.com (it is "https://processing.example/api/v2")',
    ],
    [
      { CRYPTOPROCESSING_BASE_URL: 'ftp://processing.example' },
      'CRYPTOPROCESSING_BASE_URL: must be an origin without a path, such as https://example.com (it is "ftp://processing.example")',
    ],
    [
      { CRYPTOPROCESSING_BASE_URL: 'https://user:password@processing.example' },
      'CRYPTOPROCESSING_BASE_URL: must be an origin without a path, such as https://example.com',
    ],
    [
      { CRYPTOPROCESSING_BASE_URL: 'http://processing.example' },
      'CRYPTOPROCESSING_BASE_URL: must be https; http is taken only for 127.0.0.1, or with SANDBOX=true (it is "http://processing.example")',
    ],
    [
      { CRYPTOPROCESSING_BASE_URL: 'http://127.0.0.1.example' },
      'CRYPTOPROCESSING_BASE_URL: must be https; http is taken only for 127.0.0.1, or with SANDBOX=true (it is "http://127.0.0.1.example")',
    ],
    [{ CRYPTOPROCESSING_SANDBOX: '1' }, 'CRYPTOPROCESSING_SANDBOX: must be true or false (it is "1")'],
    [
      { CRYPTOPROCESSING_ABSENT_STATUS: '200' },
      'CRYPTOPROCESSING_ABSENT_STATUS: must be an HTTP status from 400 to 499, other than 401, 403, 409, 429 (it is "200")',
    ],
    [
      { CRYPTOPROCESSING_ABSENT_STATUS: '403' },
      'CRYPTOPROCESSING_ABSENT_STATUS: must be an HTTP status from 400 to 499, other than 401, 403, 409, 429 (it is "403")',
    ],
    ...['api_key', 'params', 'Foreign Id'].map((field): [Record<string, string>, string] => [
      { CRYPTOPROCESSING_ABSENT_FIELD: field },
      `CRYPTOPROCESSING_ABSENT_FIELD: must be the name of a field, in lower case, and none about keys, signatures or parameters (it is "${field}")`,
    ]),
    [{ CRYPTOPROCESSING_SECRET: 'a,,b' }, 'CRYPTOPROCESSING_SECRET: must be printable ASCII without spaces'],
    [{ CRYPTOPROCESSING_API_KEY: 'a b' }, 'CRYPTOPROCESSING_API_KEY: must be printable ASCII without spaces'],
    [
      { CRYPTOCLOUD_POSTBACK: 'confirm' },
      'CRYPTOCLOUD_POSTBACK: must be ask: confirm needs SANDBOX=true, since the documents have postbacks for invoices only (it is "confirm")',
    ],
    [
      { CRYPTOCLOUD_MIN_INTERVAL: '11.9' },
      'CRYPTOCLOUD_MIN_INTERVAL: must be at least 12, the provider’s own rule; less needs SANDBOX=true (it is "11.9")',
    ],
    [
      { CRYPTOCLOUD_MIN_INTERVAL: '12s' },
      'CRYPTOCLOUD_MIN_INTERVAL: must be a number of seconds, such as 12 (it is "12s")',
    ],
    [
      { CRYPTOCLOUD_RESEND: 'true' },
      'CRYPTOCLOUD_RESEND: is unknown; CryptoCloud has CRYPTOCLOUD_BASE_URL, CRYPTOCLOUD_API_KEY, CRYPTOCLOUD_PROJECT_SECRET, CRYPTOCLOUD_MIN_INTERVAL, CRYPTOCLOUD_POSTBACK, CRYPTOCLOUD_SANDBOX',
    ],
  ])('%o', (env, line) => {
    expect(mistakesOf({ ...served, ...env })).toEqual([line]);
  });

  test('are all listed at once, a line each', () => {
    const env = { ...served, CRYPTOPROCESSING_RESEND: 'perhaps', OUTFLOW_BRIDGE_PORT: '0', CRYPTOPAY_API_KEY: 'key' };
    const mistakes = mistakesOf(env);
    expect(mistakes.map((line) => line.split(':')[0])).toEqual([
      'OUTFLOW_BRIDGE_PORT',
      'CRYPTOPROCESSING_RESEND',
      'CRYPTOPAY_BASE_URL',
      'CRYPTOPAY_API_SECRET',
      'CRYPTOPAY_CALLBACK_SECRET',
    ]);
    expect(() => readSettings(env, { role: 'worker' })).toThrow(mistakes.join('\n  '));
  });

  test('never show a secret', () => {
    const env = { ...served, CRYPTOPROCESSING_API_KEY: 'key of production', CRYPTOPROCESSING_SECRET: 'top secret' };
    const listed = mistakesOf(env).join('\n');
    expect(listed.split('\n')).toHaveLength(2);
    expect(listed).not.toMatch(/production|top/);
  });

  test.each([
    { CRYPTOPROCESSING_BASE_URL: 'http://localhost:4011' },
    { CRYPTOPROCESSING_BASE_URL: 'http://[::1]:4011' },
  ])('plain http to this very machine is none: %o', (env) => {
    expect(mistakesOf({ ...served, ...env })).toEqual([]);
  });

  test('plain http and confirm are none in a sandbox', () => {
    const env = {
      CRYPTOCLOUD_BASE_URL: 'http://simulator:4014',
      CRYPTOCLOUD_POSTBACK: 'confirm',
      CRYPTOCLOUD_SANDBOX: 'true',
    };
    expect(mistakesOf({ ...served, ...env })).toEqual([]);
  });
});

describe('secrets in files', () => {
  let folder: string;
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'outflow-settings-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('are read, without the line’s end', () => {
    const { CRYPTOPROCESSING_API_KEY: key, ...others } = cryptoprocessing;
    const env = { ...others, CRYPTOPROCESSING_API_KEY_FILE: file('key', `${key}\n`) };
    expect(readTexts(env, { role: 'worker' })['CRYPTOPROCESSING_API_KEY']).toBe(key);
    const [fromFile, given] = [env, cryptoprocessing].map((each) => readSettings(each, { role: 'worker' }));
    expect(fromFile?.providers.cryptoprocessing?.account).toBe(given?.providers.cryptoprocessing?.account);
  });

  test('count as given where the rest is filled in', () => {
    const env = { CRYPTOPAY_API_SECRET_FILE: file('mine', 'mine') };
    expect(readTexts(env, { role: 'dev' })).toMatchObject({
      CRYPTOPAY_API_SECRET: 'mine',
      CRYPTOPAY_API_KEY: 'test-key',
    });
  });

  test.each([
    [
      'is given twice',
      () => ({ CRYPTOPROCESSING_API_KEY: 'a', CRYPTOPROCESSING_API_KEY_FILE: file('twice', 'b') }),
      'CRYPTOPROCESSING_API_KEY: is given twice; leave out either it or CRYPTOPROCESSING_API_KEY_FILE',
    ],
    [
      'can’t be read',
      () => ({ CRYPTOPROCESSING_API_KEY_FILE: join(folder, 'none') }),
      'CRYPTOPROCESSING_API_KEY_FILE: names a file that can’t be read (ENOENT); it must hold the secret',
    ],
    [
      'is empty',
      () => ({ CRYPTOPROCESSING_API_KEY_FILE: file('empty', '\n') }),
      'CRYPTOPROCESSING_API_KEY_FILE: names an empty file; it must hold the secret',
    ],
  ])('one that %s is a mistake', (_case, env, line) => {
    expect(mistakesOf({ ...cryptoprocessing, CRYPTOPROCESSING_API_KEY: undefined, ...env() })).toEqual([line]);
  });

  test('are for secrets only', () => {
    expect(mistakesOf({ CRYPTOPAY_BASE_URL_FILE: '/etc/hostname' })).toEqual([
      expect.stringContaining('CRYPTOPAY_BASE_URL_FILE: is unknown'),
    ]);
  });
});

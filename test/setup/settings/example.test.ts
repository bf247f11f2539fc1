import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { exampleEnvironment } from '../../../settings/example.js';
import { variablesOf } from '../../../settings/variable.js';
import { groups } from '../../../settings/variables.js';

const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');

describe('.env.example', () => {
  test('names the same variables as the schemas, each with a remark above it', () => {
    const named = [...example.matchAll(/^# .+\n#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named).toEqual(groups.flatMap(variablesOf).map(({ name }) => name));
  });

  test('is what the schemas say', () => {
    expect(example).toBe(exampleEnvironment());
  });
});

test('marks what the bridge takes of a provider’s variables: what verifies callbacks', () => {
  const marked = [...example.matchAll(/^# .*\(bridge\).*\n#?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(marked).toEqual([
    'CRYPTOPROCESSING_SECRET',
    'ALPHAPO_SECRET',
    'CRYPTOPAY_CALLBACK_SECRET',
    'CRYPTOCLOUD_PROJECT_SECRET',
    'CRYPTOCLOUD_POSTBACK',
    'CRYPTOCLOUD_SANDBOX',
  ]);
});

describe('every variable', () => {
  const each = groups.flatMap((group) =>
    Object.entries(group.schema.shape).map(([name, field]) => ({ name: group.prefix + name, field })),
  );

  test.each(each)('$name is described', ({ field }) => {
    expect(field.meta()?.description).toMatch(/.{10}/);
  });

  test.each(each)('$name: what is said to hold without it does', ({ field }) => {
    const { default: byDefault } = field.meta() ?? {};
    const without = field.safeParse(undefined);
    expect(without.success).toBe(byDefault !== undefined);
    if (without.success && without.data !== undefined) expect(without.data).toEqual(field.parse(byDefault));
  });

  test('is one of these, in this order', () => {
    expect(groups.flatMap(variablesOf).map(({ name }) => name)).toEqual([
      'OUTFLOW_CONFIRM_FINAL',
      'OUTFLOW_BRIDGE_HOST',
      'OUTFLOW_BRIDGE_PORT',
      'OUTFLOW_CODEC_HOST',
      'OUTFLOW_CODEC_PORT',
      'OUTFLOW_SIMULATOR_HOST',
      'OUTFLOW_SIMULATOR_PORT',
      'OUTFLOW_CALLBACK_ORIGIN',
      'OUTFLOW_METRICS_HOST',
      'OUTFLOW_METRICS_PORT',
      'OUTFLOW_LOG_LEVEL',
      'OUTFLOW_DATA_DIR',
      'OUTFLOW_MAX_CACHED_WORKFLOWS',
      'OUTFLOW_ENCRYPTION',
      'OUTFLOW_ENCRYPTION_KEYS',
      'OUTFLOW_HASH_KEY',
      ...['TOKENS', 'OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_JWKS', 'OIDC_ROLE_CLAIM', 'ORIGINS', 'RATE', 'OPEN'].map(
        (name) => `OUTFLOW_CODEC_${name}`,
      ),
      ...['CRYPTOPROCESSING', 'ALPHAPO'].flatMap((prefix) =>
        ['BASE_URL', 'API_KEY', 'SECRET', 'SANDBOX', 'RESEND', 'ABSENT_STATUS', 'ABSENT_FIELD'].map(
          (name) => `${prefix}_${name}`,
        ),
      ),
      ...['BASE_URL', 'API_KEY', 'API_SECRET', 'CALLBACK_SECRET', 'SANDBOX', 'RESEND', 'ABSENT_STATUS'].map(
        (name) => `CRYPTOPAY_${name}`,
      ),
      ...['BASE_URL', 'API_KEY', 'PROJECT_SECRET', 'MIN_INTERVAL', 'POSTBACK', 'SANDBOX'].map(
        (name) => `CRYPTOCLOUD_${name}`,
      ),
    ]);
  });
});

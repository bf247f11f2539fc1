import { describe, expect, test } from '@jest/globals';
import { generateKey } from '../../../settings/encryption-keys.js';
import {
  readBridgeSettings,
  readCodecSettings,
  readSettings,
  SettingsError,
  withOpenCodec,
} from '../../../settings/index.js';
import { testKeys } from '../../support/encryption.js';

const keys = { OUTFLOW_ENCRYPTION_KEYS: generateKey('test') };
const token = 'a'.repeat(32);
const tokens = { OUTFLOW_CODEC_TOKENS: `masked:support:${token}` };
const oidc = {
  OUTFLOW_CODEC_OIDC_ISSUER: 'https://login.example',
  OUTFLOW_CODEC_OIDC_AUDIENCE: 'outflow-codec',
  OUTFLOW_CODEC_OIDC_JWKS: 'https://login.example/keys',
};

function mistakesIn(env: Record<string, string>): readonly string[] {
  try {
    readCodecSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
  return [];
}

describe('the codec server’s settings', () => {
  test('are taken as set', () => {
    const settings = readCodecSettings({
      ...keys,
      ...oidc,
      OUTFLOW_CODEC_TOKENS: `masked:support:${token}, full:compliance:${'b'.repeat(40)}`,
      OUTFLOW_CODEC_ORIGINS: 'https://ui.example, http://127.0.0.1:8233/',
      OUTFLOW_CODEC_RATE: '10',
    });
    expect(settings).toMatchObject({
      codec: { host: '127.0.0.1', port: 8091 },
      origins: ['https://ui.example', 'http://127.0.0.1:8233'],
      rate: 10,
      access: {
        for: 'callers',
        tokens: [
          { role: 'masked', name: 'support', token },
          { role: 'full', name: 'compliance', token: 'b'.repeat(40) },
        ],
        oidc: { issuer: 'https://login.example', audience: 'outflow-codec', roleClaim: 'outflow_role' },
      },
    });
    expect(settings.ring.current.id).toBe('test');
  });

  test('are refused without keys, and where nobody could ask', () => {
    expect(mistakesIn({})).toEqual([
      expect.stringMatching(/^OUTFLOW_ENCRYPTION_KEYS: is missing/),
      expect.stringMatching(/^OUTFLOW_CODEC_TOKENS: is missing/),
    ]);
  });

  test.each([
    ['support:' + token, 'is not a role, a name and a token'],
    ['admin:support:' + token, 'neither masked nor full'],
    ['full:su pport:' + token, 'has a name'],
    ['full:support:' + token.slice(1), 'has a token that is not 32 to 512'],
    [`full:a:${token},masked:b:${token}`, 'entry 2 has the token of an earlier one'],
    [`full:a:${token},masked:a:${'b'.repeat(32)}`, 'entry 2 has the name of an earlier one'],
    [`full:a:${token},`, 'entry 2 is not a role'],
  ])('the tokens %s are refused, and none of them is repeated', (list, problem) => {
    const [mistake = '', ...others] = mistakesIn({ ...keys, OUTFLOW_CODEC_TOKENS: list });
    expect(others).toEqual([]);
    expect(mistake).toContain(problem);
    expect(mistake).not.toContain(token.slice(1));
  });

  test('an issuer needs its audience and its keys', () => {
    const { OUTFLOW_CODEC_OIDC_ISSUER } = oidc;
    expect(mistakesIn({ ...keys, OUTFLOW_CODEC_OIDC_ISSUER })).toEqual([
      expect.stringMatching(/^OUTFLOW_CODEC_OIDC_AUDIENCE: is missing/),
      expect.stringMatching(/^OUTFLOW_CODEC_OIDC_JWKS: is missing/),
    ]);
  });

  test('an issuer’s keys come by HTTPS, or from this machine', () => {
    const read = (jwks: string) => mistakesIn({ ...keys, ...oidc, OUTFLOW_CODEC_OIDC_JWKS: jwks }).length;
    expect(['http://login.example/keys', 'http://127.0.0.1:9/keys', 'ftp://127.0.0.1/', 'keys'].map(read)).toEqual([
      ...[1, 0, 1, 1],
    ]);
  });

  test.each(['https://ui.example/path', '*', 'ui.example', 'null'])('%s is no origin', (origin) => {
    expect(mistakesIn({ ...keys, ...tokens, OUTFLOW_CODEC_ORIGINS: origin })).toHaveLength(1);
  });

  test.each([
    ['0.0.0.0', 1],
    ['::', 1],
    ['10.0.0.1', 1],
    ['codec.example', 1],
    ['127.0.0.1', 0],
    ['::1', 0],
    ['localhost', 0],
  ])('without tokens it may listen on %s: mistakes %d', (host, count) => {
    expect(mistakesIn({ ...keys, OUTFLOW_CODEC_OPEN: 'true', OUTFLOW_CODEC_HOST: host })).toHaveLength(count);
  });

  test('open and with tokens at once is refused', () => {
    expect(mistakesIn({ ...keys, ...tokens, OUTFLOW_CODEC_OPEN: 'true' })).toHaveLength(1);
  });

  test('dev’s codec server is open to this machine, whatever the environment says', () => {
    const env = { ...keys, ...tokens, ...oidc, OUTFLOW_CODEC_HOST: '0.0.0.0' };
    const settings = readCodecSettings(withOpenCodec(env, { port: 1234, origins: ['http://127.0.0.1:8233'] }));
    expect(settings).toMatchObject({
      codec: { host: '127.0.0.1', port: 1234 },
      access: { for: 'everyone' },
      origins: ['http://127.0.0.1:8233'],
    });
  });

  test('no other process reads them, nor takes the tokens for keys that pay', () => {
    const unreadable = { ...testKeys, OUTFLOW_CODEC_TOKENS_FILE: '/nowhere/to/be/found' };
    expect(() => readSettings(unreadable, { role: 'worker' })).not.toThrow();
    expect(readBridgeSettings({ ...unreadable, ...tokens }).misplaced).toEqual([]);
  });
});

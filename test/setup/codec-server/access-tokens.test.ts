import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GenerateKeyPairResult, JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { fetched } from '../../support/callbacks.js';
import { codecServer, sealed, tokens, valuesIn } from './codec-servers.js';

const issuer = 'https://login.example';
const audience = 'outflow-codec';

let own: GenerateKeyPairResult;
let strange: GenerateKeyPairResult;
let isUp = true;
const keys = createServer((_request, response) => {
  if (!isUp) return void response.writeHead(500).end();
  void exportJWK(own.publicKey).then((jwk) => response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'k1' }] })));
});
beforeAll(async () => {
  [own, strange] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void keys.close());

async function serving(roleClaim = 'outflow_role') {
  const jwks = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
  return codecServer({ access: { for: 'callers', tokens: [], oidc: { issuer, audience, jwks, roleClaim } } });
}

const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

/** Undefined: the claim is left out. */
type Claims = { [Name in keyof JWTPayload]: JWTPayload[Name] | undefined };

function signed(changes: Claims = {}, key = own.privateKey): Promise<string> {
  const claims = { iss: issuer, aud: audience, sub: 'jo', exp: inAnHour(), outflow_role: 'full', ...changes };
  return new SignJWT(JSON.parse(JSON.stringify(claims)) as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .sign(key);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('an access token of the issuer', () => {
  it.each(['full', 'masked'])('gives the role %s, and its subject stands in the log', async (role) => {
    const { decode, log } = await serving();
    const { status, text } = await decode(
      [sealed({ evidence: 'x', status: 'confirmed' })],
      bearer(await signed({ outflow_role: role })),
    );
    expect(status).toBe(200);
    expect(valuesIn(text)).toEqual([{ evidence: role === 'full' ? 'x' : '***', status: 'confirmed' }]);
    expect(log).toMatchObject([{ message: 'decoded', fields: { who: 'jo', role, by: 'access token' } }]);
  });

  it('gives a role from a list, and one inside an object; of both, the one that sees less', async () => {
    const { decode, log } = await serving('realm_access.roles');
    for (const roles of [['user', 'full'], ['full', 'masked'], 'full'])
      await decode([], bearer(await signed({ realm_access: { roles } })));
    expect(log.map(({ fields }) => fields['role'])).toEqual(['full', 'masked', 'full']);
  });

  it('gives a role from a claim whose name has dots', async () => {
    const { decode } = await serving('https://outflow.example/role');
    const token = await signed({ 'https://outflow.example/role': 'full' });
    expect((await decode([], bearer(token))).status).toBe(200);
  });

  it.each([[undefined], ['admin'], [['user']], [{ full: true }], [true]])(
    'whose claim is %j gives no role: 403',
    async (role) => {
      const { decode } = await serving();
      const { status, headers } = await decode([sealed(7)], bearer(await signed({ outflow_role: role })));
      expect([status, headers['www-authenticate']]).toEqual([403, expect.stringContaining('insufficient_scope')]);
    },
  );

  it.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another audience', { aud: 'other' }],
    ['that has expired', { exp: inAnHour() - 3_700 }],
    ['that isn’t valid yet', { nbf: inAnHour() }],
    ['without an end', { exp: undefined }],
    ['without a subject', { sub: undefined }],
    ['of an empty subject', { sub: '' }],
  ])('%s is refused: 401', async (_, changes) => {
    const { decode } = await serving();
    const { status, headers } = await decode([sealed(7)], bearer(await signed(changes)));
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('invalid_token')]);
  });
});

it('a token that the issuer didn’t sign is refused: 401', async () => {
  const { decode } = await serving();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer, aud: audience, sub: 'jo', exp: inAnHour(), outflow_role: 'full' };
  const unsigned = `${part({ alg: 'none' })}.${part(claims)}.`;
  const shared = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(Buffer.from(JSON.stringify(await exportJWK(own.publicKey))));
  for (const token of [await signed({}, strange.privateKey), unsigned, shared, tokens.full])
    expect((await decode([sealed(7)], bearer(token))).status).toBe(401);
});

it('where the issuer’s keys can’t be had, nobody is called wrong: 503, not ready, and it goes on once they can', async () => {
  isUp = false;
  const { decode, origin, log } = await serving();
  try {
    expect((await fetched(`${origin}/readyz`)).status).toBe(503);
    expect((await decode([sealed(7)], bearer(await signed()))).status).toBe(503);
    expect(JSON.stringify(log)).not.toContain('ey');
  } finally {
    isUp = true;
  }
  expect((await fetched(`${origin}/readyz`)).status).toBe(200);
  expect((await decode([sealed(7)], bearer(await signed()))).status).toBe(200);
});

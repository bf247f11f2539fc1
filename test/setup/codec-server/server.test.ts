import { describe, expect, it } from '@jest/globals';
import { fetched } from '../../support/callbacks.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { as, codecServer, newRing, place, ring, sealed, tokens, uiOrigin, valuesIn } from './codec-servers.js';

const request = cryptoprocessingRequest({ withdrawalId: 'w-1' });

describe('decoding', () => {
  it('gives the payload as it was to the full role, and masked to the masked role', async () => {
    const { decode } = await codecServer();
    const [full, masked] = await Promise.all([
      decode([sealed({ request })]),
      decode([sealed({ request })], as('masked')),
    ]);
    expect([full.status, masked.status]).toEqual([200, 200]);
    expect(valuesIn(full.text)).toEqual([{ request }]);
    expect(valuesIn(masked.text)).toMatchObject([
      {
        request: {
          ...{ withdrawalId: 'w-1', currency: 'BTC', amount: '0.00003000', address: 'tb1q…qwjc' },
          receiver: { type: 'natural', firstName: 'F***', lastName: 'M***', dateOfBirth: '***' },
        },
      },
    ]);
  });

  it('takes payloads of several workflows at once, in their order', async () => {
    const { decode } = await codecServer();
    const other = { namespace: 'payments', workflowId: 'case/1', activityId: '7' };
    const { text } = await decode([sealed('one'), sealed('two', other), sealed('three', { namespace: 'payments' })]);
    expect(valuesIn(text)).toEqual(['one', 'two', 'three']);
  });

  it('leaves what it can’t read as it was, and reads the rest', async () => {
    const { decode } = await codecServer();
    const payload = sealed({ request });
    const flipped = Buffer.from(payload.data, 'base64');
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    const unreadable = [
      sealed(1, place, newRing('unknown')),
      sealed(1, place, newRing()), // another key under the same id
      sealed(1, { ...place, namespace: 'other' }),
      { ...payload, data: flipped.toString('base64') },
      { ...payload, metadata: { ...payload.metadata, workflow: Buffer.from('withdrawal/w-2').toString('base64') } },
      { metadata: { encoding: Buffer.from('json/plain').toString('base64') }, data: 'InBsYWluIg==' },
      { metadata: {}, data: '', laterField: [1] },
      {},
      { metadata: null, data: '?' },
    ];
    for (const role of ['full', 'masked'] as const) {
      const { status, text } = await decode([...unreadable, sealed(7)], as(role));
      expect(status).toBe(200);
      const { payloads } = JSON.parse(text) as { payloads: unknown[] };
      expect(payloads.slice(0, -1)).toEqual(unreadable);
      expect(valuesIn(JSON.stringify({ payloads: payloads.slice(-1) }))).toEqual([7]);
    }
  });

  it('reads one namespace: named in the header, in the path, or nowhere', async () => {
    const { decode } = await codecServer();
    const read = async (header?: string, path?: string) => {
      const headers = { ...as('full'), ...(header !== undefined && { 'x-namespace': header }) };
      return valuesIn((await decode([sealed(7)], headers, path)).text)[0];
    };
    expect([await read(), await read('payments'), await read(undefined, '/payments/decode')]).toEqual([7, 7, 7]);
    expect([await read('other'), await read(undefined, '/other/decode')]).toEqual([undefined, undefined]);
  });

  it('answers what nobody may keep', async () => {
    const { decode } = await codecServer();
    expect((await decode([sealed(7)])).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it.each(['/encode', '/payments/encode', '/', '/metrics'])('offers no %s', async (path) => {
    const { decode } = await codecServer();
    expect((await decode([sealed(7)], as('full'), path)).status).toBe(404);
  });
});

describe('who may ask', () => {
  it.each([
    ['nothing', {}, 'Bearer realm="outflow codec"'],
    [
      'another token',
      { authorization: `Bearer ${'x'.repeat(64)}` },
      'Bearer realm="outflow codec", error="invalid_token"',
    ],
    [
      'a part of a token',
      { authorization: `Bearer ${tokens.full.slice(1)}` },
      expect.stringContaining('invalid_token'),
    ],
    ['another scheme', { authorization: `Basic ${tokens.full}` }, expect.stringContaining('invalid_token')],
    ['a token without scheme', { authorization: tokens.full }, expect.stringContaining('invalid_token')],
  ])('is nobody with %s: 401', async (_, headers: Record<string, string>, challenge) => {
    const { decode, log } = await codecServer();
    const { status, headers: answered, text } = await decode([sealed({ request })], headers);
    expect([status, answered['www-authenticate']]).toEqual([401, challenge]);
    expect(text).not.toContain('payloads');
    expect(log).toEqual([{ message: 'refused', fields: { outcome: 'refused 401', error: 'Error' } }]);
  });

  it('is told before the body is read', async () => {
    const { decode } = await codecServer();
    expect((await decode('no JSON', {})).status).toBe(401);
  });

  it('may be everyone on this machine, but no page of another name that leads here', async () => {
    const { decode } = await codecServer({ access: { for: 'everyone' } });
    const { status, text } = await decode([sealed({ request })], { origin: uiOrigin });
    expect([status, valuesIn(text)]).toEqual([200, [{ request }]]);
    expect((await decode([sealed(7)], { host: 'rebound.example:8091' })).status).toBe(403);
    expect((await decode([sealed(7)], { origin: 'https://evil.example' })).status).toBe(403);
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string, from: string) =>
    fetched(`${origin}/decode`, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-namespace,authorization,authorization-extras',
      },
    });

  it('the UI’s may ask, with all that it sends', async () => {
    const { origin, decode } = await codecServer();
    const { status, headers } = await preflight(origin, uiOrigin);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': uiOrigin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type, x-namespace, authorization, authorization-extras',
    });
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    const answered = await decode([sealed(7)], { ...as('full'), origin: uiOrigin });
    expect([answered.status, answered.headers['access-control-allow-origin']]).toEqual([200, uiOrigin]);
    const refused = await decode([sealed(7)], { origin: uiOrigin });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, uiOrigin]);
  });

  it.each(['https://evil.example', 'http://127.0.0.1:82330', 'http://127.0.0.1', 'null', `${uiOrigin}.evil.example`])(
    '%s may not, whatever token it has',
    async (from) => {
      const { origin, decode } = await codecServer();
      expect((await preflight(origin, from)).headers['access-control-allow-origin']).toBeUndefined();
      const { status, headers } = await decode([sealed(7)], { ...as('full'), origin: from });
      expect([status, headers['access-control-allow-origin']]).toEqual([403, undefined]);
    },
  );
});

describe('limits', () => {
  it('takes a thousand payloads, and no more', async () => {
    const { decode } = await codecServer();
    const [one] = [sealed(7)];
    expect((await decode(Array(1_000).fill(one))).status).toBe(200);
    expect((await decode(Array(1_001).fill(one))).status).toBe(413);
  });

  it('takes four MiB, and no more', async () => {
    const { decode } = await codecServer();
    const body = (bytes: number) => `{"payloads":[]${' '.repeat(bytes - 15)}}`;
    expect((await decode(body(4 * 1024 * 1024))).status).toBe(200);
    expect((await decode(body(4 * 1024 * 1024 + 1))).status).toBe(413);
  });

  it.each(['', 'no JSON', '[]', '{}', '{"payloads":{}}', '{"payloads":[{"data":1}]}', '{"payloads":[null]}'])(
    'refuses the body %s',
    async (body) => {
      const { decode } = await codecServer();
      expect((await decode(body)).status).toBe(400);
    },
  );

  it('counts each caller’s requests by themselves, whatever the path', async () => {
    const { decode, log } = await codecServer({ rate: 2 });
    const ask = async (role: 'full' | 'masked', path?: string) => (await decode([sealed(7)], as(role), path)).status;
    expect([await ask('full'), await ask('full', '/payments/decode'), await ask('full')]).toEqual([200, 200, 429]);
    expect([await ask('masked'), await ask('masked'), await ask('masked')]).toEqual([200, 200, 429]);
    expect(log.filter(({ fields }) => fields['outcome'] === 'refused 429').map(({ fields }) => fields['who'])).toEqual([
      'compliance',
      'support',
    ]);
  });
});

describe('the log', () => {
  it('says of each decode who, in which role, which workflows and how many; never what', async () => {
    const { decode, log } = await codecServer();
    const forged = sealed(1, { namespace: 'payments', workflowId: 'withdrawal/forged' }, newRing());
    const payloads = [sealed({ request }), sealed('x'), sealed(1, { ...place, workflowId: 'case/2' }), forged];
    await decode(payloads, as('masked'));
    await decode(payloads, { ...as('full'), 'x-namespace': 'other' });
    await decode('no JSON');
    expect(log).toEqual([
      {
        message: 'decoded',
        fields: {
          ...{ who: 'support', role: 'masked', by: 'token', payloads: 4, read: 3 },
          workflows: ['withdrawal/w-1', 'case/2'],
        },
      },
      {
        message: 'decoded',
        fields: { who: 'compliance', role: 'full', by: 'token', payloads: 4, read: 0, workflows: [] },
      },
      {
        message: 'refused',
        fields: { outcome: 'refused 400', who: 'compliance', role: 'full', by: 'token', error: 'Error' },
      },
    ]);
    const text = JSON.stringify(log);
    for (const secret of [tokens.full, tokens.masked, 'Friedrich', 'Müller', request.address, forged.data])
      expect(text).not.toContain(secret);
  });
});

it('is up and ready', async () => {
  const { origin } = await codecServer();
  const answers = await Promise.all(['/healthz', '/readyz'].map((path) => fetched(origin + path)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(ring.current.id).toBe('test');
});

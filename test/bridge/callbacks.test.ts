import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decoded } from '../../client/stored/events.js';
import { workflowIds } from '../../contract/ids.js';
import { callbackBody, fetched, post, signatureOf, type Headers } from '../support/callbacks.js';
import { useDeployment } from '../support/use-deployment.js';
import { cryptoprocessingRequest } from '../support/requests.js';

// No worker runs here: what the bridge promises needs none.
const outflow = useDeployment({ simulator: 'none', worker: 'none' });

/** A withdrawal that is open and takes callbacks. */
async function submitted(): Promise<string> {
  const withdrawalId = `w-${randomUUID()}`;
  await outflow.outflow.submit(cryptoprocessingRequest({ withdrawalId }));
  return withdrawalId;
}

/** The signals that Temporal holds for it, by what they say. */
async function signalsOf(withdrawalId: string): Promise<string[]> {
  const { events } = await outflow.client.workflow.getHandle(workflowIds.withdrawal(withdrawalId)).fetchHistory();
  const inputs = (events ?? []).flatMap(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
  );
  const signals = await decoded(outflow.client, workflowIds.withdrawal(withdrawalId), inputs);
  return signals.map((signal) => JSON.stringify(signal));
}

describe('a callback that is authentic', () => {
  it('is in the withdrawal’s history before the 200, whose body is empty', async () => {
    const withdrawalId = await submitted();
    const reply = await post(outflow.bridge, callbackBody({ foreign_id: withdrawalId }));
    const [signal, ...others] = await signalsOf(withdrawalId);
    expect(reply).toMatchObject({ status: 200, text: '' });
    expect(others).toEqual([]);
    expect(JSON.parse(signal ?? '')).toMatchObject({
      record: {
        provider: 'cryptoprocessing',
        providerId: '134702815',
        reference: withdrawalId,
        providerStatus: 'pending',
      },
    });
  });

  it.each<[string, Headers]>([
    ['application/json with a charset', { 'content-type': 'application/json; charset=utf-8' }],
    ['a form’s', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['one that nobody knows', { 'content-type': 'application/vnd.coinspaid+thing' }],
    ['one that is malformed', { 'content-type': ';;;' }],
    ['none at all', { 'content-type': undefined }],
  ])('is taken whatever its content type: %s', async (_, headers) => {
    const withdrawalId = await submitted();
    expect((await post(outflow.bridge, callbackBody({ foreign_id: withdrawalId }), headers)).status).toBe(200);
    expect(await signalsOf(withdrawalId)).toHaveLength(1);
  });

  it('is verified over the bytes as they came, not as JSON is usually written', async () => {
    const withdrawalId = await submitted();
    const body = callbackBody({ foreign_id: withdrawalId })
      .replaceAll(',', ' ,\r\n\t')
      .replace('user_', 'us\\u0065r_ü');
    expect((await post(outflow.bridge, Buffer.from(body))).status).toBe(200);
    expect(await signalsOf(withdrawalId)).toHaveLength(1);
  });

  it('delivered again in the same bytes gets a 200 without a second signal', async () => {
    const withdrawalId = await submitted();
    const body = callbackBody({ foreign_id: withdrawalId });
    for (let times = 0; times < 3; times++) expect((await post(outflow.bridge, body)).status).toBe(200);
    expect(await signalsOf(withdrawalId)).toHaveLength(1);
    await post(outflow.bridge, callbackBody({ foreign_id: withdrawalId, status: 'confirmed' }));
    expect(await signalsOf(withdrawalId)).toHaveLength(2);
  });

  it('of a deposit is counted as not a withdrawal, and taken', async () => {
    const body = JSON.stringify({ id: 1, type: 'deposit_exchange', status: 'confirmed', foreign_id: 'user-17' });
    expect(await post(outflow.bridge, body)).toMatchObject({ status: 200, text: '' });
    const { text } = await fetched(`${outflow.bridge}/metrics`);
    expect(text).toMatch(/outflow_callbacks_total{[^}]*outcome="not a withdrawal"[^}]*} 1\n/);
  });
});

describe('a callback of a payout that was made in the provider’s dashboard', () => {
  const id = 'bd9ed1a0-5fd9-4a8b-9e5c-0c4a4d5b2f7e';
  const cryptopayBody = JSON.stringify({ type: 'CoinWithdrawal', event: 'created', data: { id, custom_id: null } });
  const signed = {
    'x-cryptopay-signature': createHmac('sha256', 'test-callback-secret').update(cryptopayBody).digest('hex'),
  };

  it.each<[string, string, Headers]>([
    ['cryptoprocessing', callbackBody({ foreign_id: null }), {}],
    ['alphapo', callbackBody({ foreign_id: null }), {}],
    ['cryptopay', cryptopayBody, signed],
  ])('is taken and counted as not ours, each time, and opens no case: %s', async (provider, body, headers) => {
    for (let times = 0; times < 2; times++)
      expect(await post(outflow.bridge, body, headers, provider)).toMatchObject({ status: 200, text: '' });
    const { text } = await fetched(`${outflow.bridge}/metrics`);
    expect(text).toContain(`outflow_callbacks_total{provider="${provider}",outcome="not ours"} 2\n`);
    expect(text).not.toMatch(new RegExp(`provider="${provider}",outcome="case"`));
  });
});

describe('a callback that nobody signed', () => {
  const changed = (body: Buffer, at: number) => {
    const other = Buffer.from(body);
    other.writeUInt8(other.readUInt8(at) ^ 1, at);
    return other;
  };

  it.each<[string, (body: Buffer) => [Buffer, Headers]]>([
    ['no signature', (body) => [body, { 'x-processing-signature': undefined }]],
    ['an empty signature', (body) => [body, { 'x-processing-signature': '' }]],
    ['another secret’s', (body) => [body, { 'x-processing-signature': signatureOf(body, 'test-secret-2') }]],
    ['a shortened one', (body) => [body, { 'x-processing-signature': signatureOf(body).slice(0, -2) }]],
    ['one in capitals', (body) => [body, { 'x-processing-signature': signatureOf(body).toUpperCase() }]],
    ['two, one of them right', (body) => [body, { 'x-processing-signature': ['0'.repeat(128), signatureOf(body)] }]],
    ['the first byte changed', (body) => [changed(body, 0), { 'x-processing-signature': signatureOf(body) }]],
    [
      'the last byte changed',
      (body) => [changed(body, body.length - 1), { 'x-processing-signature': signatureOf(body) }],
    ],
    [
      'a byte added',
      (body) => [Buffer.concat([body, Buffer.from(' ')]), { 'x-processing-signature': signatureOf(body) }],
    ],
    ['no body', () => [Buffer.alloc(0), { 'x-processing-signature': signatureOf('other') }]],
  ])('is refused with 401 and signals nothing: %s', async (_, forged) => {
    const withdrawalId = await submitted();
    const [body, headers] = forged(Buffer.from(callbackBody({ foreign_id: withdrawalId, status: 'confirmed' })));
    expect((await post(outflow.bridge, body, headers)).status).toBe(401);
    expect(await signalsOf(withdrawalId)).toEqual([]);
  });

  // Each provider has secrets, a header and a digest of its own; 'test-secret' is that of Cryptopay's API, too.
  const ofInvoice = JSON.stringify({ type: 'Invoice', event: 'status_changed', data: {} });
  it.each([
    ['cryptopay', 'x-cryptopay-signature', 'sha512', 'test-secret'],
    ['cryptopay', 'x-cryptopay-signature', 'sha256', 'test-secret'],
    ['cryptopay', 'x-cryptopay-signature', 'sha512', 'test-callback-secret'],
    ['cryptopay', 'x-processing-signature', 'sha256', 'test-callback-secret'],
    ['cryptoprocessing', 'x-processing-signature', 'sha256', 'test-secret'],
    ['cryptoprocessing', 'x-processing-signature', 'sha512', 'test-callback-secret'],
    ['alphapo', 'x-processing-signature', 'sha512', 'test-callback-secret'],
  ])('is refused with 401 by %s where another’s way of signing is used: %s, %s by %s', async (...forged) => {
    const [provider, header, digest, secret] = forged;
    const signature = { 'x-processing-signature': undefined, [header]: signatureOf(ofInvoice, secret, digest) };
    expect((await post(outflow.bridge, ofInvoice, signature, provider)).status).toBe(401);
  });

  it.each([
    ['cryptopay', 'x-cryptopay-signature', 'sha256', 'test-callback-secret'],
    ['cryptoprocessing', 'x-processing-signature', 'sha512', 'test-secret'],
    ['alphapo', 'x-processing-signature', 'sha512', 'test-secret'],
  ])('is taken where %s’s own way is used: %s, %s by %s', async (provider, header, digest, secret) => {
    const signature = { 'x-processing-signature': undefined, [header]: signatureOf(ofInvoice, secret, digest) };
    expect((await post(outflow.bridge, ofInvoice, signature, provider)).status).toBe(200);
  });
});

describe('what is no callback', () => {
  it.each([
    ['words', 'confirmed!'],
    ['half of it', callbackBody().slice(0, 99)],
    ['nothing', ''],
  ])('is refused with 400 where it is signed but no JSON: %s', async (_, body) => {
    expect((await post(outflow.bridge, body)).status).toBe(400);
  });

  it('is refused with 404 for a provider that is not served', async () => {
    expect((await post(outflow.bridge, callbackBody(), {}, 'coinspaid')).status).toBe(404);
    expect((await post(outflow.bridge, callbackBody(), {}, 'toString')).status).toBe(404);
    expect((await fetched(`${outflow.bridge}/callbacks/cryptoprocessing`)).status).toBe(404);
  });

  it('is refused with 413 from the first byte over 256 KiB', async () => {
    const withdrawalId = await submitted();
    const start = callbackBody({ foreign_id: withdrawalId });
    const just = start + ' '.repeat(256 * 1024 - Buffer.byteLength(start));
    expect((await post(outflow.bridge, `${just} `)).status).toBe(413);
    expect(await signalsOf(withdrawalId)).toEqual([]);
    expect((await post(outflow.bridge, just)).status).toBe(200);
    expect(await signalsOf(withdrawalId)).toHaveLength(1);
  });
});

describe('the bridge', () => {
  it('says that it is up and ready, and counts what came by provider and outcome', async () => {
    expect(await fetched(`${outflow.bridge}/healthz`)).toMatchObject({ status: 200, text: '{"status":"up"}' });
    expect(await fetched(`${outflow.bridge}/readyz`)).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    const before = await fetched(`${outflow.bridge}/metrics`);
    await post(outflow.bridge, callbackBody({ foreign_id: await submitted() }));
    await post(outflow.bridge, callbackBody(), { 'x-processing-signature': 'wrong' });
    const after = await fetched(`${outflow.bridge}/metrics`);
    const counted = (text: string, outcome: string) =>
      Number(new RegExp(`provider="cryptoprocessing",outcome="${outcome}"} (\\d+)`).exec(text)?.[1]);
    expect(after.headers['content-type']).toContain('text/plain');
    expect(counted(after.text, 'applied')).toBe(counted(before.text, 'applied') + 1);
    expect(counted(after.text, 'refused 401')).toBe(counted(before.text, 'refused 401') + 1);
  });

  it('logs and answers nothing of what a callback holds', async () => {
    const secrets = {
      end_user_reference: 'Friedrich Müller',
      error: 'paid to Friedrich',
      foreign_id: 'known-to-nobody',
    };
    const body = callbackBody({ ...secrets, crypto_address: { currency: 'BTC', address: 'tb1qsecretaddress' } });
    const replies = [
      await post(outflow.bridge, body),
      await post(outflow.bridge, body, { 'x-processing-signature': 'forged' }),
      await post(outflow.bridge, body.slice(0, 300)),
      await post(outflow.bridge, callbackBody({ ...secrets, id: { not: 'a number' } })),
    ];
    const said = JSON.stringify([outflow.log, replies.map(({ text }) => text)]);
    expect(outflow.log.length).toBeGreaterThan(4);
    for (const word of ['Friedrich', 'known-to-nobody', 'tb1q', '0.01', 'test-secret', signatureOf(body)])
      expect(said).not.toContain(word);
  });
});

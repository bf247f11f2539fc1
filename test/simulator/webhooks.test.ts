import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { dataOf, record, rows, Stand, until } from './stand.js';

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.start();
});
beforeEach(async () => {
  stand.bridgeAnswers = 200;
  stand.bridgeTakesMs = 0;
  await stand.control('DELETE', '/');
  stand.callbacks.length = 0;
});
afterAll(() => stand.stop());

const attempts = async () => rows(await stand.control('GET', '/callbacks'));

/** Jumps from one attempt to the next and collects the delays between them, in elapsed milliseconds. */
async function delaysUntilGivenUp(most: number): Promise<number[]> {
  const delays: number[] = [];
  for (let count = 1; count <= most; count++) {
    await until(`attempt ${count} was recorded`, async () => (await attempts()).length === count);
    const nextAt = (await attempts()).at(-1)?.['nextAt'];
    if (typeof nextAt !== 'number') return delays;
    const { elapsed } = record(await stand.control('GET', '/clock'));
    delays.push(nextAt - Number(elapsed));
    await stand.advance(Math.max(0, nextAt - Number(elapsed) + 5));
  }
  return delays;
}

const rounded = (delays: number[], unit: number) => delays.map((delay) => Math.round(delay / unit));

describe('retries', () => {
  test.each(['cryptoprocessing', 'alphapo'] as const)(
    '%s tries twelve times more, at the documented minutes',
    async (provider) => {
      stand.bridgeAnswers = 503;
      await stand.createAt(provider);
      await stand.advance(1000);
      const delays = await delaysUntilGivenUp(20);
      expect(rounded(delays, 60_000)).toEqual([1, 5, 15, 30, 60, 90, 120, 180, 240, 240, 240, 240]);
      expect(stand.callbacks).toHaveLength(13);
      expect(new Set(stand.callbacks.map(({ body }) => body)).size).toBe(1);
    },
  );

  test('Cryptopay tries twenty times more, after 30 + n^4 + n seconds', async () => {
    stand.bridgeAnswers = 503;
    const { id } = dataOf(await stand.createAtCryptopay({ charged_amount_to_send: '10.9107', force_commit: true }));
    await stand.advance(1000);
    const delays = await delaysUntilGivenUp(30);
    expect(rounded(delays, 1000)).toEqual(Array.from({ length: 20 }, (_, n) => 30 + n ** 4 + n));
    expect((await attempts()).every((attempt) => attempt['providerId'] === id)).toBe(true);
  });

  test.each([201, 204, 302, 404, 500, 0])('an answer of %i is a failure, 200 ends it', async (answer) => {
    stand.bridgeAnswers = answer;
    await stand.createAt('cryptoprocessing');
    await stand.advance(1000);
    await until('it was tried', async () => (await attempts()).length === 1);
    expect(await attempts()).toMatchObject([
      { attempt: 1, answered: answer || null, error: answer ? null : expect.any(String), nextAt: expect.any(Number) },
    ]);
    stand.bridgeAnswers = 200;
    await stand.advance(61_000);
    await until('it was tried again', async () => (await attempts()).length === 2);
    expect((await attempts())[1]).toMatchObject({ attempt: 2, answered: 200, nextAt: null });
    await stand.advance(600_000);
    expect(await attempts()).toHaveLength(2);
  });

  test('are not due early, and a faster clock brings them sooner', async () => {
    stand.bridgeAnswers = 503;
    await stand.createAt('cryptoprocessing');
    await stand.advance(1000);
    await until('it was tried', async () => (await attempts()).length === 1);
    await stand.advance(58_000);
    expect(await attempts()).toHaveLength(1);
    await stand.control('PUT', '/clock', { speed: 600 });
    await until('it was tried again', async () => (await attempts()).length >= 2);
  });
});

test('no callback of a payout goes out before the one before it was answered', async () => {
  stand.bridgeTakesMs = 300;
  await stand.createAtCryptopay({ force_commit: true });
  await stand.advance(60_000);
  await until('the first came', () => stand.callbacks.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(stand.callbacks).toHaveLength(1);
  await until('all came', () => stand.callbacks.length === 4);
});

test("one payout's callbacks go out in their order, also when all are due at once", async () => {
  const ids = [];
  for (let i = 0; i < 10; i++) ids.push(dataOf(await stand.createAtCryptopay({ force_commit: true }))['id']);
  await stand.advance(60_000);
  await until('all came', () => stand.callbacks.length === 40);
  const told = stand.callbacks.map(({ body }) => record(record(JSON.parse(body))['data']));
  for (const id of ids) {
    const statuses = told.filter((data) => data['id'] === id).map((data) => data['status']);
    expect(statuses).toEqual(['pending', 'processing', 'sent', 'completed']);
  }
});

describe('the control port', () => {
  test('sends the current callback again, or an old one', async () => {
    const { id } = dataOf(await stand.createAt('cryptoprocessing', { amount: '0.00009102' }));
    await stand.advance(5000);
    await until('both callbacks came', () => stand.callbacks.length === 2);
    const path = `/payouts/cryptoprocessing/${String(id)}/callback`;
    expect(await stand.control('POST', path)).toMatchObject({ status: 'confirmed', answered: 200 });
    expect(await stand.control('POST', path, { status: 'pending' })).toMatchObject({
      status: 'pending',
      answered: 200,
    });
    expect(stand.callbacks[2]?.body).toBe(stand.callbacks[1]?.body);
    expect(stand.callbacks[3]?.body).toBe(stand.callbacks[0]?.body);
    const never = await stand.controlReply('POST', path, { status: 'declined' });
    expect([never.status, never.text]).toEqual([
      409,
      expect.stringContaining('processing, pending, processing, confirmed'),
    ]);
  });

  test('signs and sends any body as a provider', async () => {
    await stand.control('POST', '/callbacks/cryptopay', { body: { type: 'ChannelPayment' } });
    expect(stand.callbacks).toMatchObject([
      {
        path: '/callbacks/cryptopay',
        body: '{"type":"ChannelPayment"}',
        headers: { 'x-cryptopay-signature': expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
  });

  test('rotates secrets: from then on, requests and callbacks take the new ones', async () => {
    await stand.createAt('cryptoprocessing');
    await stand.control('PUT', '/credentials', { secret: 'new-secret' });
    expect((await stand.createAt('cryptoprocessing')).json).toMatchObject({ code: 'bad_header_signature' });
    await stand.advance(1000);
    await until('the callback came', () => stand.callbacks.length === 1);
    const signed = stand.callbacks[0]?.headers['x-processing-signature'];
    await stand.control('PUT', '/credentials', {});
    await stand.control('POST', '/callbacks/cryptoprocessing', { body: stand.callbacks[0]?.body });
    expect(stand.callbacks[1]?.body).toBe(stand.callbacks[0]?.body);
    expect(stand.callbacks[1]?.headers['x-processing-signature']).not.toBe(signed);
  });
});

describe('faults', () => {
  const plan = (fault: object) =>
    stand.control('PUT', '/faults', [{ provider: 'cryptoprocessing', operation: 'callback', ...fault }]);
  const confirm = async () => {
    await stand.createAt('cryptoprocessing');
    await stand.advance(1000);
    await until('it was tried', async () => (await attempts()).length === 1);
  };

  test('lost: never arrives, is never repeated', async () => {
    await plan({ fault: 'lost' });
    await confirm();
    await stand.advance(86_400_000);
    expect(stand.callbacks).toEqual([]);
  });

  test('duplicate: arrives twice', async () => {
    await plan({ fault: 'duplicate' });
    await confirm();
    expect(stand.callbacks).toHaveLength(2);
    expect(stand.callbacks[0]).toEqual(stand.callbacks[1]);
  });

  test('bad-signature: one with a wrong signature, the right one when it is refused', async () => {
    await plan({ fault: 'bad-signature' });
    stand.bridgeAnswers = 401;
    await confirm();
    stand.bridgeAnswers = 200;
    await stand.advance(61_000);
    await until('it was tried again', () => stand.callbacks.length === 2);
    const [wrong, right] = stand.callbacks.map(({ headers }) => headers['x-processing-signature']);
    expect(wrong).toHaveLength(128);
    expect(wrong?.slice(1)).toBe(right?.slice(1));
    expect(wrong).not.toBe(right);
  });

  test('unreadable: signed, but no JSON', async () => {
    await plan({ fault: 'unreadable' });
    await confirm();
    expect(stand.callbacks).toMatchObject([{ body: '{"id":' }]);
  });

  test('slow: arrives late', async () => {
    await plan({ fault: 'slow', ms: 300 });
    await stand.createAt('cryptoprocessing');
    await stand.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(stand.callbacks).toEqual([]);
    await until('it came', () => stand.callbacks.length === 1);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { until } from '../support/parent-process.js';
import { dataOf, record, rows } from '../support/simulator/response.js';
import { useSimulator } from '../support/simulator/use-simulator.js';

const simulator = useSimulator();

const attempts = async () => rows(await simulator.control('GET', '/callbacks'));

/** Jumps from one attempt to the next and collects the delays between them, in elapsed milliseconds. */
async function delaysUntilGivenUp(most: number): Promise<number[]> {
  const delays: number[] = [];
  for (let count = 1; count <= most; count++) {
    await until(`attempt ${count} was recorded`, async () => (await attempts()).length === count);
    const nextAt = (await attempts()).at(-1)?.['nextAt'];
    if (typeof nextAt !== 'number') return delays;
    const { elapsed } = record(await simulator.control('GET', '/clock'));
    delays.push(nextAt - Number(elapsed));
    await simulator.advance(Math.max(0, nextAt - Number(elapsed) + 5));
  }
  return delays;
}

const rounded = (delays: number[], unit: number) => delays.map((delay) => Math.round(delay / unit));

describe('retries', () => {
  test.each(['cryptoprocessing', 'alphapo'] as const)(
    '%s tries twelve times more, at the documented minutes',
    async (provider) => {
      simulator.receiver.status = 503;
      await simulator.createAt(provider);
      await simulator.advance(1000);
      const delays = await delaysUntilGivenUp(20);
      expect(rounded(delays, 60_000)).toEqual([1, 5, 15, 30, 60, 90, 120, 180, 240, 240, 240, 240]);
      expect(simulator.callbacks).toHaveLength(13);
      expect(new Set(simulator.callbacks.map(({ body }) => body)).size).toBe(1);
    },
  );

  test('Cryptopay tries twenty times more, after 30 + n^4 + n seconds', async () => {
    simulator.receiver.status = 503;
    const { id } = dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9107', force_commit: true }));
    await simulator.advance(1000);
    const delays = await delaysUntilGivenUp(30);
    expect(rounded(delays, 1000)).toEqual(Array.from({ length: 20 }, (_, n) => 30 + n ** 4 + n));
    expect((await attempts()).every((attempt) => attempt['providerId'] === id)).toBe(true);
  });

  test.each([201, 204, 302, 404, 500, 'none'] as const)(
    'a response of %s is a failure, 200 ends it',
    async (status) => {
      simulator.receiver.status = status;
      await simulator.createAt('cryptoprocessing');
      await simulator.advance(1000);
      await until('it was tried', async () => (await attempts()).length === 1);
      expect(await attempts()).toMatchObject([
        {
          attempt: 1,
          answered: status === 'none' ? null : status,
          error: status === 'none' ? expect.any(String) : null,
          nextAt: expect.any(Number),
        },
      ]);
      simulator.receiver.status = 200;
      await simulator.advance(61_000);
      await until('it was tried again', async () => (await attempts()).length === 2);
      expect((await attempts())[1]).toMatchObject({ attempt: 2, answered: 200, nextAt: null });
      await simulator.advance(600_000);
      expect(await attempts()).toHaveLength(2);
    },
  );

  test('retries are not due early, and a faster clock brings them sooner', async () => {
    simulator.receiver.status = 503;
    await simulator.createAt('cryptoprocessing');
    await simulator.advance(1000);
    await until('it was tried', async () => (await attempts()).length === 1);
    await simulator.advance(58_000);
    expect(await attempts()).toHaveLength(1);
    await simulator.control('PUT', '/clock', { speed: 600 });
    await until('it was tried again', async () => (await attempts()).length >= 2);
  });
});

test('a callback of a payout is not sent before the one before it got a response', async () => {
  simulator.receiver.hold();
  await simulator.createAtCryptopay({ force_commit: true });
  await simulator.advance(60_000);
  await simulator.untilCallbacks(1);
  await sleep(100);
  expect(simulator.callbacks).toHaveLength(1);
  simulator.receiver.release();
  await simulator.untilCallbacks(4);
});

test("one payout's callbacks go out in their order, also when all are due at once", async () => {
  const ids = [];
  for (let i = 0; i < 10; i++) ids.push(dataOf(await simulator.createAtCryptopay({ force_commit: true }))['id']);
  await simulator.advance(60_000);
  await simulator.untilCallbacks(40);
  const data = simulator.callbacks.map(({ body }) => record(record(JSON.parse(body))['data']));
  for (const id of ids) {
    const statuses = data.filter((sent) => sent['id'] === id).map((sent) => sent['status']);
    expect(statuses).toEqual(['pending', 'processing', 'sent', 'completed']);
  }
});

describe('the control port', () => {
  test('the control port sends the current callback again, or an old one', async () => {
    const { id } = dataOf(await simulator.createAt('cryptoprocessing', { amount: '0.00009102' }));
    await simulator.advance(5000);
    await simulator.untilCallbacks(2);
    const path = `/payouts/cryptoprocessing/${String(id)}/callback`;
    expect(await simulator.control('POST', path)).toMatchObject({ status: 'confirmed', answered: 200 });
    expect(await simulator.control('POST', path, { status: 'pending' })).toMatchObject({
      status: 'pending',
      answered: 200,
    });
    expect(simulator.callbacks[2]?.body).toBe(simulator.callbacks[1]?.body);
    expect(simulator.callbacks[3]?.body).toBe(simulator.callbacks[0]?.body);
    const never = await simulator.controlReply('POST', path, { status: 'declined' });
    expect([never.status, never.text]).toEqual([
      409,
      expect.stringContaining('processing, pending, processing, confirmed'),
    ]);
  });

  test('the control port signs and sends any body as a provider', async () => {
    await simulator.control('POST', '/callbacks/cryptopay', { body: { type: 'ChannelPayment' } });
    expect(simulator.callbacks).toMatchObject([
      {
        path: '/callbacks/cryptopay',
        body: '{"type":"ChannelPayment"}',
        headers: { 'x-cryptopay-signature': expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
  });

  test('the control port rotates secrets: from then on, requests and callbacks take the new ones', async () => {
    await simulator.createAt('cryptoprocessing');
    await simulator.control('PUT', '/credentials', { secret: 'new-secret' });
    expect((await simulator.createAt('cryptoprocessing')).json).toMatchObject({ code: 'bad_header_signature' });
    await simulator.advance(1000);
    await simulator.untilCallbacks(1);
    const signed = simulator.callbacks[0]?.headers['x-processing-signature'];
    await simulator.control('PUT', '/credentials', {});
    await simulator.control('POST', '/callbacks/cryptoprocessing', { body: simulator.callbacks[0]?.body });
    expect(simulator.callbacks[1]?.body).toBe(simulator.callbacks[0]?.body);
    expect(simulator.callbacks[1]?.headers['x-processing-signature']).not.toBe(signed);
  });
});

describe('faults of callbacks', () => {
  const plan = (fault: object) =>
    simulator.control('PUT', '/faults', [{ provider: 'cryptoprocessing', operation: 'callback', ...fault }]);
  const confirm = async () => {
    await simulator.createAt('cryptoprocessing');
    await simulator.advance(1000);
    await until('it was tried', async () => (await attempts()).length === 1);
  };

  test('a lost callback never arrives and is never repeated', async () => {
    await plan({ fault: 'lost' });
    await confirm();
    await simulator.advance(86_400_000);
    expect(simulator.callbacks).toEqual([]);
  });

  test('a duplicate callback arrives twice', async () => {
    await plan({ fault: 'duplicate' });
    await confirm();
    expect(simulator.callbacks).toHaveLength(2);
    expect(simulator.callbacks[0]).toEqual(simulator.callbacks[1]);
  });

  test('a callback with a bad signature is sent with the right one when it was refused', async () => {
    await plan({ fault: 'bad-signature' });
    simulator.receiver.status = 401;
    await confirm();
    simulator.receiver.status = 200;
    await simulator.advance(61_000);
    await simulator.untilCallbacks(2);
    const [wrong, right] = simulator.callbacks.map(({ headers }) => headers['x-processing-signature']);
    expect(wrong).toHaveLength(128);
    expect(wrong?.slice(1)).toBe(right?.slice(1));
    expect(wrong).not.toBe(right);
  });

  test('an unreadable callback is signed, but no JSON', async () => {
    await plan({ fault: 'unreadable' });
    await confirm();
    expect(simulator.callbacks).toMatchObject([{ body: '{"id":' }]);
  });

  test('a slow callback arrives late', async () => {
    await plan({ fault: 'slow', ms: 100 });
    await simulator.createAt('cryptoprocessing');
    const start = Date.now();
    await simulator.advance(1000);
    await simulator.untilCallbacks(1);
    expect(Date.now() - start).toBeGreaterThanOrEqual(95);
  });
});

import { describe, expect, test } from '@jest/globals';
import { codeOf, shownMagicValues, type Effect } from '../../../simulator/behaviour/magic-values.js';
import { Money } from '../../../simulator/currencies/money.js';
import type { ProviderName } from '../../../simulator/index.js';
import { cryptocloudRequest } from '../../support/simulator/documented-requests.js';
import { dataOf, record, type Reply } from '../../support/simulator/response.js';
import { useSimulator } from '../../support/simulator/use-simulator.js';

const simulator = useSimulator();

/** Creates with a magic amount, and commits where that is needed. */
async function pay(provider: ProviderName, code: string): Promise<Reply> {
  switch (provider) {
    case 'cryptoprocessing':
      return simulator.createAt(provider, { amount: `0.0000${code}` });
    case 'alphapo':
      return simulator.createAt(provider, { amount: Number(`25.${code}`) });
    case 'cryptopay':
      return simulator.createAtCryptopay({ charged_amount_to_send: `10.${code}`, force_commit: true });
    case 'cryptocloud':
      return simulator.cryptocloud(cryptocloudRequest.replace('0.003', `0.${code}`));
  }
}

const statusesTold = () =>
  simulator.callbacks.map(({ body }) => {
    const { status, data } = record(JSON.parse(body));
    return status ?? record(data)['status'];
  });

/** How each effect ends after a minute: the ledger's status (the family's, then Cryptopay's) and debits. */
const ends: Record<Effect, readonly [family: string, cryptopay: string, debits: number] | 'refused'> = {
  'waits-for-owner': ['pending', 'on_hold', 0],
  'owner-approves': ['confirmed', 'completed', 1],
  'owner-declines': ['declined', 'cancelled', 0],
  'cancelled-later': ['cancelled', 'cancelled', 0],
  'not-enough-balance': 'refused',
  'never-calls-back': ['confirmed', 'completed', 1],
  'stays-open': ['processing', 'pending', 0],
  'called-back-twice': ['confirmed', 'completed', 1],
  'called-back-out-of-order': ['confirmed', 'completed', 1],
  'called-back-before-answer': ['confirmed', 'completed', 1],
  'bad-address': 'refused',
  'final-changes': ['cancelled', 'cancelled', 1],
  'look-up-never-final': ['confirmed', 'completed', 1],
  'high-risk-address': 'refused',
  'failed-then-completed': ['', 'completed', 1],
  'failed-then-cancelled': ['', 'cancelled', 0],
  'over-quoted': ['', 'completed', 1],
  'window-closed': ['', 'completed', 1],
  'risk-details': ['', 'completed', 1],
  'postback-json': ['confirmed', '', 1],
  'postback-form': ['confirmed', '', 1],
  'old-envelope': ['confirmed', '', 1],
};

test.each(shownMagicValues.flatMap((magic) => magic.providers.map((provider) => ({ ...magic, provider }))))(
  '$code $effect at $provider ends as its row says',
  async ({ code, effect, provider }) => {
    const reply = await pay(provider, code);
    await simulator.advance(60_000);
    const end = ends[effect];
    if (end === 'refused') {
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(await simulator.ledger()).toEqual([]);
      return;
    }
    const [family, cryptopay, debits] = end;
    const open = provider === 'cryptocloud' && effect === 'stays-open';
    const status = provider === 'cryptopay' ? cryptopay : open ? 'created' : family;
    expect(reply.status).toBeLessThan(300);
    expect(await simulator.ledger()).toMatchObject([{ provider, status, debits }]);
  },
);

describe('the code in an amount', () => {
  test.each([
    ['0.00009101', '9101'],
    ['10.9101', '9101'],
    ['10.91010', '9101'],
    ['9101', '9101'],
    ['91010', '9101'],
    ['1.09101', '9101'],
    ['0.91011', null],
    ['0.0101', null],
    ['0.9201', null],
  ])('%s carries %s at CryptoProcessing', (amount, code) => {
    expect(codeOf(new Money(amount), 'cryptoprocessing')).toBe(code);
  });

  test('is read from whichever amount is asked', async () => {
    await simulator.createAt('cryptoprocessing', {
      currency: 'EUR',
      convert_to: 'BTC',
      amount: undefined,
      amount_to: '0.9101',
    });
    await simulator.createAtCryptopay({
      charged_amount_to_send: undefined,
      received_amount: '0.9107',
      force_commit: true,
    });
    await simulator.createAtCryptopay({
      charged_amount_to_send: undefined,
      charged_amount: '10.9101',
      force_commit: true,
    });
    await simulator.advance(5000);
    expect((await simulator.ledger()).map(({ status }) => status)).toEqual(['pending', 'pending', 'on_hold']);
  });

  test('no code stands for two things, or ends in a zero, which is not significant', () => {
    expect(shownMagicValues.filter(({ code }) => !/^\d{3}[1-9]$/.test(code))).toEqual([]);
    expect(new Set(shownMagicValues.map(({ code }) => code)).size).toBe(shownMagicValues.length);
    expect(new Set(shownMagicValues.map(({ effect }) => effect)).size).toBe(shownMagicValues.length);
  });
});

describe('callbacks', () => {
  test.each(['cryptoprocessing', 'alphapo'] as const)(
    '%s: Owner declines: pending, then declined',
    async (provider) => {
      await pay(provider, '9103');
      await simulator.advance(60_000);
      await simulator.untilCallbacks(2);
      expect(statusesTold()).toEqual(['pending', 'declined']);
      expect(JSON.parse(simulator.callbacks[1]?.body ?? '')).toMatchObject({ error: 'Declined by user ID:777' });
    },
  );

  test('never: none, though it is confirmed', async () => {
    await pay('cryptoprocessing', '9106');
    await pay('cryptopay', '9106');
    await simulator.advance(86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(simulator.callbacks).toEqual([]);
  });

  test('twice: each one two times', async () => {
    await pay('cryptoprocessing', '9108');
    await simulator.advance(1000);
    await simulator.untilCallbacks(2);
    expect(simulator.callbacks[0]).toEqual(simulator.callbacks[1]);
  });

  test.each([
    ['cryptoprocessing', ['confirmed', 'pending']],
    ['cryptopay', ['completed', 'pending', 'processing', 'sent']],
  ] as const)('%s: out of order, the final one is first', async (provider, told) => {
    await pay(provider, '9109');
    await simulator.advance(1500);
    await simulator.untilCallbacks(1);
    await simulator.advance(60_000);
    await simulator.untilCallbacks(told.length);
    expect(statusesTold()[0]).toBe(told[0]);
    expect(statusesTold().sort()).toEqual([...told].sort());
  });

  test.each(['cryptoprocessing', 'alphapo', 'cryptopay'] as const)(
    '%s: the final callback is there before the create is answered',
    async (provider) => {
      const reply = await pay(provider, '9114');
      expect(reply.status).toBeLessThan(300);
      expect(statusesTold()).toContain(provider === 'cryptopay' ? 'completed' : 'confirmed');
      expect(dataOf(reply)['status']).toBe(provider === 'cryptopay' ? 'pending' : 'processing');
    },
  );

  test('Cryptopay in two steps: before the commit is answered', async () => {
    const { id } = dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9114' }));
    expect(statusesTold()).not.toContain('completed');
    const reply = await simulator.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`);
    expect(dataOf(reply)['status']).toBe('pending');
    expect(statusesTold()).toContain('completed');
  });

  test('a final status that changes is told both ways, paid once', async () => {
    await pay('cryptoprocessing', '9112');
    await simulator.advance(60_000);
    await simulator.untilCallbacks(2);
    expect(statusesTold()).toEqual(['confirmed', 'cancelled']);
  });

  test('a look-up that never agrees shows the status before', async () => {
    await pay('cryptoprocessing', '9113');
    await simulator.advance(60_000);
    await simulator.untilCallbacks(1);
    expect(statusesTold()).toEqual(['confirmed']);
    const seen = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
    expect(record(seen.json)['status']).toBe('not_confirmed');
  });
});

describe('Cryptopay', () => {
  test('failed is told and is not the end', async () => {
    await pay('cryptopay', '9202');
    await simulator.advance(1000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'failed', debits: 0 }]);
    await simulator.advance(2000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
  });

  test('over-quoted: twice the charge', async () => {
    expect(dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9204' }))['charged_amount']).toBe(
      '22.1808',
    );
  });

  test('window closed: no commit is in time, and it is cancelled after a second', async () => {
    const { id, status } = dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9205' }));
    expect(status).toBe('new');
    expect((await simulator.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`)).status).toBe(409);
    await simulator.advance(1000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'cancelled', debits: 0 }]);
  });

  test('risk details come with their documented keys', async () => {
    expect(dataOf(await pay('cryptopay', '9206'))['risk']).toEqual({
      score: expect.any(Number),
      level: expect.any(String),
      resource_name: expect.any(String),
      resource_category: expect.any(String),
    });
  });
});

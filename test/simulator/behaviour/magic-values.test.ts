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

const callbackStatuses = () =>
  simulator.callbacks.map(({ body }) => {
    const { status, data } = record(JSON.parse(body));
    return status ?? record(data)['status'];
  });

interface End {
  /** The ledger's status, as each provider names it. */
  readonly status: Readonly<Partial<Record<ProviderName, string>>>;
  readonly debits: number;
}

const paid: End = {
  status: { cryptoprocessing: 'confirmed', alphapo: 'confirmed', cryptopay: 'completed', cryptocloud: 'confirmed' },
  debits: 1,
};
const unpaid = (family: string, cryptopay: string, cryptocloud = family): End => ({
  status: { cryptoprocessing: family, alphapo: family, cryptopay, cryptocloud },
  debits: 0,
});

/** How a payout of each magic value has ended, or stands, after a minute. A new one needs its line here. */
const ends: Record<Effect, End | 'refused'> = {
  'waits-for-owner': unpaid('pending', 'on_hold'),
  'owner-approves': paid,
  'owner-declines': unpaid('declined', 'cancelled'),
  'cancelled-later': unpaid('cancelled', 'cancelled'),
  'not-enough-balance': 'refused',
  'never-calls-back': paid,
  'stays-open': unpaid('processing', 'pending', 'created'),
  'called-back-twice': paid,
  'called-back-out-of-order': paid,
  'called-back-before-answer': paid,
  'bad-address': 'refused',
  'final-changes': { ...unpaid('cancelled', 'cancelled'), debits: 1 },
  'look-up-never-final': paid,
  'high-risk-address': 'refused',
  'failed-then-completed': paid,
  'failed-then-cancelled': unpaid('cancelled', 'cancelled'),
  'over-quoted': paid,
  'window-closed': paid,
  'risk-details': paid,
  'postback-json': paid,
  'postback-form': paid,
  'old-envelope': paid,
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
    expect(reply.status).toBeLessThan(300);
    expect(await simulator.ledger()).toMatchObject([{ provider, status: end.status[provider], debits: end.debits }]);
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

  test('the code is read from whichever amount is asked', async () => {
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
    '%s: the callbacks of a payout that the Owner declines are pending, then declined',
    async (provider) => {
      await pay(provider, '9103');
      await simulator.advance(60_000);
      await simulator.untilCallbacks(2);
      expect(callbackStatuses()).toEqual(['pending', 'declined']);
      expect(JSON.parse(simulator.callbacks[1]?.body ?? '')).toMatchObject({ error: 'Declined by user ID:777' });
    },
  );

  test('never-calls-back sends no callback, though the payout is confirmed', async () => {
    await pay('cryptoprocessing', '9106');
    await pay('cryptopay', '9106');
    await simulator.advance(86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(simulator.callbacks).toEqual([]);
  });

  test('called-back-twice sends each callback two times', async () => {
    await pay('cryptoprocessing', '9108');
    await simulator.advance(1000);
    await simulator.untilCallbacks(2);
    expect(simulator.callbacks[0]).toEqual(simulator.callbacks[1]);
  });

  test.each([
    ['cryptoprocessing', ['confirmed', 'pending']],
    ['cryptopay', ['completed', 'pending', 'processing', 'sent']],
  ] as const)('%s: the final callback of called-back-out-of-order is sent first', async (provider, statuses) => {
    await pay(provider, '9109');
    await simulator.advance(1500);
    await simulator.untilCallbacks(1);
    await simulator.advance(60_000);
    await simulator.untilCallbacks(statuses.length);
    expect(callbackStatuses()[0]).toBe(statuses[0]);
    expect(callbackStatuses().sort()).toEqual([...statuses].sort());
  });

  test.each(['cryptoprocessing', 'alphapo', 'cryptopay'] as const)(
    '%s: the final callback arrives before the response to the create',
    async (provider) => {
      const reply = await pay(provider, '9114');
      expect(reply.status).toBeLessThan(300);
      expect(callbackStatuses()).toContain(provider === 'cryptopay' ? 'completed' : 'confirmed');
      expect(dataOf(reply)['status']).toBe(provider === 'cryptopay' ? 'pending' : 'processing');
    },
  );

  test('Cryptopay in two steps: the final callback arrives before the response to the commit', async () => {
    const { id } = dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9114' }));
    expect(callbackStatuses()).not.toContain('completed');
    const reply = await simulator.cryptopay('POST', `/api/coin_withdrawals/${String(id)}/commit`);
    expect(dataOf(reply)['status']).toBe('pending');
    expect(callbackStatuses()).toContain('completed');
  });

  test('a final status that changes is sent both ways, and paid once', async () => {
    await pay('cryptoprocessing', '9112');
    await simulator.advance(60_000);
    await simulator.untilCallbacks(2);
    expect(callbackStatuses()).toEqual(['confirmed', 'cancelled']);
  });

  test('a look-up that never agrees shows the status before', async () => {
    await pay('cryptoprocessing', '9113');
    await simulator.advance(60_000);
    await simulator.untilCallbacks(1);
    expect(callbackStatuses()).toEqual(['confirmed']);
    const seen = await simulator.lookUpAt('cryptoprocessing', { foreign_id: 'test_foreign_id_0148' });
    expect(record(seen.json)['status']).toBe('not_confirmed');
  });
});

describe('Cryptopay', () => {
  test('failed is not the end', async () => {
    await pay('cryptopay', '9202');
    await simulator.advance(1000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'failed', debits: 0 }]);
    await simulator.advance(2000);
    expect(await simulator.ledger()).toMatchObject([{ status: 'completed', debits: 1 }]);
  });

  test('over-quoted is twice the charge', async () => {
    expect(dataOf(await simulator.createAtCryptopay({ charged_amount_to_send: '10.9204' }))['charged_amount']).toBe(
      '22.1808',
    );
  });

  test('window-closed: no commit is in time, and it is cancelled after a second', async () => {
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

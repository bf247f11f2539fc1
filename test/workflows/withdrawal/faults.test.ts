import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { STALE_REQUEST, viewQuery } from '../../../contract/messages.js';
import { cryptoprocessingRequest } from '../../support/requests.js';
import { noEncryption } from '../../support/encryption.js';
import { DAY, eventually, HOUR, MINUTE } from '../support/payout.js';
import { readableIn } from '../support/readable.js';
import type { Script } from '../support/scripted-provider.js';
import { called, recordOf } from '../support/scripted-provider.js';
import { useStand } from '../support/use-stand.js';

// In clear: what is in summaries and failures must be harmless by itself, not only because it is encrypted.
const stand = useStand({ encryption: noEncryption });

/** Requests that others than the client may start it with. */
const malformed: [unknown, string][] = [
  [{ request: null }, 'withdrawalId'],
  [{ request: 'text' }, 'withdrawalId'],
  [{ request: { provider: 'nobody' } }, 'provider'],
  [{ request: { ...cryptoprocessingRequest(), provider: { name: 'cryptoprocessing' } } }, 'provider'],
  [{ request: cryptoprocessingRequest({ amount: '1e3' }) }, 'amount'],
  [{ request: cryptoprocessingRequest({ requestedAt: 'yesterday' }) }, 'requestedAt'],
  [{ request: cryptoprocessingRequest({ requestedAt: '2999-01-01T00:00:00Z' }) }, 'requestedAt'],
  [{ request: { ...cryptoprocessingRequest(), colour: 'red' } }, 'colour'],
  [{ request: cryptoprocessingRequest() }, 'withdrawalId: must be that of the workflow id'],
];

describe('a malformed request', () => {
  it.each(malformed)('ends refused before anything is sent, and blocks nothing: %j', async (start, mistake) => {
    const handle = await stand.start(`withdrawal/${randomUUID()}`, [start]);

    const view = await handle.result();

    expect(view).toMatchObject({ status: 'refused', final: true, error: { certainty: 'not-sent' } });
    expect(view.error?.message).toContain(mistake);
  });

  it('shows none of its own words where anyone can read them', async () => {
    const request = { ...cryptoprocessingRequest(), provider: 'Friedrich', currency: 'f.mueller@example.com' };
    const handle = await stand.start(`withdrawal/${randomUUID()}`, [{ request }]);
    await handle.result();

    const readable = readableIn((await handle.describe()).raw) + readableIn(await handle.fetchHistory());

    expect(readable).toContain('refused');
    expect(readable.match(/friedrich|mueller/gi)).toBeNull();
  });
});

describe('what is no start of a withdrawal at all', () => {
  it.each([[null], ['text'], [[]], [{}], [{ record: {} }]])(
    'is no request that could be refused: whatever was sent before stays open, for a person: %j',
    async (start) => {
      const handle = await stand.start(`withdrawal/${randomUUID()}`, [start]);

      const view = await eventually(() => handle.query(viewQuery).catch(() => undefined));

      expect(view).toMatchObject({ final: false, attention: 'unreadable-start' });
      await handle.terminate();
    },
  );
});

describe('a run that starts after its sendBy', () => {
  it('claims no state and fails with StaleRequest: an earlier run may have paid', async () => {
    const now = await stand.environment.currentTimeMs();
    const payout = await stand.pay({ creates: ['processing'] }, { requestedAt: new Date(now - DAY).toISOString() });

    await expect(payout.ended()).rejects.toMatchObject({ cause: { type: STALE_REQUEST } });

    expect(payout.provider.creates).toHaveLength(0);
    expect(await payout.indexed()).not.toHaveProperty('WithdrawalStatus');
  });

  it('is judged by the start of its run: one that began in time and waited too long expires', async () => {
    const now = await stand.environment.currentTimeMs();
    const requestedAt = new Date(now - DAY + MINUTE).toISOString();
    const payout = await stand.pay({ creates: [{ type: 'NotEnoughFunds' }] }, { requestedAt });

    expect(await payout.ended()).toMatchObject({ status: 'expired', final: true });
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('a fault of Outflow’s own', () => {
  const thrown = () => {
    throw ApplicationFailure.nonRetryable('a bug', 'TypeError');
  };
  it.each<[string, Script]>([
    ['a create’s result that is empty', { creates: [{}] }],
    ['a create’s result that is null', { creates: [() => null] }],
    ['a create’s result without its policy', { creates: [(request) => ({ record: recordOf(request, 'processing') })] }],
    ['a create’s failure in no catalogue', { creates: [thrown] }],
    ['a look-up’s result that is empty', { creates: ['processing'], lookUps: [{}, 'confirmed'] }],
    ['a look-up’s result that is null', { creates: ['processing'], lookUps: [() => null, 'confirmed'] }],
    ['a look-up’s record of no shape', { creates: ['processing'], lookUps: [{ ...called, record: {} }, 'confirmed'] }],
    ['a look-up’s failure in no catalogue', { creates: ['processing'], lookUps: [thrown, 'confirmed'] }],
  ])('is seen, and it goes on to the end, sending nothing twice: %s', async (_what, script) => {
    const payout = await stand.pay({ lookUps: ['not_confirmed', 'confirmed'], ...script });

    const view = await payout.ended();

    expect(view).toMatchObject({ status: 'confirmed', final: true });
    expect(view).not.toHaveProperty('attention');
    expect(payout.provider.creates).toHaveLength(1);
  });

  it('asks for a person while it lasts, and looks up once a minute at most', async () => {
    const payout = await stand.pay({ creates: ['processing'], lookUps: [{}] });

    await payout.pass(HOUR);

    expect(await payout.view()).toMatchObject({ status: 'processing', attention: 'internal-fault' });
    expect(await payout.indexed()).toMatchObject({ WithdrawalAttention: 'internal-fault' });
    expect(payout.provider.lookUps.length).toBeLessThanOrEqual(61);
    expect(payout.provider.creates).toHaveLength(1);
  });
});

describe('personal data', () => {
  const secrets = [
    'Friedrich',
    'Müller',
    'Example GmbH',
    '1995-08-17',
    'test_end_user_reference',
    '0.00003000',
    'tb1q',
  ];

  it.each<[string, Script]>([
    ['confirmed after an unknown outcome', { creates: [{ type: 'NoAnswer' }], lookUps: ['absent', 'confirmed'] }],
    [
      'refused with words that echo it',
      { creates: [{ type: 'InvalidAddress', message: `Bad: ${secrets.join(' ')}` }] },
    ],
    ['never found', { creates: [{ type: 'NoAnswer', message: secrets.join(' ') }], lookUps: ['absent'] }],
    [
      'met by a fault of ours',
      { creates: [() => null], lookUps: [{ ...called, record: { amount: secrets.join(' ') } }] },
    ],
    ['tried again', { creates: [{ type: 'NotConnected', message: secrets.join(' ') }, 'confirmed'] }],
  ])('is in no id, search attribute, summary, detail or failure message of one that is %s', async (_how, script) => {
    const payout = await stand.pay(script);
    await payout.pass(10 * MINUTE);

    const seen = [
      readableIn((await payout.handle.describe()).raw),
      readableIn(await payout.handle.fetchHistory()),
      await payout.currentDetails(),
      ...stand.log,
    ].join('\n');

    expect(seen).toContain('create at CryptoProcessing'); // the summary is among what was looked at
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallOptions } from '../../../activities/provider-calls.js';
import type { FailureType } from '../../../domain/failures.js';
import { kindOf } from '../../../domain/failures.js';
import type { Provider } from '../../../providers/provider.js';
import type { Circumstances } from './calling.js';
import { call, created, failureOf, found, HOUR, order, providerAt, request } from './calling.js';
import type { Act, Acts } from './servers.js';
import { answering, closedPort, RawServer } from './servers.js';

const servers: RawServer[] = [];
async function started(acts: Acts): Promise<RawServer> {
  const server = await RawServer.start(acts);
  servers.push(server);
  return server;
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

describe('createWithdrawal', () => {
  it('answers the provider’s record, by which account, under which rules, and when its bytes were written', async () => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const began = Date.now();

    const taken = await call(server.origin, 'createWithdrawal', order);

    expect(taken).toMatchObject({
      record: { providerId: '134702815', reference: 'w-1', meaning: 'processing', amount: '0.00003000' },
      account: providerAt(server.origin).account,
      policy: { confirmFinal: true, resend: true },
      run: 'r-1',
    });
    expect(taken.writtenAt).toBeGreaterThanOrEqual(began);
    expect(server.requests).toBe(1);
    expect(server.bytes).toContain('"foreign_id":"w-1"');
  });

  const validation = JSON.stringify({ errors: { amount: 'of Friedrich Müller is too small' } });
  const html = { 'Content-Type': 'text/html' };
  it.each<[string, Act, FailureType]>([
    ['a server error', answering(500, '{}'), 'ProviderFault'],
    ['a proxy’s 502 in HTML', answering(502, '<html>Bad gateway</html>', html), 'ProviderFault'],
    ['a server error that looks like a refusal', answering(503, validation), 'ProviderFault'],
    ['JSON cut short on 201', answering(201, JSON.stringify(created).slice(0, 60)), 'UnreadableAnswer'],
    ['JSON of another shape on 201', answering(201, '{"data":{"id":1}}'), 'UnreadableAnswer'],
    ['nothing on 201', answering(201, ''), 'UnreadableAnswer'],
    ['a redirect', answering(302, '', { Location: '/elsewhere' }), 'UnreadableAnswer'],
    ['a proxy’s 403 in HTML', answering(403, '<html>Forbidden</html>', html), 'UnreadableAnswer'],
    ['a proxy’s 429', answering(429, 'error code: 1015'), 'UnreadableAnswer'],
    ['an error code in no table', answering(403, '{"error":"Hm","code":"new_code"}'), 'UndocumentedError'],
    ['a reference in use', answering(400, '{"errors":{"foreign_id":"taken"}}'), 'ReferenceInUse'],
    ['an answer over the limit', answering(201, 'x'.repeat(20_000)), 'NoAnswer'],
    ['a reset after it was written', (socket) => void socket.resetAndDestroy(), 'NoAnswer'],
    ['no answer in time', () => undefined, 'NoAnswer'],
  ])('says “unknown”, and Temporal repeats nothing, after %s', async (_what, onRequest, type) => {
    const server = await started({ onRequest });

    const failure = await failureOf(call(server.origin, 'createWithdrawal', order));

    expect(failure).toMatchObject({ type, retryable: false, details: { failure: { type } } });
    expect(kindOf(type).certainty).toBe('unknown');
    expect(failure.details?.account).toBe(providerAt(server.origin).account);
    expect(server.requests).toBe(1);
  });

  it.each<[string, Act, FailureType]>([
    ['an amount', answering(400, validation), 'InvalidAmount'],
    ['an address', answering(422, '{"errors":{"address":"is invalid"}}'), 'InvalidAddress'],
    ['the funds', answering(400, '{"errors":{"amount":"-"},"error_code":"not_enough_balance"}'), 'NotEnoughFunds'],
    ['our key', answering(403, '{"error":"Bad key","code":"bad_header_key"}'), 'BadCredentials'],
  ])('says “refused” of a documented refusal: %s', async (_what, onRequest, type) => {
    const server = await started({ onRequest });

    const failure = await failureOf(call(server.origin, 'createWithdrawal', order));

    expect(failure).toMatchObject({ type, retryable: false });
    expect(kindOf(type).certainty).toBe('refused');
  });

  it('keeps the provider’s own words out of the failure’s message, and in its details', async () => {
    const server = await started({ onRequest: answering(400, validation) });

    const { message, details } = await failureOf(call(server.origin, 'createWithdrawal', order));

    expect(message).toBe(kindOf('InvalidAmount').meaning);
    expect(details?.failure).toMatchObject({ field: 'amount', message: 'of Friedrich Müller is too small' });
  });

  it('says “unknown” of a fault of ours, which Temporal does not repeat, and names no value', async () => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const create = {
      ...providerAt(server.origin).create,
      read: () => {
        throw new TypeError('Friedrich Müller');
      },
    };

    const failure = await failureOf(call(server.origin, 'createWithdrawal', order, { provider: { create } }));

    expect(failure).toMatchObject({ type: 'CallInterrupted', retryable: false });
    expect(JSON.stringify([failure.message, failure.details, failure.error.cause])).not.toContain('Friedrich');
    expect(server.requests).toBe(1);
  });
});

describe('a create that takes longer than a second', () => {
  it('says by a heartbeat which account it uses, should the worker be killed in it', async () => {
    const answer = answering(201, JSON.stringify(created));
    const server = await started({ onRequest: (socket) => void setTimeout(() => answer(socket), 1_100) });
    const heartbeats: unknown[] = [];
    const circumstances: Circumstances = {
      options: { limits: { connectMs: 250, totalMs: 3_000, maxResponseBytes: 10_000 } },
      onHeartbeat: (details) => heartbeats.push(details),
    };

    const { account } = await call(server.origin, 'createWithdrawal', order, circumstances);

    expect(heartbeats).toEqual([account]);
  });
});

describe('a create that Temporal repeats', () => {
  it('is not sent where an earlier attempt named another account: that would count as this one’s', async () => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const info = { attempt: 2, heartbeatDetails: 'account-before-the-key-was-changed' };

    const failure = await failureOf(call(server.origin, 'createWithdrawal', order, { info }));

    expect(failure).toMatchObject({ type: 'OtherAccount', retryable: false });
    expect(server.requests).toBe(0);
  });

  it('is sent where the earlier attempt named the same', async () => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const info = { attempt: 2, heartbeatDetails: providerAt(server.origin).account };

    expect(await call(server.origin, 'createWithdrawal', order, { info })).toMatchObject({ record: {} });
  });
});

describe('a create after one in doubt', () => {
  it('is not sent where sending again is switched off', async () => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const again = { ...order, onlyAs: providerAt(server.origin).account };

    const failure = await failureOf(call(server.origin, 'createWithdrawal', again, { provider: { mayResend: false } }));

    expect(failure).toMatchObject({ type: 'ResendOff', retryable: false });
    expect(server.requests).toBe(0);
  });
});

describe('what is proven unsent, or refused for now, is repeated by Temporal', () => {
  it.each([
    [1, 2_000],
    [3, 6_000],
  ])('without a connection, later each time: after attempt %d in %d ms', async (attempt, pause) => {
    const origin = `http://127.0.0.1:${await closedPort()}`;

    const failure = await failureOf(call(origin, 'createWithdrawal', order, { info: { attempt } }));

    expect(failure).toMatchObject({ type: 'NotConnected', retryable: true });
    expect(failure.error.nextRetryDelay).toBe(pause);
  });

  it('but not past the time after which nothing is sent', async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const notAfter = Date.now() + 1_000;
    expect(await failureOf(call(origin, 'createWithdrawal', { ...order, notAfter }))).toMatchObject({
      type: 'NotConnected',
      retryable: false,
    });
  });

  it.each([
    [40_000, true],
    [HOUR + 1_000, false],
  ])('as late as the provider asks (%d ms), if that is soon enough', async (retryAfterMs, retryable) => {
    const server = await started({ onRequest: answering(429, '{}') });
    const read = () => ({ ok: false, failure: { type: 'RateLimited', retryAfterMs } }) as const;
    const create = { ...providerAt(server.origin).create, read };

    const failure = await failureOf(call(server.origin, 'createWithdrawal', order, { provider: { create } }));

    expect(failure).toMatchObject({ type: 'RateLimited', retryable, details: { failure: { retryAfterMs } } });
    expect(failure.error.nextRetryDelay).toBe(retryable ? retryAfterMs : undefined);
  });
});

describe('nothing is sent', () => {
  it.each<[string, Partial<typeof order> & { onlyAs?: string }, Circumstances, string]>([
    ['after the order’s time', { notAfter: Date.now() - 1 }, {}, 'TooLateToSend'],
    [
      'so late that Temporal may have forgotten an earlier payout',
      { request: { ...request, requestedAt: new Date(Date.now() - 2 * HOUR).toISOString() } },
      { options: { longestMs: () => Promise.resolve(HOUR) } },
      'TooLateToSend',
    ],
    ['by another account than the one whose attempt is in doubt', { onlyAs: 'account-0' }, {}, 'OtherAccount'],
    [
      'for another workflow',
      {},
      { info: { workflowExecution: { workflowId: 'withdrawal/W-1', runId: 'r-1' } } },
      'WrongCaller',
    ],
  ])('%s', async (_when, changes, circumstances, type) => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });

    const failure = await failureOf(call(server.origin, 'createWithdrawal', { ...order, ...changes }, circumstances));

    expect(failure).toMatchObject({ type, retryable: false });
    expect(server.bytes).toBe('');
  });

  it('before its slot', async () => {
    const arrivals: number[] = [];
    const answer = answering(201, JSON.stringify(created));
    const server = await started({
      onRequest: (socket) => {
        arrivals.push(Date.now());
        answer(socket);
      },
    });
    const notBefore = Date.now() + 200;

    await call(server.origin, 'createWithdrawal', { ...order, notBefore });

    expect(arrivals[0]).toBeGreaterThanOrEqual(notBefore);
  });
});

describe('a create or a commit', () => {
  const provider: Partial<Provider> = {
    commit: {
      write: () => ({ method: 'POST', path: '/commit', headers: {} }),
      read: () => ({ ok: false, failure: { type: 'UndocumentedError' } }),
    },
  };
  const sends = {
    create: (origin: string, runs: object, at: Circumstances) =>
      call(origin, 'createWithdrawal', { ...order, ...runs }, at),
    commit: (origin: string, runs: object, at: Circumstances) => {
      const { notAfter, originalRun } = order;
      const input = { withdrawalId: 'w-1', providerId: '134702815', notAfter, originalRun, ...runs };
      return call(origin, 'commitWithdrawal', input, { ...at, provider });
    },
  };

  it.each(['create', 'commit'] as const)('is not sent by a run that Reset made: %s', async (send) => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const failure = await failureOf(sends[send](server.origin, { originalRun: 'r-0' }, {}));
    expect(failure).toMatchObject({ type: 'ResetRun', retryable: false, details: { run: 'r-1' } });
    expect(server.bytes).toBe('');
  });

  it.each<[string, () => Promise<boolean>, object]>([
    ['had an earlier one', () => Promise.resolve(true), { type: 'EarlierRun', retryable: false }],
    ['may have had one', () => Promise.reject(new Error('no index')), { type: 'RunUnchecked', retryable: true }],
  ])(
    'is not sent by a run that %s, where references are not known to be unique',
    async (_, hasEarlierRun, expected) => {
      const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
      const create = (mayResend: boolean) =>
        call(server.origin, 'createWithdrawal', order, { provider: { mayResend }, options: { hasEarlierRun } });
      expect(await failureOf(create(false))).toMatchObject(expected);
      expect(server.bytes).toBe('');
      expect(await create(true)).toHaveProperty('record'); // a second create would be refused there
    },
  );

  it.each<[string, string, () => Promise<boolean>, object, string]>([
    ['ends it', 'there was no earlier run', () => Promise.resolve(false), {}, 'InvalidAddress'],
    ['ends nothing', 'there was an earlier run', () => Promise.resolve(true), {}, 'EarlierRun'],
    ['is asked for again', 'the index lags', () => Promise.reject(new Error('no index')), {}, 'RunUnchecked'],
    ['is reported', 'it is known to be in doubt', () => Promise.resolve(true), { onlyAs: 'own' }, 'InvalidAddress'],
  ])('that is refused for good %s: %s', async (_what, _since, hasEarlierRun, { onlyAs }: { onlyAs?: 'own' }, type) => {
    const server = await started({
      onRequest: answering(422, JSON.stringify({ errors: { address: 'is invalid' } })),
    });
    const provider = { mayResend: true };
    const { account } = providerAt(server.origin);
    const input = { ...order, ...(onlyAs && { onlyAs: account }) };
    const failure = await failureOf(
      call(server.origin, 'createWithdrawal', input, { provider, options: { hasEarlierRun } }),
    );
    expect(failure).toMatchObject({ type });
    expect(server.requests).toBe(1);
  });

  it('is reported as the last word only where Temporal does not try again', async () => {
    const nowhere = (attempt: number) =>
      failureOf(call('http://127.0.0.1:1', 'createWithdrawal', order, { info: { attempt } }));
    expect((await nowhere(1)).details).not.toHaveProperty('isLast');
    expect((await nowhere(20)).details).toMatchObject({ failure: { type: 'NotConnected' }, isLast: true });
  });

  it.each(['create', 'commit'] as const)('is not sent by a run that settles another: %s', async (send) => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    const failure = await failureOf(sends[send](server.origin, { originalRun: 'r-0', settlingRun: 'r-2' }, {}));
    expect(failure).toMatchObject({ type: 'ResetRun' });
    expect(server.bytes).toBe('');
  });

  it('is sent by the run that settles what the one before it sent', async () => {
    const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
    await sends.create(server.origin, { originalRun: 'r-0', settlingRun: 'r-1' }, {});
    expect(server.requests).toBe(1);
  });

  const now = Date.now();
  it.each(['create', 'commit'] as const)(
    'is not sent by a clock over five seconds behind Temporal’s: %s',
    async (send) => {
      const server = await started({ onRequest: answering(201, JSON.stringify(created)) });
      const options = { now: () => now };
      const behind = await failureOf(
        sends[send](server.origin, {}, { options, info: { currentAttemptScheduledTimestampMs: now + 5_001 } }),
      );
      expect(behind).toMatchObject({ type: 'ClockBehind', retryable: true });
      expect(server.bytes).toBe('');
      await sends[send](
        server.origin,
        {},
        { options, info: { currentAttemptScheduledTimestampMs: now + 5_000 } },
      ).catch(() => undefined);
      expect(server.requests).toBe(1);
    },
  );
});

describe('acquireSlot', () => {
  const hour = (count: number) => Date.parse('2026-11-21T00:00:00Z') + count * HOUR;
  const slotInput = {
    ...{ withdrawalId: 'w-1', attempt: 2, requestedAt: new Date(hour(0)).toISOString(), notAfter: hour(24) },
  };
  const slot = { at: hour(1), place: 7 };

  it.each([
    ['sendBy', 700, 24],
    ['what retention allows, as it is read just now', 5, 5],
  ])('asks for a slot before %s, by the withdrawal and its attempt', async (_bound, longest, latest) => {
    const asked: unknown[] = [];
    const acquireSlot: CallOptions['acquireSlot'] = (provider, ...ask) => {
      asked.push([provider.name, ...ask]);
      return Promise.resolve(slot);
    };
    const options = { acquireSlot, longestMs: () => Promise.resolve(longest * HOUR) };

    expect(await call('http://127.0.0.1:1', 'acquireSlot', slotInput, { options })).toEqual(slot);

    expect(asked).toEqual([['cryptoprocessing', 'w-1/2', hour(latest)]]);
  });

  it('is repeated after any failure, later and later, each asker at a time of its own', async () => {
    const acquireSlot = () => Promise.reject(new TypeError('of Friedrich Müller'));
    const pauses = async (attempt: number) => {
      const failing = () =>
        failureOf(
          call('http://127.0.0.1:1', 'acquireSlot', slotInput, {
            options: { acquireSlot: acquireSlot },
            info: { attempt },
          }),
        );
      const failures = await Promise.all(Array.from({ length: 20 }, failing));
      for (const failure of failures) {
        expect(failure).toMatchObject({ type: 'NoSlot', retryable: true, details: { failure: { code: 'TypeError' } } });
        expect(failure.message).not.toContain('Müller');
      }
      return failures.map(({ error }) => Number(error.nextRetryDelay)).sort((a, b) => a - b);
    };
    const [early, late] = [await pauses(1), await pauses(9)];
    expect(new Set(early).size).toBeGreaterThan(10);
    expect(early[0]).toBeGreaterThanOrEqual(1_000);
    expect(early.at(-1)).toBeLessThanOrEqual(3_000);
    expect(late[0]).toBeGreaterThan(10_000);
    expect(late.at(-1)).toBeLessThanOrEqual(48_000);
  });
});

describe('lookUpWithdrawal', () => {
  it('asks with a GET that has a body, and answers the record', async () => {
    const server = await started({ onRequest: answering(200, JSON.stringify(found)) });

    const looked = await call(server.origin, 'lookUpWithdrawal', { request });

    expect(server.bytes).toMatch(/^GET \/api\/v2\/transactions\/info HTTP\/1\.1\r\n.*\r\n\r\n{"foreign_id":"w-1"}$/s);
    expect(looked).toMatchObject({ record: { meaning: 'confirmed' }, account: expect.any(String) });
  });

  it('answers no record where the provider says in the configured way that it knows none', async () => {
    const server = await started({ onRequest: answering(404, '{"errors":{"foreign_id":"Not found"}}') });

    const looked = await call(server.origin, 'lookUpWithdrawal', { request });

    expect(looked).toEqual({
      account: providerAt(server.origin).account,
      policy: { confirmFinal: true, resend: true },
      run: 'r-1',
    });
  });

  it.each<[string, Act]>([
    ['a proxy’s 404', answering(404, '<html>Not found</html>')],
    ['a code under 404', answering(404, '{"error":"Not found","code":"not_found"}')],
    ['a server error', answering(500, '{}')],
    ['no answer', () => undefined],
  ])('fails, and never says “absent”, after %s', async (_what, onRequest) => {
    const server = await started({ onRequest });

    const failure = await failureOf(call(server.origin, 'lookUpWithdrawal', { request }));

    expect(kindOf(failure.type as FailureType).certainty).toBe('unknown');
  });

  it('is for the withdrawal’s own workflow only', async () => {
    const server = await started({ onRequest: answering(200, JSON.stringify(found)) });
    const info = { workflowExecution: { workflowId: 'withdrawal/w-2', runId: 'r-1' } };

    expect(await failureOf(call(server.origin, 'lookUpWithdrawal', { request }, { info }))).toMatchObject({
      type: 'WrongCaller',
    });
    expect(server.connections).toHaveLength(0);
  });
});

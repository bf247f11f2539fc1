import { describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { verifiedCreate } from '../../../activities/verify-body.js';
import type { FailureDetails } from '../../../contract/activities.js';
import { providerCalls } from '../../../activities/provider-calls.js';
import type { ProviderName } from '../../../domain/providers/index.js';
import { providerNames } from '../../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { workflowIdOf } from '../../../contract/ids.js';
import type { HttpRequest, Provider } from '../../../providers/provider.js';
import { providerOf, requests } from '../../providers/support.js';

/** Nobody listens there: what tries to send fails by that. */
const NOWHERE = 'http://127.0.0.1:1';
const HOUR = 3_600_000;

/** How a create fails. */
async function failureOf(provider: Provider, changes: Partial<WithdrawalRequest>) {
  const request = { ...requests[provider.name], requestedAt: new Date().toISOString(), ...changes };
  const calls = providerCalls(provider, {
    ...{ now: Date.now, confirmFinal: true, longestMs: () => Promise.resolve(24 * HOUR) },
    acquireSlot: () => Promise.reject(new Error('no rate limiter here')),
    hasEarlierRun: () => Promise.resolve(false),
  });
  const workflowExecution = { workflowId: workflowIdOf(request.withdrawalId), runId: 'r-1' };
  const environment = new MockActivityEnvironment(
    { workflowExecution, scheduledTimestampMs: Date.now() },
    { logger: new DefaultLogger('ERROR') },
  );
  const order = { request, notAfter: Date.now() + HOUR, originalRun: 'r-1' };
  const error: unknown = await environment.run(() => calls.createWithdrawal(order)).catch((error: unknown) => error);
  if (!(error instanceof ApplicationFailure)) throw new Error('it did not fail');
  const [details] = error.details as [FailureDetails];
  return { error, failure: details.failure };
}

const testAddresses: Record<ProviderName, Partial<WithdrawalRequest>> = {
  cryptoprocessing: {},
  alphapo: { currency: 'XRP', convertTo: 'XRP', address: 'TVE26TYGhfLC7tQDno7G8dGtxSkYQn49b3qD26PK7FcGSKE' },
  cryptopay: { convertTo: 'BCH', address: 'bchtest:pr6m7j9njldwwzlg9v7v53unlr4jkmx6eyvwc0uz5t' },
  cryptocloud: { currency: 'TON', address: 'kQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPgpP' },
};

describe('an address of a test network', () => {
  test.each(providerNames)('is not paid to by an account of %s that is no sandbox: nothing is sent', async (name) => {
    const { error, failure } = await failureOf(providerOf(name, { BASE_URL: NOWHERE }), testAddresses[name]);
    expect(failure).toEqual({
      ...{ type: 'InvalidAddress', code: 'test_address' },
      message: expect.stringContaining(`${name.toUpperCase()}_SANDBOX`),
    });
    expect(error).toMatchObject({ type: 'InvalidAddress', nonRetryable: true });
    expect(JSON.stringify([error.message, failure])).not.toContain(testAddresses[name].address ?? 'tb1');
  });

  test.each(providerNames)('is paid to by a sandbox of %s', async (name) => {
    const sandbox = providerOf(name, { BASE_URL: NOWHERE, SANDBOX: 'true' });
    expect((await failureOf(sandbox, testAddresses[name])).failure).toMatchObject({ type: 'NotConnected' });
  });

  test('does not stop one of the main network', async () => {
    const main = { address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' };
    const provider = providerOf('cryptoprocessing', { BASE_URL: NOWHERE });
    expect((await failureOf(provider, main)).failure).toMatchObject({ type: 'NotConnected' });
  });
});

describe('what is about to be sent', () => {
  const now = new Date();
  const asked: [ProviderName, WithdrawalRequest][] = providerNames.map((name) => [
    name,
    { ...requests[name], ...(name !== 'cryptocloud' && { tag: '77/7' }) },
  ]);

  test.each(asked)('is let through if it is what was asked: %s', (name, request) => {
    const provider = providerOf(name);
    expect(verifiedCreate(provider).write(request, now)).toEqual(provider.create.write(request, now));
  });

  const bare = (request: WithdrawalRequest, ...names: (keyof WithdrawalRequest)[]): WithdrawalRequest => ({
    ...request,
    ...Object.fromEntries(names.map((field) => [field, undefined])),
  });
  const { cryptoprocessing, alphapo, cryptopay } = requests;
  const withOptions = {
    networkFeeLevel: 'fast',
    ...{ forceCommit: true, feesIncluded: false, network: 'bitcoin', customerId: 'c-1' },
  } as const;
  const person = { type: 'natural', firstName: 'Ana', lastName: 'Ruiz', dateOfBirth: '1990-01-31' } as const;

  test.each<[string, WithdrawalRequest]>([
    ['an exact sum that arrives', { ...bare(alphapo, 'amount'), amountTo: '0.5' }],
    [
      'persons of either kind',
      { ...cryptoprocessing, sender: { ...person, email: 'a@example.com' }, receiver: { type: 'self' } },
    ],
    ['every option of Cryptopay', { ...cryptopay, cryptopay: withOptions }],
    [
      'options that Cryptopay does not get',
      { ...cryptopay, endUserReference: 'u', cryptopay: { maxCharge: '11', feesIncluded: true } },
    ],
    ['Cryptopay without a conversion', { ...bare(cryptopay, 'convertTo'), currency: 'BTC' }],
    ['an exact sum at Cryptopay', { ...bare(cryptopay, 'amount'), amountTo: '0.5' }],
    [
      'XRP at Cryptopay without a tag',
      { ...cryptopay, convertTo: 'XRP', address: 'rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY' },
    ],
  ])('is let through if it is what was asked: %s', (_what, request) => {
    const provider = providerOf(request.provider);
    expect(verifiedCreate(provider).write(request, now)).toEqual(provider.create.write(request, now));
  });

  const altered: [string, (body: string, request: WithdrawalRequest) => string][] = [
    ['another address', (body, { address }) => body.replace(address, `${address.slice(0, -1)}x`)],
    ['no tag', (body) => body.replace(/77(\/|%2F)7/, '')],
    ['another amount', (body, { amount = '' }) => body.replace(`"${amount}"`, '"1"').replace(`:${amount}`, ':1')],
    ['an amount as a float has it', (body, { amount = '' }) => body.replace(amount, String(Number(amount) + 1e-9))],
    ['another currency', (body, { currency }) => body.replace(`"${currency}"`, '"XXX"')],
    ['no body', () => '{}'],
  ];
  const cases = asked.flatMap(([name, request]) =>
    altered
      .filter(([what]) => what !== 'no tag' || request.tag !== undefined)
      .map(([what, alter]) => ({ what, name, request, spoil: alter })),
  );
  test.each(cases)('is held back if it has $what: $name', ({ name, request, spoil }) => {
    expect(() => altering(name, (body) => spoil(body, request)).write(request, now)).toThrow(
      'differs from what was asked',
    );
  });

  const misplaced: [string, WithdrawalRequest, from: string, to: string][] = [
    ['the amount as the one that shall arrive', alphapo, '"amount"', '"amount_to"'],
    ['the amount as one with fees taken out', cryptopay, '"charged_amount_to_send"', '"charged_amount"'],
    ['the amount as the one that shall arrive', cryptopay, '"charged_amount_to_send"', '"received_amount"'],
    ['the two currencies exchanged', alphapo, '"currency":"EUR"', '"currency":"BTC","was":"EUR"'],
    ['the tag as the reference', { ...alphapo, tag: '77' }, '"foreign_id":"w-1"', '"foreign_id":"77"'],
    ['another reference', cryptopay, '"custom_id":"w-1"', '"custom_id":"w-2"'],
    ['no reference', cryptopay, ',"custom_id":"w-1"', ''],
    ['another end user', alphapo, '"user-1"', '"user-2"'],
    ['a field that nobody asked for', cryptopay, '{', '{"network":"tron",'],
    ['a field without a value', cryptopay, '{', '{"network":null,'],
    ['an empty object that nobody asked for', requests.cryptocloud, '{', '{"options":{},'],
    ['a second amount', requests.cryptocloud, '{', '{"amount_usd":1,'],
    ['it paid at once', { ...cryptopay, cryptopay: withOptions }, '"force_commit":true', '"force_commit":false'],
    ['another network', { ...cryptopay, cryptopay: withOptions }, '"network":"bitcoin"', '"network":"lightning"'],
    ['the receiver as the sender', cryptoprocessing, '"receiver_data"', '"sender_data_"'],
    ['another birthday', cryptoprocessing, '1995-08-17', '1995-08-18'],
  ];
  test.each(misplaced)('is held back if it has %s', (_what, request, from, to) => {
    const { body = '' } = providerOf(request.provider).create.write(request, now);
    expect(body).toContain(from);
    const altered = altering(request.provider, (text) => text.replace(from, to));
    expect(() => altered.write(request, now)).toThrow('differs from what was asked');
  });

  /** A provider's create whose body is altered before it is compared. */
  function altering(name: ProviderName, spoil: (body: string) => string): Provider['create'] {
    const provider = providerOf(name);
    const write = (...input: Parameters<typeof provider.create.write>): HttpRequest => {
      const written = provider.create.write(...input);
      return { ...written, body: spoil(written.body ?? '') };
    };
    return verifiedCreate({ ...provider, create: { ...provider.create, write } });
  }

  test('and such a fault of ours is not repeated, nor said to be unsent', async () => {
    const provider = providerOf('cryptoprocessing', { BASE_URL: NOWHERE, SANDBOX: 'true' });
    const create: Provider['create'] = {
      ...provider.create,
      write: (request, at) => provider.create.write({ ...request, amount: '1' }, at),
    };
    const { error, failure } = await failureOf({ ...provider, create }, {});
    expect(failure).toEqual({ type: 'CallInterrupted', code: 'NotAsAsked' });
    expect(error).toMatchObject({ nonRetryable: true });
  });
});

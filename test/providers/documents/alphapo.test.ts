import { describe, expect, test } from '@jest/globals';
import { parseJson } from '../../../providers/http/responses.js';
import { withdrawalRequest } from '../../../providers/processing/wire.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { answer, digits, NOW, providerOf, readCallback, requests, sample, valueOf } from '../support.js';

const provider = providerOf('alphapo');

describe('a create', () => {
  test('asks what the documents’ own request asks, leaving out the tag that it leaves empty', () => {
    const documented: WithdrawalRequest = {
      withdrawalId: 'string',
      provider: 'alphapo',
      requestedAt: '2026-11-21T09:00:00Z',
      currency: 'BTC',
      amount: '0',
      address: 'string',
      endUserReference: 'string',
    };
    const { method, path, body } = provider.create.write(documented, NOW);
    expect([method, path]).toEqual(['POST', '/api/v2/withdrawal/crypto']);
    expect({ ...Object(digits(body)), tag: null }).toEqual(digits(sample('alphapo/create-request')));
  });

  test('has no sender and no receiver, and amounts as numbers with the digits that were asked', () => {
    const byTarget: WithdrawalRequest = { ...requests.alphapo, convertTo: 'XRP', amountTo: '12.50', tag: '77' };
    delete byTarget.amount;
    const { body } = provider.create.write(byTarget, NOW);
    expect(digits(body)).toEqual({
      currency: 'EUR',
      foreign_id: 'w-1',
      end_user_reference: 'user-1',
      convert_to: 'XRP',
      address: requests.alphapo.address,
      tag: '77',
      amount_to: 'number 12.50',
    });
    expect(withdrawalRequest.safeParse(parseJson(body ?? '')).success).toBe(true);
  });

  test('is accepted: the documents’ answer', () => {
    const reading = provider.create.read(answer(200, sample('alphapo/create-response')), requests.alphapo);
    expect(valueOf(reading)).toEqual({
      provider: 'alphapo',
      providerId: '678388',
      reference: 'user_2317',
      endUserReference: 'guest_user17',
      providerStatus: 'processing',
      meaning: 'processing',
      currency: 'EUR',
      convertTo: 'BTC',
      amount: '25.00000000',
      sent: { amount: '25.00000000', currency: 'EUR' },
      received: { amount: '0.000015', currency: 'BTC' },
    });
  });
});

test('its callbacks and look-ups are the protocol’s, under its own name', () => {
  const body = sample('cryptoprocessing/callback-confirmed-exchange');
  const record = { provider: 'alphapo', providerId: '123', meaning: 'confirmed', currency: 'EUR', convertTo: 'BTC' };
  expect(readCallback(provider, body)).toMatchObject({ kind: 'withdrawal', record });
  expect(provider.lookUp?.read(answer(200, body), { withdrawalId: 'w-1' })).toMatchObject({ ok: true, value: record });
});

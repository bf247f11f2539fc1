import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProviderName } from '../../domain/providers/index.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import { answer, digits, NOW, providerOf, readCallback, requests, sample, valueOf } from './support.js';

/** What a request may ask for: up to 30 digits before the dot and 30 after it, with zeros at the end. */
const asked = fc
  .tuple(fc.stringMatching(/^(0|[1-9][0-9]{0,29})$/), fc.stringMatching(/^[0-9]{0,30}$/))
  .map(([whole, fraction]) => (fraction === '' ? whole : `${whole}.${fraction}`))
  .filter((amount) => /[1-9]/.test(amount));

function sent(name: ProviderName, request: WithdrawalRequest): unknown {
  return digits(providerOf(name).create.write(request, NOW).body);
}

describe('what is asked leaves digit for digit', () => {
  test.each<[ProviderName, string, (amount: string) => string]>([
    ['cryptoprocessing', 'amount', (amount) => amount],
    ['alphapo', 'amount', (amount) => `number ${amount}`],
    ['cryptopay', 'charged_amount_to_send', (amount) => amount],
    ['cryptocloud', 'amount', (amount) => `number ${amount}`],
  ])('%s: %s', (name, field, onWire) => {
    fc.assert(
      fc.property(asked, (amount) => {
        expect(sent(name, { ...requests[name], amount })).toHaveProperty(field, onWire(amount));
      }),
    );
  });

  test.each<[ProviderName, string, (amount: string) => string]>([
    ['cryptoprocessing', 'amount_to', (amount) => amount],
    ['alphapo', 'amount_to', (amount) => `number ${amount}`],
    ['cryptopay', 'received_amount', (amount) => amount],
  ])('%s: %s', (name, field, onWire) => {
    const request: WithdrawalRequest = { ...requests[name], convertTo: 'BTC' };
    delete request.amount;
    fc.assert(
      fc.property(asked, (amountTo) => {
        const body = sent(name, { ...request, amountTo });
        expect(body).toHaveProperty(field, onWire(amountTo));
        expect(body).not.toHaveProperty(['amount']);
      }),
    );
  });
});

describe('what a provider says arrives digit for digit', () => {
  const written = fc
    .tuple(asked, fc.boolean())
    .map(([amount, asText]) => ({ amount, json: asText ? `"${amount}"` : amount }));

  test('CryptoProcessing and AlphaPo, as texts and as numbers', () => {
    const body = sample('cryptoprocessing/callback-confirmed-exchange');
    fc.assert(
      fc.property(written, ({ amount, json }) => {
        const reading = readCallback(providerOf('alphapo'), body.replaceAll('"804.25693204"', json));
        expect(reading).toMatchObject({ record: { amount, sent: { amount, currency: 'EUR' } } });
      }),
    );
  });

  test('Cryptopay', () => {
    const body = sample('cryptopay/withdrawal');
    fc.assert(
      fc.property(written, ({ amount, json }) => {
        const { create } = providerOf('cryptopay');
        const reading = create.read(answer(201, body.replace('"10.17"', json)), requests.cryptopay);
        expect(valueOf(reading).charge).toBe(amount);
      }),
    );
  });

  test('CryptoCloud', () => {
    fc.assert(
      fc.property(written, ({ amount, json }) => {
        const { create } = providerOf('cryptocloud');
        const body = `{"status":"success","result":{"invoice_id":"INV-1","status":"created","currency":"ETH","amount":${json}}}`;
        expect(valueOf(create.read(answer(200, body), requests.cryptocloud)).received?.amount).toBe(amount);
      }),
    );
  });
});

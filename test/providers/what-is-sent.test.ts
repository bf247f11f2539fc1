import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifiedCreate } from '../../activities/verify-body.js';
import type { WithdrawalRequest } from '../../domain/request.js';
import { digits, NOW, providerOf, requests } from './support.js';

/** Whatever a request may hold, its provider's body says exactly that, and nothing else beside its reference and parties. */
const amounts = fc
  .tuple(fc.stringMatching(/^(0|[1-9][0-9]{0,28})$/), fc.stringMatching(/^[0-9]{0,30}$/))
  .map(([whole, fraction]) => (fraction === '' ? whole : `${whole}.${fraction}`))
  .filter((amount) => /[1-9]/.test(amount));
const codes = fc.stringMatching(/^[A-Z0-9][A-Z0-9_-]{1,19}$/).filter((code) => code !== 'XRP'); // without a tag: cryptopay.test.ts
const addresses = fc.stringMatching(/^[A-Za-z0-9:_+/-]{10,128}$/);
const tags = fc.option(fc.stringMatching(/^[\x21-\x7e]{1,64}$/), { nil: undefined });

interface Asked {
  currency: string;
  convertTo: string;
  address: string;
  tag: string | undefined;
  amount: string;
}
const asked: fc.Arbitrary<Asked> = fc.record({
  ...{ currency: codes, convertTo: codes, address: addresses, tag: tags, amount: amounts },
});

/** As the activity sends it: held against what was asked, which each provider says a second time. */
const sent = (request: WithdrawalRequest) =>
  digits(verifiedCreate(providerOf(request.provider)).write(request, NOW).body);
const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** The request of one provider with these fields in place of its own. */
function request(provider: WithdrawalRequest['provider'], fields: Partial<Record<keyof WithdrawalRequest, unknown>>) {
  const common = requests[provider] as unknown as Record<string, unknown>;
  return given({ ...common, convertTo: undefined, amount: undefined, ...fields }) as unknown as WithdrawalRequest;
}

describe('the processing family', () => {
  const parties = {
    sender_type: 'legal',
    sender_data: { legal_name: 'Example GmbH', country_of_registration: 'DEU' },
    receiver_type: 'natural',
    receiver_data: { first_name: 'Friedrich', last_name: 'Müller', date_of_birth: '1995-08-17' },
  };

  test.each([
    ['cryptoprocessing', (amount: string) => amount, parties],
    ['alphapo', (amount: string) => `number ${amount}`, {}],
  ] as const)('%s', (provider, onWire, more) => {
    fc.assert(
      fc.property(asked, ({ currency, convertTo, address, tag, amount }) => {
        const said = { currency, foreign_id: 'w-1', end_user_reference: 'user-1', address, ...given({ tag }), ...more };
        const plain = { currency, address, tag };
        expect(sent(request(provider, { ...plain, amount }))).toEqual({ ...said, amount: onWire(amount) });
        expect(sent(request(provider, { ...plain, convertTo, amountTo: amount }))).toEqual({
          ...{ ...said, convert_to: convertTo, amount_to: onWire(amount) },
        });
      }),
    );
  });
});

test('Cryptopay', () => {
  fc.assert(
    fc.property(asked, fc.boolean(), ({ currency, convertTo, address, tag, amount }, feesIncluded) => {
      const destination = tag === undefined ? address : `${address}?dt=${encodeURIComponent(tag)}`;
      const said = { charged_currency: currency, received_currency: convertTo, address: destination, custom_id: 'w-1' };
      const plain = { currency, convertTo, address, tag };
      const cryptopay = { feesIncluded };
      expect(sent(request('cryptopay', { ...plain, amount, cryptopay }))).toEqual({
        ...{ ...said, [feesIncluded ? 'charged_amount' : 'charged_amount_to_send']: amount },
      });
      expect(sent(request('cryptopay', { ...plain, amountTo: amount }))).toEqual({ ...said, received_amount: amount });
    }),
  );
});

test('CryptoCloud', () => {
  fc.assert(
    fc.property(asked, ({ currency, address, amount }) => {
      const said = { currency_code: currency, to_address: address, amount: `number ${amount}` };
      expect(sent(request('cryptocloud', { currency, address, amount }))).toEqual(said);
    }),
  );
});

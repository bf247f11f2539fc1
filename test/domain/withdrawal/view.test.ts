import { describe, expect, test } from '@jest/globals';
import { attentions, attentionText } from '../../../domain/attention.js';
import type { WithdrawalRequest } from '../../../domain/request.js';
import { statuses } from '../../../domain/withdrawal/lifecycle.js';
import type { WithdrawalState } from '../../../domain/withdrawal/state.js';
import type { Life } from './life.js';
import { acceptedLife, DAY, HOUR, life, MINUTE, unknownLife } from './life.js';
import { samples, without } from '../requests.js';

const personal: WithdrawalRequest = {
  ...samples.cryptoprocessing,
  convertTo: 'BTC',
  tag: 'memo-4711',
  sender: {
    type: 'natural',
    firstName: 'Anastasia',
    lastName: 'Sendersson',
    dateOfBirth: '1990-02-28',
    email: 'ana@sender.example',
  },
  receiver: { type: 'legal', legalName: 'Receiver & Sons', countryOfRegistration: 'CHE' },
};

/** A withdrawal in each status, and in the odd ones that a view must tell apart. */
const everyStatus: [string, () => Life][] = [
  ['received', () => life(personal)],
  ['sending', () => life(personal).send()],
  ['waiting', () => life(personal).send().failed('NotEnoughFunds', { code: 'not_enough_balance' })],
  ['unknown', () => unknownLife(personal)],
  ['awaiting_commit', () => life(samples.cryptopay).send().accepted('new')],
  ['processing', () => acceptedLife(personal)],
  ['awaiting_approval', () => acceptedLife(personal).callback('pending')],
  ['on_hold', () => acceptedLife(personal).callback('on_hold')],
  ['confirmed', () => acceptedLife(personal).found('confirmed', { txid: 'bb04bb04bb04bb04' })],
  ['declined', () => acceptedLife(personal).found('declined', { error: 'Declined by user ID:777' })],
  ['cancelled', () => acceptedLife(personal).found('cancelled')],
  ['refused', () => life(personal).send().failed('InvalidAddress', { code: 'invalid_coin_address' })],
  ['expired', () => expired(personal)],
  ['processing, to be confirmed', () => acceptedLife(personal).callback('confirmed')],
  ['processing, contradictory', () => acceptedLife(personal).callback('confirmed').callback('declined')],
  ['unknown, with another’s record', () => unknownLife(personal).found('confirmed', { address: 'another-address' })],
  ['unknown, absent', () => unknownLife(personal).absentOver(HOUR, 'account-2')],
];

function expired(request: WithdrawalRequest): Life {
  return life(request)
    .pass(2 * DAY)
    .ended();
}

test('these tests look at every status', () => {
  expect(new Set(everyStatus.map(([, given]) => given().status))).toEqual(new Set(statuses));
});

describe.each(everyStatus)('the view of a withdrawal that is %s', (name, given) => {
  test('has nothing of sender and receiver', () => {
    const printed = JSON.stringify(given().view);
    expect(printed).not.toMatch(/sender|receiver|Anastasia|Sendersson|1990-02-28|ana@|Receiver|Sons|CHE/);
  });

  test('is plain JSON: what isn’t known is absent', () => {
    const { view } = given();
    expect(JSON.parse(JSON.stringify(view))).toStrictEqual(view);
  });

  test('repeats what was asked for, digit for digit', () => {
    const { view, request } = given();
    expect(view).toMatchObject(without(request, 'sender', 'receiver'));
  });

  test('says what it waits for, since when and what is next, unless it is final', () => {
    const { view } = given();
    expect(view.final).toBe(['confirmed', 'declined', 'cancelled', 'refused', 'expired'].includes(name));
    if (view.final) {
      expect(view).not.toHaveProperty('waiting');
      expect(view.finalAt).toMatch(/^2026-.*Z$/);
    } else {
      expect(view).not.toHaveProperty('finalAt');
      expect(view.waiting).toMatchObject({ for: expect.stringMatching(/\w/), since: expect.stringMatching(/Z$/) });
      expect(view.waiting?.next).toMatch(/\.$/);
    }
  });

  test('has details for Temporal’s UI, which is read without the key: no person, address, tag or amount', () => {
    const { details } = given();
    expect(details).toContain(`**${given().status}**`);
    expect(details).not.toMatch(/Anastasia|Sendersson|ana@|Receiver & Sons|memo-4711/);
    expect(details).not.toContain(personal.address);
    expect(details).not.toContain(personal.amount);
  });

  test('is the same after a continue-as-new, and so is everything that follows', () => {
    const [one, other] = [given(), given()];
    const anew = () => (other.state = JSON.parse(JSON.stringify(other.state)) as WithdrawalState);
    const steps: ((it: Life) => unknown)[] = [
      ...[
        (it: Life) => it.callback('pending'),
        (it: Life) => it.pass(MINUTE).absent(),
        (it: Life) => it.found('on_hold'),
      ],
      ...[(it: Life) => it.callback('confirmed'), (it: Life) => it.lookUpFails(), (it: Life) => it.pass(DAY)],
      ...[
        (it: Life) => it.apply({ type: 'reminderDue' }),
        (it: Life) => it.found('confirmed', { txid: 'bb04bb04bb04bb04' }),
      ],
    ];
    for (const step of steps) {
      anew();
      expect(other.view).toEqual(one.view);
      expect(other.next).toEqual(one.next);
      step(one);
      step(other);
    }
    expect(other.state).toEqual(one.state);
  });
});

describe('the view of a payout', () => {
  test('has what the provider said of it, as written', () => {
    const more = {
      sent: { amount: '804.25693204', currency: 'EUR' },
      received: { amount: '0.01000000', currency: 'BTC' },
      fees: [
        { type: 'fee_crypto_withdrawal_from_fiat', kind: 'service' as const, currency: 'BTC', amount: '0.00028735' },
      ],
      exchange: { pair: 'BTCEUR', rate: '9699.0409', fee: '0.11', feeCurrency: 'EUR' },
      risk: { score: '0.1', level: 'low' },
      txid: 'bb04bb04bb04bb04',
    };
    expect(acceptedLife(samples.alphapo).found('confirmed', more).view).toMatchObject({
      ...{ ...more, providerId: '134702815', providerStatus: 'confirmed', status: 'confirmed' },
    });
  });

  test('that a person is needed for says why, and the details say what to do', () => {
    const it = unknownLife();
    for (const attention of Object.keys(attentions) as (keyof typeof attentions)[]) {
      const asking = life();
      asking.state = { ...asking.state, attention };
      expect(asking.view.attention).toBe(attention);
      expect(asking.details).toContain(attentionText(attention));
    }
    expect(it.view).not.toHaveProperty('attention');
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Attention } from '../../../domain/attention.js';
import { attentions, attentionText, severity } from '../../../domain/attention.js';
import { receivedState } from '../../../domain/withdrawal/state.js';
import { needPerson } from '../../../domain/withdrawal/moves.js';
import type { Life } from './life.js';
import { acceptedLife, DAY, firstRun, HOUR, life, MINUTE, unknownLife } from './life.js';
import { NOW, samples } from '../requests.js';

const cloud = samples.cryptocloud;

const cancelled = (it: Life) => it.cancelInTemporal().ended();

describe('a payout whose end no provider reports', () => {
  test('needs a person from the moment it is accepted, and no sooner', () => {
    expect(life(cloud).send().attention).toBeUndefined();
    expect(acceptedLife(cloud).attention).toBe('person-confirms');
    expect(acceptedLife(cloud).details).toContain(attentionText('person-confirms'));
  });

  test('still needs one after its status has changed, and none once it has ended', () => {
    expect(acceptedLife(cloud).callback('pending').attention).toBe('person-confirms');
    expect(acceptedLife(cloud).callback('confirmed').attention).toBeUndefined();
  });

  test('says so by what is more severe, where there is something', () => {
    const it = acceptedLife(cloud).pass(DAY);
    it.apply({ type: 'reminderDue' });
    expect(it.attention).toBe('provider-overdue');
    const state = structuredClone(it.state);
    needPerson(state, 'person-confirms', it.now);
    expect(state.attention).toBe('provider-overdue');
  });

  test.each(['cryptoprocessing', 'alphapo'] as const)('is none of %s’s: it answers look-ups', (provider) => {
    expect(acceptedLife(samples[provider]).attention).toBeUndefined();
  });
});

describe('a look-up that fails', () => {
  test('asks for a person until the provider answers: with a record, or that it knows none', () => {
    expect(acceptedLife().lookUpFails().attention).toBe('look-up-fails');
    expect(acceptedLife().lookUpFails().found('processing').attention).toBeUndefined();
    expect(acceptedLife().lookUpFails().absent().attention).toBeUndefined();
    expect(unknownLife().lookUpFails().absent().attention).toBeUndefined();
  });

  test('never takes back what a look-up’s answer cannot settle', () => {
    const it = unknownLife().absentOver(HOUR, 'account-2');
    expect(it.attention).toBe('unknown-outcome');
    expect(it.lookUpFails().attention).toBe('unknown-outcome');
    expect(it.absent().attention).toBe('unknown-outcome');
  });

  test('does not hide that an outcome stays unknown: after ten minutes that is what a person is asked for', () => {
    const it = unknownLife();
    expect(it.pass(MINUTE).lookUpFails().attention).toBe('look-up-fails');
    expect(it.pass(8 * MINUTE).lookUpFails().attention).toBe('look-up-fails');
    expect(it.pass(MINUTE).lookUpFails().attention).toBe('unknown-outcome');
    expect(acceptedLife().pass(HOUR).lookUpFails().attention).toBe('look-up-fails');
  });
});

test('a more severe reason takes the place of a less severe one, never the other way round', () => {
  const names = Object.keys(attentions) as Attention[];
  for (const first of names) {
    for (const second of names) {
      const state = receivedState(samples.cryptoprocessing, { originalRun: firstRun }, NOW);
      needPerson(state, first, NOW);
      needPerson(state, second, NOW);
      expect(state.attention).toBe(severity(second) >= severity(first) ? second : first);
    }
  }
  const bySeverity: Attention[] = ['contradiction', 'not-ours', 'unknown-outcome', 'provider-overdue', 'look-up-fails'];
  expect(bySeverity.toSorted((a, b) => severity(b) - severity(a))).toEqual(bySeverity);
  expect(new Set(bySeverity.map(severity)).size).toBe(bySeverity.length);
});

describe('a cancel', () => {
  test.each<[string, () => Life, RegExp]>([
    ['being sent', () => life().send(), /under way/],
    ['unknown', () => unknownLife(), /may have reached CryptoProcessing/],
    ['processing', () => acceptedLife(), /CryptoProcessing has it/],
  ])(
    'that cannot be done, %s, is answered first of all in Temporal’s UI: it had no effect, and why',
    (_, given, why) => {
      const it = cancelled(given());
      const [first = ''] = it.details.split('\n\n');
      expect(first).toMatch(/^\*\*The cancel had no effect/);
      expect(first).toMatch(why);
    },
  );

  test('that had no effect is shown after the end, too, unless it ended cancelled', () => {
    expect(cancelled(acceptedLife()).found('confirmed').details).toMatch(/The cancel had no effect.*confirmed/);
    expect(cancelled(acceptedLife()).found('cancelled').details).not.toMatch(/no effect/);
    expect(acceptedLife().details).not.toMatch(/cancel/);
  });

  test('that works is why it ended: not the failure that it waited for', () => {
    const it = cancelled(life().send().failed('NotEnoughFunds', { message: 'balance too low' }));
    expect(it.view).toMatchObject({
      status: 'cancelled',
      error: { type: 'Cancelled', certainty: 'not-sent', message: 'Temporal’s cancel request' },
    });
    expect(it.details).not.toMatch(/NotEnoughFunds/);
  });

  test('that works later, before the next attempt, is why as well', () => {
    const it = cancelled(life().send()).failed('NotEnoughFunds').ended();
    expect(it.view.error).toMatchObject({ type: 'Cancelled', message: 'Temporal’s cancel request' });
  });
});

describe('the details in Temporal’s UI', () => {
  test('begin with the person that is needed and what to do: the UI cuts off what comes last', () => {
    const it = life().send().failed('NotEnoughFunds');
    const [person, status, ...rest] = it.details.split('\n\n');
    expect(status).toMatch(/^\*\*waiting\*\*/);
    expect(person).toBe(`**A person is needed (waiting-for-funds):** ${attentionText('waiting-for-funds')}`);
    expect(rest.join()).toMatch(/Waits for funds/);
  });

  const canary = 'Ana Canary';
  const said = { providerStatus: canary, error: canary, txid: canary };
  test.each<[string, Life]>([
    ['a callback that is to be confirmed', acceptedLife().callback('confirmed', said)],
    ['a record that is under way', acceptedLife().found('pending', said)],
    ['a record whose status is in no table', acceptedLife().found('archived', said)],
    ['two final words', acceptedLife().callback('confirmed', said).found('cancelled', said)],
    ['a refusal', life().send().failed('InvalidAddress', { message: canary, code: canary, requestId: canary })],
    ['a failure that it waits after', life().send().failed('NotEnoughFunds', { message: canary, code: canary })],
    ['a request that was refused', life({ ...samples.cryptoprocessing, address: canary, currency: canary })],
  ])('hold no word but ours after %s', (_, it) => {
    expect(it.details).not.toContain(canary);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { ProviderRecord } from '../../../../domain/record.js';
import type { Life, Word } from '../life.js';
import { samples, without } from '../../requests.js';
import { acceptedLife, DAY, HOUR, life, MINUTE, unknownLife } from '../life.js';

/** Its view, without its attention and timeline. */
const settledView = ({ view }: Life) => without(view, 'attention', 'timeline');

describe('two final statuses that differ', () => {
  test.each<[string, (it: Life) => Life]>([
    ['of two callbacks', (it) => it.callback('confirmed').callback('cancelled')],
    ['of two callbacks, the other way round', (it) => it.callback('cancelled').callback('confirmed')],
    ['of a callback and the look-up', (it) => it.callback('confirmed').found('declined')],
    ['of a callback and the look-up, after a while', (it) => it.callback('declined').pass(HOUR).found('confirmed')],
    ['while the outcome was unknown', (it) => it.callback('confirmed').absent().callback('cancelled')],
  ])('%s ask for a person at once, and end nothing', (_name, act) => {
    for (const given of [acceptedLife(), unknownLife()]) {
      const it = act(given);
      expect(it.view).toMatchObject({ status: 'processing', final: false, attention: 'contradiction' });
      expect(it.view.waiting?.for).toBe('a person: the provider contradicts itself');
    }
  });

  test('are never ended by another status of the provider, either way', () => {
    const it = acceptedLife().callback('confirmed').callback('cancelled');
    for (const word of ['confirmed', 'cancelled', 'declined', 'processing', 'confirmed'] as const)
      it.pass(DAY).found(word).callback(word).absent().lookUpFails();
    expect(it.view).toMatchObject({ final: false, attention: 'contradiction' });
  });

  test('stay a contradiction, whatever else asks for a person', () => {
    const it = acceptedLife()
      .callback('confirmed')
      .found('cancelled')
      .found('pending')
      .callback('verifying')
      .lookUpFails()
      .pass(DAY)
      .apply({ type: 'reminderDue' })
      .apply({ type: 'reminderDue' });
    expect(it.attention).toBe('contradiction');
  });

  test('are looked up on, with patience', () => {
    const it = acceptedLife().callback('confirmed').callback('cancelled').found('processing');
    expect(it.lookUpAt - it.now).toBeGreaterThanOrEqual(30_000);
    expect(it.lookUpAt).toBeLessThanOrEqual(it.now + HOUR);
  });
});

describe('a record that says that nothing was paid, and names a transaction', () => {
  const said = { txid: 'bb04bb04bb04bb04' };
  const given: [string, () => Life][] = [
    ['accepted', () => acceptedLife()],
    ['unknown', () => unknownLife()],
    ['being sent', () => life().send()],
    ['to be committed', () => life(samples.cryptopay).send().accepted('new', { charge: '10.17' })],
  ];
  const words = ['cancelled', 'declined'] as const;
  const sources = ['response', 'callback', 'look-up'] as const;
  const cases = given.flatMap(([name, start]) =>
    words.flatMap((word) => sources.map((source) => ({ name, start, word, source }))),
  );

  test.each(cases)('ends nothing and asks for a person: $word by $source, $name', ({ start, word, source }) => {
    const it = start().says(word, source, said);
    expect(it.view).toMatchObject({ status: 'processing', final: false, attention: 'contradiction' });
    expect(it.view).toMatchObject({ providerId: '134702815', providerStatus: word, txid: 'bb04bb04bb04bb04' });
    // It is at the provider: it is neither sent nor committed again.
    expect([it.mayResend, it.isCancellable]).toEqual([false, false]);
    expect(it.found('new').status).toBe('processing');
  });

  test.each(words)('%s is not believed where final words need no look-up, either', (word) => {
    const it = acceptedLife();
    it.policy = { confirmFinal: false, resend: true };
    expect(it.found('processing').callback(word, said).view).toMatchObject({
      ...{ final: false, attention: 'contradiction' },
    });
  });

  test('is not made good by the same word without a transaction, nor by another final word', () => {
    const it = acceptedLife().found('cancelled', said);
    for (const word of ['cancelled', 'confirmed', 'declined'] as const) it.pass(DAY).callback(word).found(word);
    expect(it.view).toMatchObject({ final: false, attention: 'contradiction' });
  });

  test('holds against neither word of a person: they know what the transaction is', () => {
    const action = { by: 'Bo', reason: 'asked', evidence: 'ticket 7' };
    for (const outcome of [{ outcome: 'confirmed', txid: 'bb04bb04bb04bb04' }, { outcome: 'notPaid' }] as const) {
      const it = acceptedLife().found('cancelled', said);
      it.resolve({ ...action, ...outcome }).found('cancelled', said);
      expect([it.answers, it.isFinal]).toEqual([['taken'], true]);
    }
  });

  test('after the same end without one, is kept for a case', () => {
    const it = acceptedLife().found('cancelled').callback('cancelled', said);
    expect(it.view).toMatchObject({ status: 'cancelled', final: true });
    expect(it.state.forCases).toEqual([
      { reason: 'differs from the recorded end', record: it.record('cancelled', said) },
    ]);
  });

  test('is no contradiction if the word is that it was paid, or not final', () => {
    expect(acceptedLife().found('confirmed', said).view).toMatchObject({
      status: 'confirmed',
      txid: 'bb04bb04bb04bb04',
    });
    expect(acceptedLife().found('sent', said).attention).toBeUndefined();
  });
});

describe('final never changes', () => {
  const ends: [string, () => Life][] = [
    ['confirmed', () => acceptedLife().found('confirmed', { txid: 'bb04bb04bb04bb04' })],
    ['declined', () => acceptedLife().found('declined', { error: 'Declined by user ID:777' })],
    ['cancelled', () => acceptedLife().found('cancelled', { error: 'Not enough money on balance' })],
    ['refused', () => life().send().failed('InvalidAddress')],
  ];

  test.each(ends)('%s stays as it is, whatever is said later, from any side', (status, given) => {
    for (const word of ['confirmed', 'declined', 'cancelled', 'pending', 'processing', 'verifying', 'new'] as const) {
      for (const source of ['response', 'callback', 'look-up'] as const) {
        const it = given();
        it.policy = { confirmFinal: false, resend: true };
        const before = settledView(it);
        it.pass(MINUTE).says(word, source, { txid: 'other', error: 'other' });
        it.pass(MINUTE).found(word, { txid: 'other', error: 'other' });
        it.absentOver(HOUR);
        it.cancel().cancelInTemporal().runChecked();
        expect(settledView(it)).toEqual(before);
        expect([it.status, it.isFinal, it.mayResend]).toEqual([status, true, false]);
      }
    }
  });

  test('another final word is kept for a case', () => {
    const it = acceptedLife().found('confirmed').says('cancelled', 'callback');
    expect([it.status, it.attention]).toEqual(['confirmed', undefined]);
    expect(it.state.forCases).toEqual([{ reason: 'differs from the recorded end', record: it.record('cancelled') }]);
  });

  test.each<[string, Word, Partial<ProviderRecord>]>([
    ['a status in no table', 'archived', {}],
    ['the same word of another transaction', 'confirmed', { txid: 'bb05bb05bb05bb05' }],
    ['an earlier step of another transaction', 'pending', { txid: 'bb05bb05bb05bb05' }],
  ])('%s is kept for a case, and changes nothing in the view', (_name, word, more) => {
    const it = acceptedLife().found('confirmed', { txid: 'bb04bb04bb04bb04' });
    const before = settledView(it);
    it.callback(word, more);
    expect(settledView(it)).toEqual(before);
    expect(it.state.forCases).toEqual([{ reason: 'differs from the recorded end', record: it.record(word, more) }]);
  });

  test('a transaction of what was said to be never paid is kept for a case, whatever the word', () => {
    for (const word of ['cancelled', 'processing'] as const) {
      const it = acceptedLife().found('cancelled').callback(word, { txid: 'bb04bb04bb04bb04' });
      expect(it.state.forCases).toMatchObject([{ record: { providerStatus: word, txid: 'bb04bb04bb04bb04' } }]);
    }
  });

  test('the transaction that a person gave is the recorded one', () => {
    const settled = () => {
      const it = acceptedLife();
      const evidence = { evidence: 'explorer', by: 'Bo', reason: 'no callback came' };
      return it.resolve({ outcome: 'confirmed', txid: 'bb04bb04bb04bb04', ...evidence }).absent();
    };
    expect(settled().callback('confirmed', { txid: 'bb04bb04bb04bb04' }).state.forCases).toEqual([]);
    expect(settled().callback('confirmed', { txid: 'bb05bb05bb05bb05' }).state.forCases).toHaveLength(1);
  });

  test('the same word again, or an earlier step late, asks for nobody', () => {
    const it = acceptedLife()
      .found('confirmed', { txid: 'bb04bb04bb04bb04' })
      .callback('confirmed')
      .callback('confirmed', { txid: 'bb04bb04bb04bb04' })
      .callback('pending')
      .found('not_confirmed')
      .absentOver(HOUR);
    expect([it.status, it.attention, it.state.forCases]).toEqual(['confirmed', undefined, []]);
  });

  test('a status in no table that stood when a person settled it is nothing new when it is said again', () => {
    const it = acceptedLife().found('archived');
    const evidence = { evidence: 'dashboard', by: 'Bo', reason: 'archived there' };
    it.resolve({ outcome: 'notPaid', ...evidence }).absent();
    expect(it.callback('archived').state.forCases).toEqual([]);
    expect(it.callback('verifying').state.forCases).toHaveLength(1);
  });
});

describe('a record that isn’t ours', () => {
  const foreign: [string, Partial<ProviderRecord>][] = [
    ['of another provider', { provider: 'alphapo' }],
    ['with another reference', { reference: 'TEST_FOREIGN_ID_0148' }],
    ['to another address', { address: 'tb1qurv0m4ufsj8xqejvmn0y43kqew33kvqrrxswgm' }],
    ['with a tag', { tag: '1' }],
    ['in another currency', { currency: 'LTC' }],
    ['of another amount', { amount: '0.00003001' }],
  ];

  test.each(foreign)('%s is adopted from no source: attention, the fields named, no value', (_name, change) => {
    for (const happens of [
      (it: Life) => it.accepted('confirmed', change),
      (it: Life) => it.failed('NoAnswer').callback('confirmed', change),
      (it: Life) => it.failed('NoAnswer').found('confirmed', change),
    ]) {
      const it = life().send();
      happens(it);
      expect(it.view).toMatchObject({ status: 'unknown', final: false, attention: 'not-ours' });
      expect(it.view).not.toHaveProperty('providerId');
      const { detail } = it.view.timeline.find(({ event }) => event === 'notOurs') ?? {};
      expect(detail?.fields).toEqual(expect.arrayContaining(Object.keys(change)));
      for (const value of Object.values(change)) expect(JSON.stringify(detail)).not.toContain(value);
    }
  });

  test.each([...foreign, ['of another provider id', { providerId: '999' }] as const])(
    '%s in a callback leaves one that is under way as it is, and asks for a person',
    (_name, change) => {
      const it = acceptedLife().callback('cancelled', change);
      expect(it.view).toMatchObject({ status: 'processing', attention: 'not-ours', providerId: '134702815' });
      expect(it.found('confirmed').view).toMatchObject({ status: 'confirmed', final: true });
    },
  );

  test('with another provider id than the known one is not adopted, even as the final word', () => {
    const it = acceptedLife().callback('confirmed', { providerId: '999' }).found('confirmed', { providerId: '999' });
    expect(it.view).toMatchObject({ status: 'processing', attention: 'not-ours', providerId: '134702815' });
  });

  test('a look-up with another id than the final callback’s doesn’t confirm it: there may be two', () => {
    const it = unknownLife().callback('confirmed', { providerId: '1' }).found('confirmed', { providerId: '2' });
    expect(it.view).toMatchObject({ final: false, attention: 'not-ours' });
  });

  test('doesn’t keep ours from being taken in', () => {
    const it = unknownLife().callback('confirmed', { amount: '7' }).found('confirmed');
    expect(it.view).toMatchObject({ status: 'confirmed', final: true });
    expect(it.view).not.toHaveProperty('attention');
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Certainty, Failure, FailureType, Retry } from '../../domain/failures.js';
import { attentionFor, failures, mostSevere, isFailureType, kindOf, waitsFor } from '../../domain/failures.js';
import { isAttention } from '../../domain/attention.js';

/** What each failure proves about the money, and when the same attempt may be made again. */
const catalogue: Record<FailureType, [Certainty, Retry]> = {
  NotConnected: ['not-sent', 'soon'],
  NoWorker: ['not-sent', 'soon'],
  NoSlot: ['not-sent', 'soon'],
  TooLateToSend: ['not-sent', 'next-attempt'],
  ClockBehind: ['not-sent', 'soon'],
  ResetRun: ['not-sent', 'never'],
  EarlierRun: ['not-sent', 'never'],
  RunUnchecked: ['not-sent', 'soon'],
  KeyMissing: ['not-sent', 'when-configured'],
  UnreadableInput: ['not-sent', 'when-configured'],
  OtherAccount: ['not-sent', 'when-configured'],
  ResendOff: ['not-sent', 'when-configured'],
  InvalidRequest: ['refused', 'never'],
  InvalidAddress: ['refused', 'never'],
  InvalidAmount: ['refused', 'never'],
  InvalidCurrency: ['refused', 'never'],
  HighRiskAddress: ['refused', 'never'],
  OverMaxCharge: ['not-sent', 'never'],
  CommitWindowMissed: ['not-sent', 'never'],
  NotEnoughFunds: ['refused', 'when-funded'],
  BadCredentials: ['refused', 'when-configured'],
  RateLimited: ['refused', 'after'],
  ReferenceInUse: ['unknown', 'never'],
  NoAnswer: ['unknown', 'never'],
  ProviderFault: ['unknown', 'never'],
  UnreadableAnswer: ['unknown', 'never'],
  UndocumentedError: ['unknown', 'never'],
  UnreadableResult: ['unknown', 'never'],
  CallInterrupted: ['unknown', 'never'],
};

const types = Object.keys(failures) as FailureType[];

describe('the catalogue of failures', () => {
  test('holds these types, each with its certainty and retry', () => {
    const listed = types.map((type) => [type, [failures[type].certainty, failures[type].retry]]);
    expect(Object.fromEntries(listed)).toEqual(catalogue);
  });

  test.each(types)('%s says what happened and what a person should do, in whole sentences', (type) => {
    const { meaning, advice } = kindOf(type);
    for (const words of [meaning, advice]) expect(words).toMatch(/^[A-Z*].{10,}\.$/s);
  });

  test.each(types.filter((type) => failures[type].certainty === 'unknown'))(
    '%s is unknown: it is never simply repeated, and its advice promises nothing about the money',
    (type) => {
      expect(failures[type].retry).toBe('never');
      expect(failures[type].advice).toMatch(/look/);
      expect(failures[type].advice).not.toMatch(/Nothing (left|was paid)/);
    },
  );

  test.each(types.filter((type) => failures[type].certainty !== 'unknown'))(
    '%s is proven: its advice never says that money may have moved',
    (type) => expect(failures[type].advice).not.toMatch(/may have moved/),
  );

  test.each(types.filter((type) => failures[type].retry !== 'never'))(
    '%s is sent again: while it waits, it says for what, and in the end asks for a person',
    (type) => {
      expect(waitsFor(type)).toMatch(/^[a-z].*[^.]$/);
      const attention = attentionFor(type, { tries: 99, limitedMs: 24 * 3_600_000 });
      expect(isAttention(attention)).toBe(true);
    },
  );

  test.each(types.filter((type) => failures[type].retry === 'never'))('%s makes nothing wait', (type) => {
    expect([waitsFor(type), attentionFor(type, { tries: 99, limitedMs: 24 * 3_600_000 })]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('asks for a person at once, but for what another worker or slot soon mends, less than three times, and a rate limit of up to 15 minutes', () => {
    const atOnce = types.filter((type) => attentionFor(type, { tries: 1, limitedMs: 0 }) !== undefined);
    const waiting = types.filter((type) => failures[type].retry !== 'never');
    expect(waiting.filter((type) => !atOnce.includes(type))).toEqual([
      ...['TooLateToSend', 'RunUnchecked', 'KeyMissing'],
      'RateLimited',
    ]);
    for (const [type, attention] of [
      ['TooLateToSend', 'missed-slots'],
      ['RunUnchecked', 'waiting-for-temporal'],
      ['KeyMissing', 'waiting-for-key'],
    ] as const) {
      expect(attentionFor(type, { tries: 2, limitedMs: 0 })).toBeUndefined();
      expect(attentionFor(type, { tries: 3, limitedMs: 0 })).toBe(attention);
    }
    expect(attentionFor('RateLimited', { tries: 99, limitedMs: 15 * 60_000 })).toBeUndefined();
    expect(attentionFor('RateLimited', { tries: 1, limitedMs: 15 * 60_000 + 1 })).toBe('rate-limited');
  });

  test('knows its own types and no others, not even an object’s own words', () => {
    for (const type of types) expect(isFailureType(type)).toBe(true);
    for (const type of ['', 'Timeout', 'constructor', '__proto__', 'toString', undefined, null, 7, {}])
      expect(isFailureType(type)).toBe(false);
  });
});

describe('of several complaints in one answer', () => {
  test.each<[string, FailureType[], FailureType]>([
    ['the least certain wins over a refusal', ['InvalidAmount', 'UndocumentedError'], 'UndocumentedError'],
    ['a reference in use wins over a bad field', ['ReferenceInUse', 'InvalidAddress'], 'ReferenceInUse'],
    ['a refusal wins over what was not sent', ['NotConnected', 'RateLimited'], 'RateLimited'],
    ['the permanent refusal wins over missing funds', ['NotEnoughFunds', 'InvalidAddress'], 'InvalidAddress'],
    ['credentials win over missing funds', ['NotEnoughFunds', 'BadCredentials'], 'BadCredentials'],
    ['missing funds win over a rate limit', ['RateLimited', 'NotEnoughFunds'], 'NotEnoughFunds'],
    ['one alone is the most severe', ['RateLimited'], 'RateLimited'],
  ])('%s', (_name, several, worst) => {
    expect(mostSevereOf(several).type).toBe(worst);
    expect(mostSevereOf([...several].reverse()).type).toBe(worst);
  });

  test('the most severe is one of them, and none is less certain or, as certain, more permanent, in any order', () => {
    const certainties: Certainty[] = ['unknown', 'refused', 'not-sent'];
    const retries: Retry[] = ['never', 'when-configured', 'when-funded', 'next-attempt', 'after', 'soon'];
    const severity = (type: FailureType) => {
      const [certainty, retry] = catalogue[type];
      return certainties.indexOf(certainty) * 10 + retries.indexOf(retry);
    };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 8 }), (several) => {
        const { type } = mostSevereOf(several);
        expect(several).toContain(type);
        expect(severity(type)).toBe(Math.min(...several.map(severity)));
        expect(severity(mostSevereOf([...several].reverse()).type)).toBe(severity(type));
      }),
    );
  });

  test('all that is recorded of the most severe stays with it', () => {
    const worst: Failure = {
      type: 'ProviderFault',
      code: 'x',
      field: 'amount',
      message: 'no',
      httpStatus: 500,
      requestId: 'r',
    };
    expect(mostSevere([{ type: 'InvalidAmount', code: 'y' }, worst, { type: 'RateLimited', retryAfterMs: 1 }])).toEqual(
      worst,
    );
  });
});

function mostSevereOf(types: readonly FailureType[]): Failure {
  const [first, ...others] = types.map((type): Failure => ({ type }));
  if (first === undefined) throw new Error('give at least one');
  return mostSevere([first, ...others]);
}

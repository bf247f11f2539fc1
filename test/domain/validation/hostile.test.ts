import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Violation } from '../../../domain/validation/fields.js';
import { providerNames } from '../../../domain/providers/index.js';
import { checkRequest } from '../../../domain/validation/check-request.js';
import { changed, NOW, samples } from '../requests.js';

function violationsOf(input: unknown): Violation[] {
  const checked = checkRequest(input, { now: NOW, longestMs: 71 * 3_600_000 });
  return checked.ok ? [] : checked.violations;
}

describe('what is no request is refused, and nothing throws', () => {
  test.each([undefined, null, true, 7, 'a request', [], [samples.alphapo], () => samples.alphapo])('%p', (input) => {
    const problem = 'must be an object with the fields of a withdrawal request';
    expect(violationsOf(input)).toEqual([{ field: 'request', problem }]);
  });

  test.each([[{}], [new Date()], [new Map([['provider', 'alphapo']])], [Object.create(null)]])(
    'an object without our fields names all that are always required: %p',
    (input) => {
      const missing = ['withdrawalId', 'provider', 'requestedAt', 'currency', 'address'];
      expect(violationsOf(input)).toEqual(missing.map((field) => ({ field, problem: 'is required' })));
    },
  );

  test('any JSON at all gives violations or is accepted, never with a throw', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (input) => expect(violationsOf(input).length).toBeGreaterThan(0)),
    );
  });

  test('any value in any field is named by that field, or taken', () => {
    const fields = [
      'withdrawalId',
      'requestedAt',
      'sendBy',
      'currency',
      'amount',
      'address',
      'tag',
      'endUserReference',
    ];
    const more = ['convertTo', 'amountTo', 'sender', 'receiver', 'cryptopay', 'acceptUnchecked'];
    fc.assert(
      fc.property(
        fc.constantFrom(...providerNames),
        fc.constantFrom(...fields, ...more),
        fc.jsonValue({ maxDepth: 3 }),
        (provider, field, value) => {
          const related = field === 'amountTo' ? ['amount', 'amountTo', 'convertTo'] : [field, 'tag'];
          for (const { field: named } of violationsOf(changed(samples[provider], { [field]: value })))
            expect(related).toContain(named.replace(/\..*/s, ''));
        },
      ),
    );
  });
});

describe('a field that nobody knows is an error, at every level', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'Amount', 'amount ', '', '💸'])(
    '%j beside the request’s fields, in sender, in receiver, in cryptopay',
    (name) => {
      // JSON.parse makes `__proto__` a field like any other, as a request over HTTP would.
      const withField = (object: object) =>
        JSON.parse(JSON.stringify(object).replace(/}$/, `,${JSON.stringify(name)}:1}`)) as object;
      const { sender, receiver } = samples.cryptoprocessing;
      const cryptopay = withField({ forceCommit: true });
      expect(violationsOf(withField(samples.alphapo))).toEqual([unknown(name)]);
      expect(violationsOf({ ...samples.cryptoprocessing, sender: withField(sender) })).toEqual([
        unknown(`sender.${name}`),
      ]);
      expect(violationsOf({ ...samples.cryptoprocessing, receiver: withField(receiver) })).toEqual([
        unknown(`receiver.${name}`),
      ]);
      expect(violationsOf({ ...samples.cryptopay, cryptopay })).toEqual([unknown(`cryptopay.${name}`)]);
    },
  );
  const unknown = (field: string) => ({ field, problem: expect.stringMatching(/^is unknown; the fields here are /) });

  test.each(['__proto__', 'constructor', 'toString', 'valueOf'])('%j is no provider and no kind of person', (name) => {
    expect(violationsOf({ ...samples.alphapo, provider: name })).toMatchObject([{ field: 'provider' }]);
    expect(violationsOf({ ...samples.cryptoprocessing, sender: { type: name } })).toMatchObject([
      { field: 'sender.type' },
    ]);
    expect(violationsOf({ ...samples.cryptoprocessing, receiver: { type: name } })).toMatchObject([
      { field: 'receiver.type' },
    ]);
  });

  test('fields that only a prototype has make no request', () => {
    const inherited: unknown = Object.create({ ...samples.alphapo, hidden: 1 });
    expect(violationsOf(inherited).length).toBeGreaterThan(0);
  });
});

describe('values of unusual kinds and sizes', () => {
  const huge = '9'.repeat(1_000_000);
  test.each(['withdrawalId', 'requestedAt', 'sendBy', 'currency', 'amount', 'address', 'tag', 'endUserReference'])(
    'a megabyte in %s is refused at once, and not repeated',
    (field) => {
      const began = process.cpuUsage(); // not the clock: the machine may be busy with others
      const [violation] = violationsOf(changed(samples.cryptoprocessing, { [field]: huge }));
      expect(violation?.field).toBe(field);
      expect(violation?.problem.length).toBeLessThan(200);
      expect(process.cpuUsage(began).user / 1_000).toBeLessThan(500);
    },
  );

  test.each([
    ['full-width digits in amount', { amount: '１０' }],
    ['an Arabic digit in requestedAt', { requestedAt: '2026-11-2١T09:30:00Z' }],
    ['a zero-width space in the address', { address: `tb1q\u200bfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc` }],
    ['a Cyrillic letter in the address', { address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjс' }],
    ['a Cyrillic letter in the currency', { currency: 'ВTC' }],
    ['a control character in a reference', { endUserReference: 'a\u0000b' }],
    ['a line break in a tag', { tag: '1\n2' }],
    ['a line break after the address', { address: `${samples.cryptoprocessing.address}\n` }],
    [
      'a control character in a name',
      { sender: { type: 'legal', legalName: 'A\u001bB', countryOfRegistration: 'DEU' } },
    ],
  ])('%s is refused', (_name, changes) => {
    expect(violationsOf(changed(samples.cryptoprocessing, changes))).toHaveLength(1);
  });

  test.each<[unknown, string]>([
    [null, 'null'],
    [['1'], 'a list'],
    [{ value: '1' }, 'an object'],
    [1, 'a number'],
    [true, 'a boolean'],
  ])('%j for a text is refused with its kind: %s', (value, kind) => {
    for (const field of ['withdrawalId', 'requestedAt', 'currency', 'amount', 'address', 'tag', 'endUserReference'])
      expect(violationsOf(changed(samples.cryptoprocessing, { [field]: value }))[0]).toEqual({
        field,
        problem: expect.stringMatching(new RegExp(`\\(got ${kind}\\)$`)),
      });
  });
});

describe('values are personal, so no problem repeats them', () => {
  const secret = fc
    .string({ minLength: 6, maxLength: 30, unit: fc.constantFrom('Q', 'Z', '§', '¤', '7') })
    .map((text) => `§${text}`);
  const person = fc.record({
    type: fc.oneof(secret, fc.constantFrom('natural', 'legal', 'self')),
    ...{ firstName: secret, lastName: secret, dateOfBirth: secret, email: secret },
    ...{ legalName: secret, countryOfRegistration: secret },
  });
  const request = fc.record({
    provider: fc.constantFrom(...providerNames),
    ...{
      withdrawalId: secret,
      requestedAt: secret,
      sendBy: secret,
      currency: secret,
      amount: secret,
      convertTo: secret,
    },
    ...{
      amountTo: secret,
      address: secret,
      tag: secret,
      endUserReference: secret,
      acceptUnchecked: secret,
      note: secret,
    },
    ...{ sender: fc.oneof(secret, person), receiver: fc.oneof(secret, person) },
    cryptopay: fc.oneof(
      secret,
      fc.record({
        networkFeeLevel: secret,
        forceCommit: secret,
        network: secret,
        customerId: secret,
        maxCharge: secret,
      }),
    ),
  });

  test('a request with every field wrong has no value of its own in the violations', () => {
    fc.assert(
      fc.property(request, (input) => {
        const listed = JSON.stringify(violationsOf(input));
        expect(listed).not.toContain('§');
      }),
    );
  });
});

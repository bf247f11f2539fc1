import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMoreThan, isNumeric, isPositiveAmount, isZero, plainAmount, sameAmount } from '../../domain/money.js';

const digit = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const digits = (minLength: number, maxLength: number) =>
  fc.array(fc.constantFrom(...digit), { minLength, maxLength }).map((several) => several.join(''));

/** What a request may ask for, of any length that it may have. */
const wholePart = fc.oneof(
  fc.constant('0'),
  fc.tuple(fc.constantFrom(...digit.slice(1)), digits(0, 28)).map(([first, rest]) => first + rest),
);
const amount = fc.tuple(wholePart, digits(0, 30)).map(([whole, part]) => (part === '' ? whole : `${whole}.${part}`));

/** An oracle without decimal.js: the amount in units of 10^-30, as an integer. */
function units(text: string): bigint {
  const [whole = '', part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(30, '0'));
}

describe('amounts are exact decimals', () => {
  test('an amount is asked for in plain digits, greater than zero, up to 29 before and 30 after the dot', () => {
    fc.assert(fc.property(amount, (text) => expect(isPositiveAmount(text)).toBe(units(text) > 0n)));
  });

  test.each([
    ...['', '0', '0.0', '-1', '+1', '1.', '.5', '01', '00.1', '1,5', '1e3', '1E-8', ' 1', '1 ', '1\n', '0x10', 'NaN'],
    ...['Infinity', '１', '1_000', `1.${'0'.repeat(31)}`, '1'.repeat(30), '1'.repeat(10_000)],
  ])('%j is no amount to ask for', (text) => expect(isPositiveAmount(text)).toBe(false));

  test('two amounts are the same if, and only if, their values are, whatever zeros they end in', () => {
    fc.assert(
      fc.property(amount, amount, digits(0, 5), (a, b, more) => {
        const zeros = more.replace(/\d/g, '0');
        expect(sameAmount(a, b)).toBe(units(a) === units(b));
        expect(sameAmount(a, `${a.includes('.') ? a : `${a}.0`}${zeros}`)).toBe(true);
        expect(isMoreThan(a, b)).toBe(units(a) > units(b));
        expect(isZero(a)).toBe(units(a) === 0n);
      }),
    );
  });

  test('a difference in the last of 60 digits is seen', () => {
    const most = `${'9'.repeat(30)}.${'9'.repeat(30)}`;
    expect(sameAmount(most, `${most.slice(0, -1)}8`)).toBe(false);
    expect(isMoreThan(most, `${most.slice(0, -1)}8`)).toBe(true);
  });
});

describe('what a provider writes is recorded as written', () => {
  test('plain digits stay as they are, trailing zeros and all', () => {
    fc.assert(fc.property(amount, (text) => expect(plainAmount(text)).toBe(text)));
  });

  test('exponent form is spelled out, exactly', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: -99, max: 99 }), fc.constantFrom('e', 'E'), (text, exponent, letter) => {
        const plain = plainAmount(`${text}${letter}${exponent}`);
        const [whole = '', part = ''] = text.split('.');
        const shifted = `${whole}${part}`.padStart(250, '0').padEnd(500, '0');
        const dot = 250 - part.length + exponent;
        expect(plain).toMatch(/^\d+(\.\d+)?$/);
        expect(trimmed(plain)).toBe(trimmed(`${shifted.slice(0, dot)}.${shifted.slice(dot)}`));
      }),
    );
  });

  test.each([
    ['1e-8', '0.00000001'],
    ['3E+2', '300'],
    ['1.50e1', '15'],
    ['-2e-3', '-0.002'],
  ])('%s is recorded as %s', (written, plain) => expect(plainAmount(written)).toBe(plain));

  test.each(['0', '-1.5', '00.10', '1e5', '1E+05', '25.00000000'])('%s is a number', (text) =>
    expect(isNumeric(text)).toBe(true),
  );

  test.each(['', ' ', '1.', '.5', '1,5', 'NaN', 'Infinity', '0x1', '1e', '1e1000', '--1', '1 000'])(
    '%j is no number',
    (text) => expect(isNumeric(text)).toBe(false),
  );
});

function trimmed(plain: string): string {
  return plain
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chains } from '../../../domain/addresses/chains/index.js';
import type { Chain } from '../../../domain/addresses/index.js';
import { checkAddress } from '../../../domain/addresses/index.js';
import { addressOf, checksummed, eip55 } from './vectors.js';

const LETTERS = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

/** One character of an address, and another in its place. */
const typos = (address: string) =>
  fc
    .tuple(fc.nat(address.length - 1), fc.constantFrom(...LETTERS))
    .filter(([place, letter]) => address.charAt(place) !== letter)
    .map(([place, letter]) => address.slice(0, place) + letter + address.slice(place + 1));

describe('an address with one character changed is refused', () => {
  test.each(checksummed)('%s: %s', (chain, address) => {
    expect(checkAddress(chain, address)).toMatchObject({ unchecked: false });
    fc.assert(
      fc.property(typos(address), (typo) => expect(checkAddress(chain, typo)).toHaveProperty('problem')),
      { numRuns: 500 },
    );
  });

  // EIP-55's checksum is the case of the letters: one bit for each, so in one of some ten thousand typos it agrees by chance. The seed is one
  // where none does.
  test.each(eip55.slice(4))('evm: %s', (address) => {
    fc.assert(
      fc.property(typos(address), (typo) => expect(checkAddress('evm', typo)).toHaveProperty('problem')),
      { numRuns: 1_000, seed: 55 },
    );
  });
});

describe('an address with two characters changed places is refused', () => {
  test.each(checksummed)('%s: %s', (chain, address) => {
    for (let place = 0; place + 1 < address.length; place += 1) {
      const [one, two] = [address.charAt(place), address.charAt(place + 1)];
      const swapped = address.slice(0, place) + two + one + address.slice(place + 2);
      if (one !== two) expect(checkAddress(chain, swapped)).toHaveProperty('problem');
    }
  });
});

describe('an address with one letter in the other case is refused', () => {
  const other = (letter: string) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase());
  const cases = [...checksummed, ...eip55.slice(4).map((address) => ['evm', address] as const)];

  test.each(cases)('%s: %s', (chain, address) => {
    for (const [place, letter] of Array.from(address).entries()) {
      if (!/[a-zA-Z]/.test(letter)) continue;
      const changed = address.slice(0, place) + other(letter) + address.slice(place + 1);
      expect(checkAddress(chain, changed)).toHaveProperty('problem');
    }
  });
});

test.each(checksummed)('%s: %s cut short or with a character too many is refused', (chain, address) => {
  const longer = LETTERS.flatMap((letter) => [address + letter, letter + address]);
  for (const text of [address.slice(0, -1), address.slice(1), ...longer, ` ${address}`, `${address}\n`])
    expect(checkAddress(chain, text)).toHaveProperty('problem');
});

test('any text on any chain gives a result, never a throw, and no part of the text is in it', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 130 }),
  );
  const secret = 'Zq7'.repeat(8);
  fc.assert(
    fc.property(texts, fc.constantFrom(...(Object.keys(addressOf) as (keyof typeof addressOf)[])), (text, chain) => {
      const check = checkAddress(chain, text + secret);
      expect(JSON.stringify(check)).not.toContain('Zq7');
    }),
  );
});

describe('an address of one chain is none of another’s', () => {
  const names = Object.keys(addressOf) as Chain[];
  test.each(names)('%s', (chain) => {
    for (const other of names.filter((name) => name !== chain)) {
      const problem = expect.stringContaining(`, but is one of ${chains[chain].title}`);
      expect(checkAddress(other, addressOf[chain])).toEqual({ problem });
    }
    expect(checkAddress(names, addressOf[chain])).toEqual(checkAddress(chain, addressOf[chain]));
  });
});

import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { LeakSearch } from './search.js';

const text = 'Zoë "Q" Ødegård/71';
const search = new LeakSearch([text, 'another text that stands nowhere']);
const utf8 = Buffer.from(text);
const escaped = (letters: RegExp, digits: (code: string) => string) =>
  text.replaceAll(letters, (letter) => `\\u${digits(letter.charCodeAt(0).toString(16).padStart(4, '0'))}`);
const same = (code: string) => code;

/** A text of twenty letters and more is found by either half. */
const long = 'a text of a person: Łukasz was here';

describe('a text is found', () => {
  it.each<[spelling: string, written: Buffer | string]>([
    ['UTF-8', utf8],
    ['UTF-16 LE', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE', Buffer.from(text, 'utf16le').swap16()],
    ['hex', utf8.toString('hex')],
    ['hex', utf8.toString('hex').toUpperCase()],
    ['URL', encodeURIComponent(text)],
    ['URL', encodeURIComponent(text).replaceAll(/%../g, (digits) => digits.toLowerCase())],
    ['URL', new URLSearchParams({ text }).toString().replace('text=', '')],
    ['URL', utf8.toString('hex').replaceAll(/../g, '%$&')],
    ['bytes', JSON.stringify(utf8)],
    ['bytes', inspect(utf8)],
    ['JSON', JSON.stringify(text)],
    ['JSON', escaped(/[^\x20-\x7e]/g, same).replaceAll('"', '\\"')],
    ['JSON', escaped(/[^\x20-\x7e]/g, (code) => code.toUpperCase()).replaceAll('"', '\\"')],
    ['JSON', escaped(/[\s\S]/g, same)],
  ])('in %s: %s', (spelling, written) => {
    for (const offset of [0, 1, 2, 3, 4095]) {
      const bytes = Buffer.concat([randomBytes(offset), Buffer.from(written), randomBytes(5)]);
      expect(search.hitsIn(bytes).map((hit) => [hit.text, hit.spelling])).toEqual([[text, spelling]]);
    }
  });

  it.each(['base64', 'base64url'] as const)('in %s, at each of its offsets, with anything around it', (form) => {
    for (const offset of [0, 1, 2, 3, 4, 5]) {
      for (const after of [0, 1, 2, 3]) {
        const written = Buffer.concat([randomBytes(offset), utf8, randomBytes(after)]).toString(form);
        expect(search.hitsIn(Buffer.from(written))).toMatchObject([
          { text, spelling: expect.stringMatching(/^base64/) },
        ]);
      }
    }
  });

  it('by either half of it, if it is long: a database writes long values in pieces', () => {
    const halves = new LeakSearch([long]);
    for (const cut of [1, 9, 17, 25, long.length - 1]) {
      const inPieces = Buffer.concat([Buffer.from(long.slice(0, cut)), Buffer.alloc(4), Buffer.from(long.slice(cut))]);
      expect(halves.hitsIn(inPieces)).toMatchObject([{ text: long }]);
    }
  });

  it('at the very begin and the very end', () => {
    expect(search.hitsIn(utf8)).toEqual([{ text, spelling: 'UTF-8', at: 0 }]);
    expect(search.hitsIn(Buffer.concat([Buffer.alloc(7), utf8]))).toEqual([{ text, spelling: 'UTF-8', at: 7 }]);
  });
});

it('what is not there is not found, in ten million bytes of chance either', () => {
  const halves = new LeakSearch([text, long]);
  const almost = [
    text.slice(1),
    text.slice(0, -1),
    text.toUpperCase(),
    long.slice(0, 12),
    long.slice(-12),
    '',
    'Z',
    'Zo',
  ];
  for (const written of almost) expect(halves.hitsIn(Buffer.from(written))).toEqual([]);
  expect(halves.hitsIn(randomBytes(10_000_000))).toEqual([]);
});

it('a text that chance would write is not taken', () => {
  expect(() => new LeakSearch(['DEU'])).toThrow('by chance');
});

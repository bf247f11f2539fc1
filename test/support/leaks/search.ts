/** Where one of the texts was found. */
export interface Hit {
  text: string;
  /** How it was written there, as `base64` or `UTF-16 LE`. */
  spelling: string;
  /** How many bytes stand before it. */
  at: number;
}

/** A shorter text would be found by chance, in bytes that mean something else. */
const SHORTEST = 8;
/** From this length on, half of a text is as telling as all of it. */
const HALVED_FROM = 20;

/**
 * Finds texts in bytes, however they are spelt there: UTF-8, UTF-16, base64 at any offset, hexadecimal, percent signs, JSON's escapes,
 * lists of bytes. Half of a
 * long text is enough: it may have been cut, and a database writes a long value in pieces.
 */
export class LeakSearch {
  /** Every spelling that is looked for, by the number that its first three bytes make. */
  private readonly byStart = new Map<number, Needle[]>();

  constructor(texts: Iterable<string>) {
    for (const text of texts) for (const needle of needlesOf(text)) this.add(needle);
  }

  private add(needle: Needle): void {
    const start = needle.bytes.readUIntBE(0, 3);
    this.byStart.set(start, [...(this.byStart.get(start) ?? []), needle]);
  }

  /** The first place of each text in each spelling. */
  hitsIn(bytes: Buffer): Hit[] {
    const found = new Map<string, Hit>();
    // One pass, whatever is looked for: there are thousands of spellings.
    for (let end = 2, start = bytes.length < 3 ? 0 : bytes.readUInt16BE(0); end < bytes.length; end++) {
      start = ((start << 8) | (bytes[end] ?? 0)) & 0xff_ffff;
      const at = end - 2;
      for (const { text, spelling, bytes: needle } of this.byStart.get(start) ?? []) {
        const key = `${spelling} ${text}`;
        if (
          !found.has(key) &&
          bytes.compare(needle, 0, needle.length, at, Math.min(at + needle.length, bytes.length)) === 0
        )
          found.set(key, { text, spelling, at });
      }
    }
    return [...found.values()];
  }
}

interface Needle {
  text: string;
  spelling: string;
  bytes: Buffer;
}

function needlesOf(text: string): Needle[] {
  if (text.length < SHORTEST) throw new Error(`"${text}" would be found by chance`);
  const half = Math.floor(text.length / 2);
  const parts = text.length < HALVED_FROM ? [text] : [text.slice(0, half), text.slice(half)];
  return parts.flatMap((part) => {
    const spelt = [...spellingsOf(part)].map(([spelling, bytes]): [string, Needle] => [
      bytes.toString('latin1'),
      { text, spelling, bytes },
    ]);
    return [...new Map(spelt.reverse()).values()]; // many are the same; the plainest name is kept
  });
}

function* spellingsOf(text: string): Generator<[spelling: string, bytes: Buffer]> {
  const utf8 = Buffer.from(text, 'utf8');
  const hex = utf8.toString('hex');
  yield ['UTF-8', utf8];
  yield ['UTF-16 LE', Buffer.from(text, 'utf16le')];
  yield ['UTF-16 BE', Buffer.from(text, 'utf16le').swap16()];
  for (const offset of [0, 1, 2]) {
    const inMiddle = base64At(offset, utf8);
    yield ['base64', Buffer.from(inMiddle)];
    yield ['base64url', Buffer.from(inMiddle.replaceAll('+', '-').replaceAll('/', '_'))];
  }
  for (const digits of [hex, hex.toUpperCase()]) {
    yield ['hex', Buffer.from(digits)];
    yield ['URL', Buffer.from(digits.replaceAll(/../g, '%$&'))];
  }
  yield ['bytes', Buffer.from(utf8.join(','))];
  yield ['bytes', Buffer.from(hex.replaceAll(/..(?=.)/g, '$& '))];
  const url = encodeURIComponent(text);
  for (const escaped of [url, url.replaceAll('%20', '+')]) {
    yield ['URL', Buffer.from(escaped)];
    yield ['URL', Buffer.from(escaped.replaceAll(/%../g, (digits) => digits.toLowerCase()))];
  }
  const json = JSON.stringify(text).slice(1, -1);
  yield ['JSON', Buffer.from(json)];
  for (const escaped of [json.replaceAll(/[^\x20-\x7e]/g, unicodeEscape), text.replaceAll(/[^]/g, unicodeEscape)]) {
    yield ['JSON', Buffer.from(escaped)];
    yield ['JSON', Buffer.from(escaped.replaceAll(/(?<=\\u)[0-9a-f]{4}/g, (digits) => digits.toUpperCase()))];
  }
}

/** Those letters of its base64 that are the same whatever stands around it, where so many bytes (of three) stand before it. */
function base64At(offset: number, bytes: Buffer): string {
  const letters = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return letters.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

function unicodeEscape(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

import type { KeyObject } from 'node:crypto';
import { createSecretKey, randomBytes } from 'node:crypto';

/** The keys that encrypt what Temporal stores: the first encrypts, all decrypt. */
export interface KeyRing {
  /** The key that encrypts. */
  readonly current: EncryptionKey;
  /** Every key, by its id. */
  readonly byId: ReadonlyMap<string, EncryptionKey>;
}

export interface EncryptionKey {
  /** 1–32 of `A-Z a-z 0-9 _ -`; stands in clear beside all that it encrypts. */
  readonly id: string;
  /** 32 bytes, for AES-256. Whoever prints what holds it, as the SDK does with a worker's options, prints nothing of it. */
  readonly secret: KeyObject;
}

/** What came of reading a list of keys. A problem says what is wrong and what is right, and never holds anything of a key. */
export type ParsedKeys = { ok: true; ring: KeyRing } | { ok: false; problem: string };

export const KEY_BYTES = 32;

const right = 'a list such as 2026-01:BASE64,2025-07:BASE64, as `outflow keys new` makes it';

/** Reads `id:base64, id2:base64 …`. */
export function parseKeys(text: string): ParsedKeys {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.every((entry) => entry === '')) return { ok: false, problem: `must be ${right}` };
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const which = `its ${ordinal(index)} entry`;
    const key = keyIn(entry);
    if (typeof key === 'string') return { ok: false, problem: `${which} ${key}; it must be ${right}` };
    for (const [at, earlier] of keys.entries()) {
      const same = `${which} and its ${ordinal(at)}`;
      if (earlier.id === key.id)
        return { ok: false, problem: `${same} have the same id; each key needs an id of its own` };
      if (earlier.secret.equals(key.secret))
        return { ok: false, problem: `${same} are the same key; a key must have one id only` };
    }
    keys.push(key);
  }
  const [current] = keys;
  if (current === undefined) return { ok: false, problem: `must be ${right}` };
  return { ok: true, ring: { current, byId: new Map(keys.map((key) => [key.id, key])) } };
}

/** A new key as one entry of such a list. */
export function generateKey(id: string): string {
  if (!isKeyId(id)) throw new RangeError('a key’s id must be 1 to 32 of A-Z a-z 0-9 _ -');
  return `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
}

/** An id for a key made now: its day, and letters that set it apart from others of that day, wherever they are made. */
export function newKeyId(now: Date): string {
  return `k${now.toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(3).toString('hex')}`;
}

/** A new key for `OUTFLOW_HASH_KEY`. */
export function generateHashKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

export function isKeyId(text: string): boolean {
  return /^[\w-]{1,32}$/.test(text);
}

type KeyProblem = 'is no base64' | 'must be base64, not hex' | 'is not of 32 bytes' | 'is nothing but zeros';

/** The 32 bytes that this is in base64 (standard alphabet, 44 characters), or what is wrong with it. */
export function keyBytes(text: string): Uint8Array | KeyProblem {
  if (/^[0-9a-f]{64}$/i.test(text)) return 'must be base64, not hex'; // which is base64, too, of other bytes
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return 'is no base64';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return 'is no base64'; // unpadded, or with bits that are dropped
  if (bytes.length !== KEY_BYTES) return 'is not of 32 bytes';
  return bytes.some((byte) => byte !== 0) ? bytes : 'is nothing but zeros'; // a placeholder that nobody filled in
}

/** The key of one entry, or what is wrong with it: words that come after “its second entry”. */
function keyIn(entry: string): EncryptionKey | string {
  if (entry === '') return 'is empty';
  const colon = entry.indexOf(':');
  if (colon < 0) return 'has no colon between an id and a key';
  const id = entry.slice(0, colon).trim();
  if (!isKeyId(id)) return 'has an id that is not 1 to 32 of A-Z a-z 0-9 _ -';
  const bytes = keyBytes(entry.slice(colon + 1).trim());
  return typeof bytes === 'string' ? `has a key that ${bytes}` : { id, secret: createSecretKey(bytes) };
}

function ordinal(index: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth'][index] ?? `${index + 1}th`;
}

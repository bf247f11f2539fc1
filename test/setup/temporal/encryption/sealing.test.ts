import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import fc from 'fast-check';
import type { KeyRing } from '../../../../settings/encryption-keys.js';
import { parseKeys } from '../../../../settings/encryption-keys.js';
import { EncryptionCodec } from '../../../../temporal/encryption/codec.js';
import { isKeyMissing } from '../../../../temporal/encryption/key-missing.js';
import type { Opened, Place } from '../../../../temporal/encryption/sealing.js';
import { freshNonce, open, seal } from '../../../../temporal/encryption/sealing.js';
import { unreadable } from '../../../../contract/unreadable.js';

function ringOf(text: string): KeyRing {
  const parsed = parseKeys(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
}

const base64Key = () => randomBytes(32).toString('base64');
const ring = ringOf(`new:${base64Key()},old:${base64Key()}`);
const place: Place = { namespace: 'payments', workflowId: 'withdrawal/w-1' };

/** What a payload's reader comes to: its content, a reason, or that its key is missing. */
function readOf(payload: Payload, at: Place = place, by: KeyRing = ring): Opened | 'key missing' {
  try {
    return open(payload, at, by);
  } catch (error) {
    if (isKeyMissing(error)) return 'key missing';
    throw error;
  }
}

/** Two payloads that hold the same, whatever their bytes are kept in. */
const plain = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, of]) => [name, Buffer.from(of).toString('hex')]),
  ),
  data: Buffer.from(data ?? []).toString('hex'),
});

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const payloads: fc.Arbitrary<Payload> = fc.record({
  metadata: fc.dictionary(fc.string({ minLength: 1 }), bytes(20), { maxKeys: 4, noNullPrototype: true }),
  data: fc.oneof(
    bytes(50),
    bytes(3000),
    fc.string({ maxLength: 3000 }).map((text) => Buffer.from(text.repeat(3))),
  ),
});
const places: fc.Arbitrary<Place> = fc
  .record({ namespace: fc.string(), workflowId: fc.string(), activityId: fc.option(fc.string(), { nil: undefined }) })
  .map(({ activityId, ...rest }) => ({ ...rest, ...(activityId !== undefined && { activityId }) }));

describe('a sealed payload', () => {
  it('opens to what it was, metadata and data, in its place', () => {
    fc.assert(
      fc.property(payloads, places, (payload, at) => {
        const opened = readOf(seal(payload, at, ring.current), at);
        if (opened === 'key missing' || !opened.ok) throw new Error(JSON.stringify(opened));
        expect(plain(opened.payload)).toEqual(plain(payload));
      }),
      { numRuns: 300 },
    );
  });

  it('opens with every key of the ring, not only with the first', () => {
    const old = ring.byId.get('old');
    if (old === undefined) throw new Error('there is no such key');
    expect(readOf(seal({ data: Buffer.of(1) }, place, old))).toMatchObject({ ok: true, sealedWith: { keyId: 'old' } });
  });

  it('holds nothing of its content, and the same content twice is two different ones', () => {
    const payload = defaultPayloadConverter.toPayload('Ana Sendersson');
    const [one, two] = [seal(payload, place, ring.current), seal(payload, place, ring.current)];
    expect(Buffer.from(one.data ?? []).includes('Ana')).toBe(false);
    expect(one.data).not.toEqual(two.data);
  });

  it('shows key, workflow and activity in clear, and nothing else', () => {
    const { metadata } = seal({ data: Buffer.of(1) }, { ...place, activityId: '7' }, ring.current);
    const shown = Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, text]) => [name, Buffer.from(text).toString()]),
    );
    expect(shown).toEqual({
      ...{ encoding: 'binary/encrypted', format: '1', key: 'new' },
      ...{ workflow: 'withdrawal/w-1', activity: '7' },
    });
  });

  it('is not believed with any bit flipped, in data or metadata', () => {
    const sealed = seal(defaultPayloadConverter.toPayload({ amount: '0.003' }), place, ring.current);
    const parts: [string, Uint8Array][] = [
      ...Object.entries(sealed.metadata ?? {}),
      ['data', sealed.data ?? Buffer.of()],
    ];
    for (const [part, original] of parts) {
      for (let bit = 0; bit < original.length * 8; bit++) {
        const flipped = Buffer.from(original);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const changed =
          part === 'data'
            ? { ...sealed, data: flipped }
            : { ...sealed, metadata: { ...sealed.metadata, [part]: flipped } };
        const read = readOf(changed);
        if (read !== 'key missing') expect([part, bit, read.ok]).toEqual([part, bit, false]);
      }
    }
  });

  it('is not believed without any one of its metadata', () => {
    const sealed = seal({ data: Buffer.of(1) }, { ...place, activityId: '7' }, ring.current);
    for (const name of Object.keys(sealed.metadata ?? {})) {
      const rest = Object.fromEntries(Object.entries(sealed.metadata ?? {}).filter(([other]) => other !== name));
      expect(readOf({ ...sealed, metadata: rest }, { ...place, activityId: '7' })).toMatchObject({ ok: false });
    }
  });

  it('is not believed cut off anywhere, nor with bytes added', () => {
    const sealed = seal({ data: Buffer.from('x'.repeat(100)) }, place, ring.current);
    const data = Buffer.from(sealed.data ?? []);
    for (let length = 0; length < data.length; length++)
      expect(readOf({ ...sealed, data: data.subarray(0, length) })).toMatchObject({ ok: false });
    expect(readOf({ ...sealed, data: Buffer.concat([data, Buffer.of(0)]) })).toMatchObject({ ok: false });
  });

  it('opens in no other place', () => {
    fc.assert(
      fc.property(places, places, (from, to) => {
        fc.pre(JSON.stringify(from) !== JSON.stringify(to));
        const sealed = seal({ data: Buffer.of(1) }, from, ring.current);
        expect(readOf(sealed, to)).toMatchObject({ ok: false });
        // Nor if whoever moved it wrote the new place on it.
        const { metadata } = seal({ data: Buffer.of(1) }, to, ring.current);
        expect(readOf({ ...sealed, metadata: metadata ?? null }, to)).toMatchObject({ ok: false, reason: 'tampered' });
      }),
      { numRuns: 300 },
    );
  });

  it('does not let the parts of its place run into one another', () => {
    const from: Place = { namespace: 'ab', workflowId: 'c', activityId: '' };
    const tos: Place[] = [
      { namespace: 'a', workflowId: 'bc', activityId: '' },
      { namespace: 'abc', workflowId: '', activityId: '' },
      { namespace: 'ab', workflowId: 'c' },
    ];
    for (const to of tos) {
      const { data } = seal({ data: Buffer.of(1) }, from, ring.current);
      const { metadata } = seal({ data: Buffer.of(1) }, to, ring.current);
      expect(readOf({ metadata: metadata ?? null, data: data ?? null }, to)).toEqual({ ok: false, reason: 'tampered' });
    }
  });

  it('is not believed with the data of another one of the same place and key, unless metadata and data belong together', () => {
    const [one, two] = [1, 2].map((byte) => seal({ data: Buffer.of(byte) }, place, ring.current));
    const [nonce, rest] = [one?.data?.subarray(0, 12) ?? Buffer.of(), two?.data?.subarray(12) ?? Buffer.of()];
    expect(readOf({ ...one, data: Buffer.concat([nonce, rest]) })).toEqual({ ok: false, reason: 'tampered' });
  });

  it('waits for its key where the ring has none of that id, and is not believed where it has another', () => {
    const sealed = seal({ data: Buffer.of(1) }, place, ring.current);
    expect(readOf(sealed, place, ringOf(`other:${base64Key()}`))).toBe('key missing');
    expect(readOf(sealed, place, ringOf(`new:${base64Key()}`))).toEqual({ ok: false, reason: 'tampered' });
  });

  it('that is misplaced is not worth waiting for its key', () => {
    const sealed = seal({ data: Buffer.of(1) }, { ...place, workflowId: 'withdrawal/w-2' }, ring.current);
    expect(readOf(sealed, place, ringOf(`other:${base64Key()}`))).toEqual({ ok: false, reason: 'misplaced' });
  });
});

describe('what was never sealed', () => {
  it.each<[string, Payload, string]>([
    ['JSON', defaultPayloadConverter.toPayload({ status: 'confirmed' }), 'plaintext'],
    ['nothing', defaultPayloadConverter.toPayload(undefined), 'plaintext'],
    ['an empty payload', {}, 'plaintext'],
    [
      'another codec’s encryption',
      { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.alloc(60) },
      'malformed',
    ],
    [
      'a later format',
      { metadata: { encoding: Buffer.from('binary/encrypted'), format: Buffer.from('2') }, data: Buffer.alloc(60) },
      'unknown-format',
    ],
  ])('%s is not believed', (_, payload, reason) => {
    expect(readOf(payload)).toEqual({ ok: false, reason });
  });

  it('never throws, whatever it is', () => {
    fc.assert(fc.property(payloads, (payload) => expect(readOf(payload)).toMatchObject({ ok: false })));
  });
});

describe('the nonces', () => {
  it('come never twice in a million', () => {
    const seen = new Set<string>();
    for (let made = 0; made < 1_000_000; made++) seen.add(freshNonce().toString('latin1'));
    expect(seen.size).toBe(1_000_000);
  });

  it('are fresh ones, of 96 bits, for each payload', () => {
    const nonces = Array.from({ length: 1000 }, () =>
      seal({ data: Buffer.of(1) }, place, ring.current).data?.subarray(0, 12),
    );
    expect(new Set(nonces.map((nonce) => Buffer.from(nonce ?? []).toString('hex'))).size).toBe(1000);
  });
});

describe('format 1', () => {
  /** Payloads that an earlier version sealed: what Temporal holds must be readable for as long as anyone has the key. */
  const recorded = JSON.parse(readFileSync(new URL('format-1.json', import.meta.url), 'utf8')) as {
    keys: string;
    payloads: { place: Place; sealed: { metadata: Record<string, string>; data: string }; value: unknown }[];
  };

  it.each(recorded.payloads)('as recorded is readable for ever: $place', ({ place: at, sealed, value }) => {
    const metadata = Object.fromEntries(
      Object.entries(sealed.metadata).map(([name, text]) => [name, Buffer.from(text, 'base64')]),
    );
    const read = readOf({ metadata, data: Buffer.from(sealed.data, 'base64') }, at, ringOf(recorded.keys));
    if (read === 'key missing' || !read.ok) throw new Error(JSON.stringify(read));
    expect(defaultPayloadConverter.fromPayload(read.payload)).toEqual(value);
  });
});

describe('a codec', () => {
  const codec = (reader: 'worker' | 'client' | 'replay') =>
    new EncryptionCodec({ ring, namespace: 'payments', reader });
  const context = { type: 'workflow', namespace: 'payments', workflowId: 'withdrawal/w-1' } as const;
  const payload = defaultPayloadConverter.toPayload('Ana');

  it('of a worker believes nothing that the SDK names no place for; a client reads history without one', async () => {
    const sealed = await codec('client').encode([payload], context);
    const [mark] = await codec('worker').decode(sealed);
    expect(mark && defaultPayloadConverter.fromPayload(mark)).toEqual(unreadable('misplaced'));
    const [read] = await codec('client').decode(sealed);
    expect(read && defaultPayloadConverter.fromPayload(read)).toBe('Ana');
  });

  it('of a replay takes its own namespace, since the SDK names another', async () => {
    const sealed = await codec('client').encode([payload], context);
    const [read] = await codec('replay').decode(sealed, { ...context, namespace: 'default' });
    expect(read && defaultPayloadConverter.fromPayload(read)).toBe('Ana');
  });

  it('encrypts what has no place, such as a workflow task’s failure, so that no workflow believes it', async () => {
    const [sealed = {}] = await codec('worker').encode([payload]);
    expect(readOf(sealed)).toEqual({ ok: false, reason: 'misplaced' });
    expect(readOf(sealed, { namespace: 'payments' })).toMatchObject({ ok: true });
  });
});

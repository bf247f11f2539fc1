import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { caseIds } from '../../../../temporal/encryption/case-id.js';

const hashKey = new Uint8Array(32).fill(7);
const record = { provider: 'cryptopay', providerId: 'a1', address: 'tb1qfdxh6gkfr0qgyatnlkd8khcnxph9tw06n6qwjc' };
/** As any other implementation of HMAC-SHA-256 gives it. */
const PINNED = '2e6425818341c574c7cac7a7eb0967c72114a9f933d0b6d786e4eb4d8a43d9c4';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a case’s id', () => {
  it('is the same for the same content under the same key, for ever, in whatever order its fields stand', () => {
    const { address, ...rest } = record;
    expect(caseIds({ hashKey })({ record })).toBe(PINNED);
    expect(caseIds({ hashKey: Uint8Array.from(hashKey) })({ record: { address, ...rest } })).toBe(PINNED);
  });

  it('is another one for other content', () => {
    const idOf = caseIds({ hashKey });
    const ids = [
      idOf({ record }),
      idOf({ record: { ...record, providerId: 'a2' } }),
      idOf({ provider: 'cryptopay', body: '{"record":1}' }),
      idOf({ provider: 'cryptocloud', body: '{"record":1}' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('confirms no guess to somebody who knows the whole content, but another key or none', () => {
    const guesses = [caseIds({ hashKey: new Uint8Array(32).fill(8) }), caseIds({})].map((idOf) => idOf({ record }));
    expect(guesses).not.toContain(PINNED);
    expect(PINNED).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is a plain SHA-256 where there is no key, and the same at every start', () => {
    expect(caseIds({})({ record: { b: [{ d: 1, c: 2 }], a: 'x' } })).toBe(
      sha256('outflow case\n{"record":{"a":"x","b":[{"c":2,"d":1}]}}'),
    );
  });
});

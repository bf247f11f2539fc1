import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { signature } from '../../providers/cryptopay/signing.js';
import { isAuthentic, signed } from '../../providers/processing/signing.js';
import { accountOf, hmacHex } from '../../providers/http/signatures.js';
import { NOW, providerOf, requests } from './support.js';

describe('the documents’ signature vectors', () => {
  test('CryptoProcessing and AlphaPo: HMAC-SHA512 of the body', () => {
    const body = '{"currency":"BTC","foreign_id":"123456"}';
    const { headers } = signed('POST', '/', body, { apiKey: 'key', secrets: ['AbCdEfG123456', 'older'] });
    expect(headers).toEqual({
      'Content-Type': 'application/json',
      'X-Processing-Key': 'key',
      'X-Processing-Signature':
        '03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec',
    });
  });

  test('Cryptopay: HMAC-SHA1 of method, body hash, content type, date and path', () => {
    const date = 'Thu, 6 Jan 2022 12:09:25 GMT';
    const secret = 'kJFE6jF6f97FFsfeYhfw_73KJDlf73kF7J';
    expect(signature('POST', '/api/items', '{"count":"1"}', date, secret)).toBe('tji3k+LpWAnLuv6t109mwdQ16zs=');
  });

  test('Cryptopay’s callbacks: HMAC-SHA256 of the body', () => {
    const body = '{"amount":"4","price":"2.0","item":"jeans"}';
    expect(hmacHex('sha256', 'gkgkGG6834KJC7JJks7Df3-8JJFeiv72H53DFggg3', body)).toBe(
      '93ab032f2eeefbbd3205b25ce7062b0fef8b96c1c83f6dfd8bd85acd4983f4f7',
    );
  });
});

describe('Cryptopay’s signature', () => {
  const provider = providerOf('cryptopay');

  test('is made with the time of each attempt', () => {
    const [first, second] = [NOW, new Date(NOW.getTime() + 60_000)].map((now) =>
      provider.create.write(requests.cryptopay, now),
    );
    expect(first?.headers['Date']).toBe('Sat, 21 Nov 2026 09:30:00 GMT');
    expect(second?.headers['Date']).toBe('Sat, 21 Nov 2026 09:31:00 GMT');
    expect(first?.headers['Authorization']).not.toBe(second?.headers['Authorization']);
  });

  test('has an empty part where there is no body', () => {
    const request = provider.lookUp?.write({ withdrawalId: 'w-1' }, NOW);
    const path = '/api/coin_withdrawals/custom_id/w-1';
    const text = `GET\n\napplication/json\nSat, 21 Nov 2026 09:30:00 GMT\n${path}`;
    expect(request).toEqual({
      method: 'GET',
      path,
      headers: {
        'Content-Type': 'application/json',
        Date: 'Sat, 21 Nov 2026 09:30:00 GMT',
        Authorization: `HMAC key:${createHmac('sha1', 'secret').update(text).digest('base64')}`,
      },
    });
  });
});

describe('a callback of the processing family', () => {
  const body = Buffer.from('{"id":1}');
  const by = (secret: string) => createHmac('sha512', secret).update(body).digest('hex');

  test.each([
    ['signed with our secret', { 'x-processing-signature': by('new') }, body, true],
    ['signed with the secret before the rotation', { 'x-processing-signature': by('old') }, body, true],
    ['signed with another secret', { 'x-processing-signature': by('other') }, body, false],
    ['with one byte changed', { 'x-processing-signature': by('new') }, Buffer.from('{"id":2}'), false],
    ['with its signature cut short', { 'x-processing-signature': by('new').slice(0, -1) }, body, false],
    ['with its signature in capitals', { 'x-processing-signature': by('new').toUpperCase() }, body, false],
    ['with an empty signature', { 'x-processing-signature': '' }, body, false],
    ['without a signature', {}, body, false],
  ])('%s', (_case, headers, bytes, authentic) => {
    expect(isAuthentic(headers, bytes, ['new', 'old'])).toBe(authentic);
  });
});

test('an account’s fingerprint differs by host and by key, and is 16 hex digits', () => {
  const fingerprints = [accountOf('https://a', 'k'), accountOf('https://b', 'k'), accountOf('https://a', 'l')];
  expect(new Set(fingerprints).size).toBe(3);
  for (const fingerprint of fingerprints) expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  // SHA-256 of "https://a\nk".
  expect(fingerprints[0]).toBe('19b4643ba6490572');
});

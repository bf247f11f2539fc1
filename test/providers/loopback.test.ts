import { describe, expect, test } from '@jest/globals';
import { isLoopback } from '../../providers/http/loopback.js';

describe('an origin is on this very machine', () => {
  test.each([
    'http://localhost',
    'http://localhost:4011',
    'http://LOCALHOST:4011',
    'http://127.0.0.1:4011',
    'http://127.1',
    'http://2130706433',
    'http://127.255.255.254',
    'http://[::1]:4011',
    'http://[0:0:0:0:0:0:0:1]',
  ])('where it is %s', (origin) => {
    expect(isLoopback(origin)).toBe(true);
  });

  test.each([
    'https://business.cryptopay.me',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://example.com/127.0.0.1',
    'http://127.0.0.1@example.com',
    'http://0.0.0.0:4011',
    'http://128.0.0.1',
    'http://10.0.0.1',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    '127.0.0.1:4011',
    '',
  ])('but not where it is %p', (origin) => {
    expect(isLoopback(origin)).toBe(false);
  });
});

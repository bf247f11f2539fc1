import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

type HmacHash = 'sha256' | 'sha512';

/** Lower-case hex HMAC of these exact bytes. */
export function hmacHex(hash: HmacHash, secret: string, bytes: string | Buffer): string {
  return createHmac(hash, secret).update(bytes).digest('hex');
}

/** True if the signature is one that any of the secrets makes of these exact bytes. */
export function isSignedByAny(
  hash: HmacHash,
  secrets: readonly string[],
  bytes: Buffer,
  signature: string | undefined,
): boolean {
  if (signature === undefined) return false;
  return secrets.map((secret) => isSameText(hmacHex(hash, secret, bytes), signature)).includes(true);
}

/** Compares in constant time, so that the time reveals nothing of how much was right. */
export function isSameText(expected: string, presented: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(presented)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Fingerprint of one account at one host: 16 hex digits that reveal nothing of the key. */
export function accountOf(origin: string, apiKey: string): string {
  return createHash('sha256').update(`${origin}\n${apiKey}`).digest('hex').slice(0, 16);
}

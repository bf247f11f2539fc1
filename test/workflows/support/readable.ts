/** Fields that hold a withdrawal’s own data; everything else must be harmless, encrypted or not. */
const encrypted = new Set(['input', 'result', 'details', 'args', 'success', 'encodedAttributes']);

/** All that can be read without the key in what Temporal holds: a history, or a description. */
export function readableIn(held: unknown): string {
  if (typeof held === 'string') return `${held}\n`;
  if (held instanceof Uint8Array) return `${Buffer.from(held).toString('utf8')}\n`;
  if (typeof held !== 'object' || held === null) return '';
  return Object.entries(held)
    .filter(([field]) => !encrypted.has(field))
    .map(([field, value]) => `${field}\n${readableIn(value)}`)
    .join('');
}

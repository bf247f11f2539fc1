/**
 * Whether an origin is on this very machine, by a name or address that can be nowhere else. What it guards: keys and money over plain HTTP,
 * and trials, which must not pay real money. Looked at is the host as the URL standard reads it: `http://127.1` is 127.0.0.1.
 */
export function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(origin).hostname);
}

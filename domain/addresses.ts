/** Chains that write one address in two letter cases: hexadecimal (EVM) and bech32. Base58 is case-sensitive. */
const CASE_INSENSITIVE = /^(0x[0-9a-f]{40}|(bc|tb|bcrt|ltc|tltc)1[02-9ac-hj-np-z]+)$/i;

/** True if both texts name the same destination. */
export function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  return CASE_INSENSITIVE.test(a) && a.toLowerCase() === b.toLowerCase();
}

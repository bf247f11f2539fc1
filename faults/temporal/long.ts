/** A number in the form in which the SDK takes 64-bit ones. */
export function longOf(value: number): { toNumber(): number; toString(): string } {
  return { toNumber: () => value, toString: () => String(value) };
}

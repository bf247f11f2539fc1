import type { Duration } from '../sandbox/protocol.js';
import { isGiven } from '../sandbox/protocol.js';

/** A protobuf duration in ms; undefined where there is none. */
export function msOf(duration: Duration | null | undefined): number | undefined {
  if (!isGiven(duration)) return undefined;
  return Number(duration.seconds ?? 0) * 1_000 + (duration.nanos ?? 0) / 1_000_000;
}

/** A number in the form in which the SDK takes 64-bit ones. */
export function longOf(value: number): { toNumber(): number; toString(): string } {
  return { toNumber: () => value, toString: () => String(value) };
}

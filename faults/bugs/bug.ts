import type { Patch } from '../command/bundle.js';

/** A mistake that somebody could make, planted to see whether the checks find it. */
export interface Bug {
  name: string;
  /** A line or two of the sources, changed. */
  patches: readonly Patch[];
}

export function bug(name: string, file: string, find: string, replace: string): Bug {
  return { name, patches: [{ file, find, replace }] };
}

import type { Bug } from './bug.js';
import { otherBugs } from './other.js';
import { sendingBugs } from './sending.js';

export type { Bug } from './bug.js';

/** Every planted bug, by its name. */
export const bugs: readonly Bug[] = [...sendingBugs, ...otherBugs];

import { processingFailures } from '../processing/failures.js';

/** AlphaPo's error table: the five codes are documented (§2); validation answers are taken as the family's. */
export const failures = processingFailures;
